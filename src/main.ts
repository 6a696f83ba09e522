#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// What was compiled once need not be compiled at the next start. In the checkout, not in a folder that others can write to.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/roomwarden'));
const { runProgram } = await import('./commands/program.ts');
await runProgram(process.argv);
