import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adapters } from '../adapters/registry.ts';
import { configurationSchema } from '../src/config/json-schema.ts';
import { type ErrorCode, errorCodes, errorTable } from '../src/errors.ts';
import { matrixTable } from './matrix.ts';

const groups = [
  ['RW1', 'Usage and configuration', 'nothing was started and nothing was scanned'],
  ['RW2', 'Scans', 'a target could not be scanned completely; others are not affected'],
  ['RW3', 'Store', 'what was recorded before stays'],
  ['RW4', 'Policies', 'a policy file is refused'],
  ['RW9', 'Roomwarden itself', 'a defect'],
] as const;

/** The page `docs/errors.md`, made from the table of errors. */
export function errorsPage(): string {
  const lines = [
    '# Errors',
    '',
    'Every message that needs a person carries a code. Each entry: what happened and where, what to do, and the',
    'exit code of the command. Words in braces are replaced. Places in the configuration are named as',
    '`file:line:column`, see [configuration.md](configuration.md). This page is written by',
    '`node docs/generate.ts`; a test holds it to the table in `src/texts/errors.ts`.',
    '',
    'Exit codes: 2 a target was not scanned completely, 3 wrong usage or configuration, 4 Roomwarden could not',
    'go on. (0 and 1 are results of a scan, no errors.)',
  ];
  for (const [prefix, title, meaning] of groups) {
    lines.push('', `## ${title}`, '', `${prefix}xxx: ${meaning}.`);
    for (const code of errorCodes.filter((each) => each.startsWith(prefix)))
      lines.push('', ...errorEntry(code));
  }
  return `${lines.join('\n')}\n`;
}

function errorEntry(code: ErrorCode): string[] {
  const row = errorTable[code];
  return [`### ${code} (exit ${row.exit})`, '', `- ${row.en} ${row.todoEn}`, `- ${row.de} ${row.todoDe}`];
}

/** The file `roomwarden.schema.json`, made from the schemas of the configuration and of every vendor. */
export function schemaFile(): string {
  return `${JSON.stringify(configurationSchema(adapters), null, 2)}\n`;
}

/** The README with the table between its two marks. */
export function readmePage(readme: string): string {
  const table = matrixTable(join(import.meta.dirname, '../policies'));
  return readme.replace(
    /(<!-- matrix:[^>]*-->)[\s\S]*(<!-- \/matrix -->)/,
    (_, from, to) => `${from}\n\n${table}\n\n${to}`,
  );
}

if (import.meta.main) {
  const readme = new URL('../README.md', import.meta.url);
  await writeFile(readme, readmePage(await readFile(readme, 'utf8')));
  await writeFile(new URL('errors.md', import.meta.url), errorsPage());
  await writeFile(new URL('../roomwarden.schema.json', import.meta.url), schemaFile());
}
