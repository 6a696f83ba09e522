import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aggregateId, findingUid } from '../../src/findings/uid.ts';

/** RFC 4648 base32, the slow way. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? [])
    .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five, 2)])
    .join('');
}

describe('uid of a finding', () => {
  it.each([
    ['t', 'room', 'abc', 'p'],
    ['t', 'deployment', '-', 'p'],
    ['t', 'room', 'ä/ü "x"', 'p'],
    ['t', 'room', aggregateId('[]'), 'p'],
  ] as const)('is the start of the base32 of the digest: %s %s %s', (target, kind, id, policy) => {
    const digest = createHash('sha256')
      .update(JSON.stringify(['rw1', target, kind, id, policy]))
      .digest();
    expect(findingUid(target, kind, id, policy)).toBe(base32(digest).slice(0, 26));
  });

  it('differs for every part', () => {
    const uids = [
      findingUid('t', 'room', 'a', 'p'),
      findingUid('u', 'room', 'a', 'p'),
      findingUid('t', 'recording', 'a', 'p'),
      findingUid('t', 'room', 'b', 'p'),
      findingUid('t', 'room', 'a', 'q'),
      findingUid('t', 'room', aggregateId('a'), 'p'),
    ];
    expect(new Set(uids).size).toBe(uids.length);
  });
});
