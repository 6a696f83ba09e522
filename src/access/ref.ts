import { createHmac } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** What stands for a room's id where the id would be a join address: 80 bits, the same on every instance. */
export function roomRef(instanceKey: string, id: string): string {
  return pseudonym(instanceKey, 'room', id);
}

/**
 * What stands for a room's name when names are pseudonymous, and what a search for the whole name looks for.
 * Upper and lower case, composed letters and spaces make no difference.
 */
export function searchKey(instanceKey: string, name: string): string {
  const same = name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  return pseudonym(instanceKey, 'name', same);
}

/** What stands for a person who signed in at an issuer: neither name nor number, the same at every login. */
export function subjectPseudonym(instanceKey: string, issuer: string, subject: string): string {
  return pseudonym(instanceKey, 'subject', `${issuer}\u0000${subject}`);
}

/** 16 characters of lower-case base32 of HMAC-SHA-256; ids keep the plain form that other programs can compute. */
function pseudonym(instanceKey: string, kind: 'room' | 'name' | 'subject', text: string): string {
  const message = kind === 'room' ? text : `${kind}\u0000${text}`;
  return base32(createHmac('sha256', instanceKey).update(message).digest().subarray(0, 10));
}

/** Lower case, without padding; bits that make no whole character are left out. */
export function base32(bytes: Uint8Array): string {
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
  }
  return text;
}
