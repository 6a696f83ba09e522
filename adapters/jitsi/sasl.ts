import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Credentials {
  /** Local part of the address. */
  user: string;
  password: string;
}

/** One way of signing in: what is sent first, what follows a challenge, and whether the server proved itself. */
export interface Mechanism {
  name: 'SCRAM-SHA-256' | 'SCRAM-SHA-1' | 'PLAIN';
  first: string;
  /** Null = the server's challenge is not acceptable. */
  respond(challenge: string): string | null;
  /** `data` comes with the success. */
  accepted(data: string): boolean;
}

/** Prosody asks for 10,000 and less; a hostile server must not keep us busy. */
const mostIterations = 200_000;

/** The strongest that both know; PLAIN shows the password and is for encrypted connections only. */
export function mechanismFor(
  offered: readonly string[],
  credentials: Credentials,
  encrypted: boolean,
  nonce: string = randomBytes(18).toString('base64'),
): Mechanism | null {
  if (offered.includes('SCRAM-SHA-256')) return scram('sha256', credentials, nonce);
  if (offered.includes('SCRAM-SHA-1')) return scram('sha1', credentials, nonce);
  return offered.includes('PLAIN') && encrypted ? plain(credentials) : null;
}

function plain({ user, password }: Credentials): Mechanism {
  return {
    name: 'PLAIN',
    first: `\u0000${user}\u0000${password}`,
    respond: () => null,
    accepted: () => true,
  };
}

/** RFC 5802 without channel binding. */
function scram(hash: 'sha1' | 'sha256', credentials: Credentials, nonce: string): Mechanism {
  const user = credentials.user.normalize('NFKC').replaceAll('=', '=3D').replaceAll(',', '=2C');
  const bare = `n=${user},r=${nonce}`;
  let signature: Buffer | null = null;
  return {
    name: hash === 'sha1' ? 'SCRAM-SHA-1' : 'SCRAM-SHA-256',
    first: `n,,${bare}`,
    respond(challenge) {
      const { r, s, i } = attributes(challenge);
      const iterations = Number(i);
      if (r === undefined || s === undefined || !r.startsWith(nonce) || r === nonce) return null;
      if (!Number.isSafeInteger(iterations) || iterations < 1 || iterations > mostIterations) return null;
      const salt = Buffer.from(s, 'base64');
      const length = hash === 'sha1' ? 20 : 32;
      const salted = pbkdf2Sync(credentials.password.normalize('NFKC'), salt, iterations, length, hash);
      const key = createHmac(hash, salted).update('Client Key').digest();
      const stored = createHash(hash).update(key).digest();
      const without = `c=biws,r=${r}`;
      const message = `${bare},${challenge},${without}`;
      const proof = createHmac(hash, stored).update(message).digest();
      for (const [place, byte] of key.entries()) proof[place] = (proof[place] ?? 0) ^ byte;
      const serverKey = createHmac(hash, salted).update('Server Key').digest();
      signature = createHmac(hash, serverKey).update(message).digest();
      return `${without},p=${proof.toString('base64')}`;
    },
    accepted(data) {
      const sent = Buffer.from(attributes(data).v ?? '', 'base64');
      return signature !== null && sent.length === signature.length && timingSafeEqual(sent, signature);
    },
  };
}

function attributes(text: string): Partial<Record<'r' | 's' | 'i' | 'v', string>> {
  return Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}
