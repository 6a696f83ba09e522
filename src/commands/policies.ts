import type { Command } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { RoomwardenError } from '../errors.ts';
import { exportContext } from '../export/context.ts';
import { oscalCatalogue } from '../export/oscalCatalogue.ts';
import { columns } from '../export/table.ts';
import { runCases } from '../policy/cases.ts';
import type { Policy } from '../policy/catalogue.ts';
import { type Language, languageOf, text } from '../texts/index.ts';
import { openCatalogue } from './environment.ts';
import { print, readFormat } from './output.ts';

const formats = ['table', 'json', 'oscal'] as const;

export function registerPolicies(program: Command): void {
  const policies = program.command('policies').description('the catalogue of policies');
  policies
    .command('list', { isDefault: true })
    .description('every policy with its clauses')
    .option('--format <format>', formats.join(', '), 'table')
    .action(async ({ format }: { format: string }) => list(readFormat(format, formats)));
  policies
    .command('show')
    .description('one policy with its rule, parameters and remediation')
    .argument('<policy>')
    .action(async (id: string) => show(id));
  policies
    .command('test')
    .description('run the cases of every policy')
    .action(async () => test());
}

async function list(format: (typeof formats)[number]): Promise<void> {
  const catalogue = await openCatalogue();
  const { policies, clauses } = catalogue;
  const language = languageOf(process.env);
  if (format === 'oscal') {
    const context = exportContext(null, { catalogue, version: packageFile.version, language });
    const document = oscalCatalogue(context, new Date().toISOString());
    await print([`${JSON.stringify(document, null, 2)}\n`]);
    return;
  }
  if (format === 'json') {
    const rows = policies.map(({ id, version, form, clauses: cited, basis, force, texts, judge }) => ({
      id,
      version,
      form,
      clauses: cited,
      basis,
      force,
      title: { de: texts.de.title, en: texts.en.title },
      judge: judge.map(({ kind, severity, live }) => ({ kind, severity, live })),
    }));
    await print([`${JSON.stringify(rows, null, 2)}\n`]);
    return;
  }
  const rows = policies.map((policy) => [
    policy.id,
    policy.judge.map((entry) => text(language, `severity.${entry.severity}`)).join(', '),
    text(language, `force.${policy.force}`),
    policy.clauses.join(', '),
    policy.texts[language].title,
  ]);
  const count = text(language, 'policies.count', { count: policies.length, clauses: clauses.length });
  await print([columns(rows, 80), `${count}\n`]);
}

async function show(id: string): Promise<void> {
  const policy = (await openCatalogue()).policyById.get(id);
  if (policy === undefined) throw new RoomwardenError('RW1013', { policy: id });
  await print([describe(policy, languageOf(process.env))]);
}

function describe(policy: Policy, language: Language): string {
  const { title, why } = policy.texts[language];
  const lines = [`${policy.id} v${policy.version}: ${title}`, '', why, ''];
  lines.push(`${text(language, 'table.clauses')}: ${policy.resolvedClauses.join(', ')}`);
  lines.push(`${text(language, `force.${policy.force}`)}; ${text(language, `basis.${policy.basis}`)}`);
  for (const entry of policy.judge) {
    lines.push(
      '',
      `${text(language, `kind.${entry.kind}`)} (${text(language, `severity.${entry.severity}`)})`,
    );
    if (entry.applies !== undefined) lines.push(`  applies: ${entry.applies}`);
    lines.push(`  rule:    ${entry.rule}`);
  }
  for (const [name, { default: value, texts }] of Object.entries(policy.parameters)) {
    lines.push(
      '',
      `${text(language, 'table.parameter')} ${name} = ${JSON.stringify(value)}: ${texts[language]}`,
    );
  }
  for (const [vendor, remedy] of Object.entries(policy.remediation)) {
    lines.push('', `${text(language, 'table.remediation')} (${vendor}): ${remedy[language]}`);
  }
  return `${lines.join('\n')}\n`;
}

async function test(): Promise<void> {
  const results = runCases(await openCatalogue());
  const failed = results.filter((result) => !result.passed);
  const lines = failed.map(
    ({ policy, file, line, name, message }) => `${file}:${line}: ${policy}, ${name}: ${message}\n`,
  );
  const counts = { count: results.length, failed: failed.length };
  await print([...lines, `${text(languageOf(process.env), 'policies.tested', counts)}\n`]);
  if (failed.length > 0) process.exitCode = 1;
}
