import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');

const generated = new Set(['node_modules', '.git', 'data', 'dist', '.vitest']);

/** Files below a folder of the repository, relative to its root, sorted. */
export function filesBelow(folder: string, ending = ''): string[] {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, encoding: 'utf8' })
    .map((name) => relative(root, join(start, name)))
    .filter((name) => name.endsWith(ending) && !name.split('/').some((part) => generated.has(part)))
    .filter((name) => statSync(join(root, name)).isFile())
    .sort();
}

/** What is under version control; all files where there is none (an unpacked archive). */
export function trackedFiles(): string[] {
  try {
    const list = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    const files = list.split('\0').filter((name) => name !== '' && existsSync(join(root, name)));
    if (files.length > 0) return files;
  } catch {
    // no git, or no repository
  }
  return filesBelow('.');
}

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** Specifiers of every import and re-export, types included, without comments. */
export function importsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const patterns = [
    /^\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
  ];
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ''));
}

export interface Edge {
  from: string;
  to: string;
}

/** Imports between the repository's own files. */
export function edgesOf(files: readonly string[], text: (file: string) => string = read): Edge[] {
  return files.flatMap((from) =>
    importsOf(text(from))
      .filter((name) => name.startsWith('.'))
      .map((name) => ({ from, to: relative(root, resolve(root, dirname(from), name)) })),
  );
}
