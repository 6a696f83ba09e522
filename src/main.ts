#!/usr/bin/env node
import { enableCompileCache, setSourceMapsSupport } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as program from './commands/program.ts';

const root = join(import.meta.dirname, '..');
// What was compiled once need not be compiled at the next start. In the checkout, not in a folder that others can write to.
enableCompileCache(join(root, 'node_modules/.cache/roomwarden'));
const { builtEntry } = await import('./prepared/fresh.ts');
const built = builtEntry(root);
// Errors name the lines of the sources.
if (built !== null) setSourceMapsSupport(true, { nodeModules: false });
const { runProgram }: typeof program =
  built === null ? await import('./commands/program.ts') : await import(pathToFileURL(built).href);
await runProgram(process.argv);
