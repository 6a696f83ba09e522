import { createHash, createHmac } from 'node:crypto';
import type { SubjectKind } from '../../adapters/contract/subject.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** First 26 characters of the lower-case base32 of the digest. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(value >>> bits) & 31];
    }
    if (text.length >= 26) break;
  }
  return text.slice(0, 26);
}

/** Stable over scans, instances and restores. */
export function findingUid(target: string, kind: SubjectKind, id: string, policy: string): string {
  const text = JSON.stringify(['rw1', target, kind, id, policy]);
  return base32(createHash('sha256').update(text, 'utf8').digest());
}

/** No subject's id can hold U+0000, so an aggregate never meets a subject's own finding. */
export const aggregateId = (reasonKey: string): string => `\u0000${reasonKey}`;

/** What stands for a room's id where the id is a join address. */
export function subjectRef(key: string, id: string): string {
  return base32(createHmac('sha256', key).update(id, 'utf8').digest()).slice(0, 16);
}
