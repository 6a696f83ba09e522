import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { serialize } from 'node:v8';
import type { Plugin } from 'vite';
import { loadCatalogue } from '../policy/load.ts';
import { builtEntry, contentOf, folder, type Manifest, policyFiles, readManifest } from './fresh.ts';

const root = join(import.meta.dirname, '../..');

/**
 * The program in a few files, and the checked policies: to load some 600 modules one by one and to check the policies
 * takes longer than everything else at a start. Packages stay where they are.
 */
async function buildServer(): Promise<void> {
  const before = readManifest(root);
  const catalogue = serialize(loadCatalogue(join(root, 'policies')));
  const catalogueName = `catalogue.${hash('sha256', catalogue, 'hex').slice(0, 8)}`;
  const made = `${join(root, folder)}.${process.pid}`;
  try {
    const inputs = await bundle(made, catalogueName);
    writeFileSync(join(made, catalogueName), catalogue);
    const names = readdirSync(made).sort();
    mkdirSync(join(root, folder), { recursive: true });
    for (const name of names) renameSync(join(made, name), join(root, folder, name));
    const manifest = manifestOf(names, [...inputs, ...policyFiles(root)]);
    writeFileSync(join(made, 'manifest.json'), JSON.stringify(manifest));
    renameSync(join(made, 'manifest.json'), join(root, folder, 'manifest.json'));
    dropOthers([...manifest.outputs, ...(before?.outputs ?? [])]);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function manifestOf(names: readonly string[], inputs: readonly string[]): Manifest {
  const outputs = names.filter((name) => !name.endsWith('.map')).map((name) => `${folder}/${name}`);
  const entry = outputs.find((name) => name.startsWith(`${folder}/program.`));
  if (entry === undefined) throw new Error('there is no entry');
  return { entry, inputs, outputs, content: contentOf(root, [...inputs, ...outputs]) };
}

/** A service that still runs from the build before may not have loaded all of it yet. */
function dropOthers(kept: readonly string[]): void {
  const names = new Set(['manifest.json', ...kept.map((name) => relative(folder, name))]);
  for (const name of readdirSync(join(root, folder))) {
    if (!names.has(name.replace(/\.map$/, ''))) rmSync(join(root, folder, name), { recursive: true });
  }
}

/** @returns every file of ours that went into it, sorted */
async function bundle(outDir: string, catalogue: string): Promise<string[]> {
  const { build } = await import('vite');
  const inputs = ['package.json', relative(root, import.meta.filename)];
  await build({
    root,
    configFile: false,
    envDir: false,
    logLevel: 'warn',
    publicDir: false,
    plugins: [ownPlaces(), prepared(catalogue), listing(inputs)],
    ssr: { external: true },
    build: {
      ssr: 'src/commands/program.ts',
      target: 'node24',
      outDir,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        external: (id) => !/^[./\0]/.test(id),
        output: {
          entryFileNames: 'program.[hash].js',
          chunkFileNames: '[name].[hash].js',
          sourcemapExcludeSources: true,
        },
      },
    },
  });
  return [...new Set(inputs)].sort();
}

const own = (id: string): boolean => id.startsWith(`${root}/`) && !id.includes('/node_modules/');

/** What a module says of its own place stays true: workers, policies and the page lie where its source lies. */
function ownPlaces(): Plugin {
  return {
    name: 'own-places',
    enforce: 'pre',
    transform(code, id) {
      if (!own(id) || !code.includes('import.meta')) return null;
      const back = relative(folder, relative(root, id));
      const text = code
        .replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${dirname(back)}`)})`)
        .replaceAll('import.meta.url', `new URL(${JSON.stringify(back)}, import.meta.url).href`);
      return { code: text, map: null };
    },
  };
}

/** The built program has what `catalogue.ts` has not. */
function prepared(name: string): Plugin {
  const place = relative('src/prepared', `${folder}/${name}`);
  const source = `
    import { readFileSync } from 'node:fs';
    import { deserialize } from 'node:v8';
    export const preparedCatalogue = () =>
      deserialize(readFileSync(new URL(${JSON.stringify(place)}, import.meta.url)));
  `;
  const path = join(import.meta.dirname, 'catalogue.ts');
  return { name: 'prepared', enforce: 'pre', load: (id) => (id === path ? source : null) };
}

function listing(inputs: string[]): Plugin {
  return {
    name: 'listing',
    generateBundle() {
      for (const id of this.getModuleIds()) if (own(id)) inputs.push(relative(root, id));
    },
  };
}

/** Without the packages that build it the program runs from its sources, and only starts later. */
async function buildIfWanted(): Promise<void> {
  const always = process.argv.includes('--always');
  if (!always && builtEntry(root) !== null) return;
  try {
    await buildServer();
  } catch (error) {
    if (always) throw error;
    process.stderr.write(
      `The program could not be built: ${error instanceof Error ? error.message : error}\n`,
    );
  }
}

if (import.meta.main) await buildIfWanted();
