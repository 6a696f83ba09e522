import { hash } from 'node:crypto';
import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { base32 } from '../access/ref.ts';

/** Stable over scans, instances and restores. */
export function findingUid(target: string, kind: SubjectKind, id: string, policy: string): string {
  const text = JSON.stringify(['rw1', target, kind, id, policy]);
  // 17 bytes are more than 26 characters hold.
  return base32(hash('sha256', text, 'buffer').subarray(0, 17)).slice(0, 26);
}

/** No subject's id can hold U+0000, so an aggregate never meets a subject's own finding. */
export const aggregateId = (reasonKey: string): string => `\u0000${reasonKey}`;
