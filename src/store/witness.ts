import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** How far the feed of a SQLite file has been told; kept beside the file, so that a file put back by hand is noticed. */
export interface Witness {
  epoch: string;
  seq: number;
}

export const witnessFile = (file: string): string => `${file}.feed`;

export function readWitness(file: string): Witness | null {
  try {
    const { epoch, seq } = JSON.parse(readFileSync(witnessFile(file), 'utf8')) as Witness;
    return typeof epoch === 'string' && Number.isSafeInteger(seq) ? { epoch, seq } : null;
  } catch {
    return null;
  }
}

/** Never ahead of the store. One that could not be written only notices less; the next one makes up for it. */
export function writeWitness(file: string, { epoch, seq }: Witness): void {
  const before = readWitness(file);
  if (before?.epoch === epoch && before.seq >= seq) return;
  const draft = `${witnessFile(file)}.${process.pid}`;
  try {
    writeFileSync(draft, `${JSON.stringify({ epoch, seq })}\n`, { mode: 0o600 });
    renameSync(draft, witnessFile(file));
  } catch {
    rmSync(draft, { force: true });
  }
}
