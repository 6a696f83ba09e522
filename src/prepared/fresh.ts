import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Below the root of the project. */
export const folder = 'dist/server';
const policyFolders = ['policies', 'policies/clauses', 'policies/standards'] as const;

/** What was built, and of what; all paths below the root. */
export interface Manifest {
  entry: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Of all of them. */
  content: string;
}

/** @throws where one cannot be read */
export function contentOf(root: string, names: readonly string[]): string {
  const all = createHash('sha256');
  for (const name of names) {
    const bytes = readFileSync(`${root}/${name}`);
    all.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  return all.digest('base64url');
}

/** Sorted: a file more is another catalogue. */
export function policyFiles(root: string): string[] {
  return policyFolders
    .flatMap((place) => readdirSync(join(root, place)).map((name) => `${place}/${name}`))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
}

export function readManifest(root: string): Manifest | null {
  try {
    return JSON.parse(readFileSync(join(root, folder, 'manifest.json'), 'utf8')) as Manifest;
  } catch {
    return null;
  }
}

/**
 * Where the built program begins; null where one byte of what it was made of, or of what was made, is another. Reads all
 * of it, because dates of files say too little, and a wrong answer here would run something old.
 */
export function builtEntry(root: string): string | null {
  try {
    const manifest = readManifest(root);
    if (manifest === null) return null;
    const { entry, inputs, outputs, content } = manifest;
    const policies = inputs.filter((name) => name.startsWith('policies/'));
    if (policies.join('\n') !== policyFiles(root).join('\n')) return null;
    return contentOf(root, [...inputs, ...outputs]) === content ? join(root, entry) : null;
  } catch {
    return null;
  }
}
