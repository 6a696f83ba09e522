import { createHash } from 'node:crypto';

/** Ours; made once by chance. */
const namespace = Buffer.from('6f2d9a4e7c1b4b0fa8357e0c5d91b264', 'hex');

/** UUID version 5 (RFC 9562, 5.5): the same words give the same id, on every machine. */
export function nameUuid(...words: readonly (string | number)[]): string {
  const hash = createHash('sha1').update(namespace).update(JSON.stringify(words)).digest().subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
