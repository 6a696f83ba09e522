import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tokensCss } from './tokens.ts';

const root = import.meta.dirname;
const target = join(root, '../../dist/page');
const vocabulary = join(root, '../../adapters/contract/vocabulary.ts');

/** Whether none of the sources is newer than what was built of it. */
function isFresh(): boolean {
  const built = join(target, 'index.html');
  if (!existsSync(built)) return false;
  const at = statSync(built).mtimeMs;
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
  return [...sources, vocabulary].every((file) => statSync(file).mtimeMs <= at);
}

export interface Meaning {
  text: string;
  type: string;
  unit?: string;
  values?: readonly string[];
}

/** What the page shows of the vocabulary, in one language: the rest is for the engine. */
async function meanings(language: 'de' | 'en'): Promise<string> {
  const { vocabulary: names } = await import('../../adapters/contract/vocabulary.ts');
  const table = Object.entries(names).map(([name, { de, en, type, ...more }]) => {
    const { unit, values } = more as Pick<Meaning, 'unit' | 'values'>;
    return [name, { text: { de, en }[language], type, unit, values } as Meaning];
  });
  return `export default ${JSON.stringify(Object.fromEntries(table))}`;
}

/** Plain files below `dist/page`: no inline script or style, no address but our own. */
async function buildPage(): Promise<void> {
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: 'public',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    plugins: [
      {
        name: 'tokens',
        resolveId: (id) => (id === './tokens.css' ? '\0tokens.css' : undefined),
        load: (id) => (id === '\0tokens.css' ? tokensCss() : undefined),
      },
      {
        name: 'vocabulary',
        resolveId: (id) => (id.startsWith('virtual:vocabulary-') ? `\0${id}` : undefined),
        load: (id) =>
          id.startsWith('\0virtual:vocabulary-') ? meanings(id.endsWith('de') ? 'de' : 'en') : undefined,
      },
    ],
    build: {
      outDir: target,
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: {
        output: {
          entryFileNames: 'assets/[name].[hash].js',
          chunkFileNames: 'assets/[name].[hash].js',
          assetFileNames: 'assets/[name].[hash][extname]',
        },
      },
    },
  });
  compress();
}

/** Once here instead of at every call. */
function compress(): void {
  const assets = join(target, 'assets');
  for (const name of readdirSync(assets)) {
    writeFileSync(join(assets, `${name}.gz`), gzipSync(readFileSync(join(assets, name)), { level: 9 }));
  }
}

/** Without the packages that build it everything but the page works: then `/` says what is missing. */
async function buildIfWanted(): Promise<void> {
  const always = process.argv.includes('--always');
  if (!always && isFresh()) return;
  // Otherwise an environment made for development would give a page for development.
  process.env['NODE_ENV'] = 'production';
  try {
    await buildPage();
  } catch (error) {
    if (always) throw error;
    process.stderr.write(`The page could not be built: ${error instanceof Error ? error.message : error}\n`);
  }
}

if (import.meta.main) await buildIfWanted();
