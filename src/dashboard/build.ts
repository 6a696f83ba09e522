import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { tokensCss } from './tokens.ts';

const root = import.meta.dirname;
const target = join(root, '../../dist/page');

/** Whether nothing in this folder is newer than what was built of it. */
function isFresh(): boolean {
  const built = join(target, 'index.html');
  if (!existsSync(built)) return false;
  const at = statSync(built).mtimeMs;
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).every(
    (name) => statSync(join(root, name)).mtimeMs <= at,
  );
}

/** Plain files below `dist/page`: no inline script or style, no address but our own. */
async function buildPage(): Promise<void> {
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

if (import.meta.main && (process.argv.includes('--always') || !isFresh())) {
  // Otherwise an environment made for development would give a page for development.
  process.env['NODE_ENV'] = 'production';
  await buildPage();
}
