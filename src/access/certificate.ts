import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { RoomwardenError } from '../errors.ts';

export interface Certificate {
  cert: Buffer;
  key: Buffer;
  /** Milliseconds. */
  notBefore: number;
  notAfter: number;
  /** Over both files: tells whether they changed. */
  hash: string;
}

/** TLS below is refused by every browser, too. */
export const minVersion = 'TLSv1.2';

const soonMs = 30 * 86_400_000;
export type CertificateState = 'valid' | 'not_yet' | 'soon' | 'expired';

export function stateOf({ notBefore, notAfter }: Certificate, now: number): CertificateState {
  if (now > notAfter) return 'expired';
  if (now < notBefore) return 'not_yet';
  return notAfter - now < soonMs ? 'soon' : 'valid';
}

/**
 * Both files, checked: readable PEM, and the key belongs to the first certificate.
 * @throws {RoomwardenError} RW1020
 */
export async function readCertificate(paths: { cert: string; key: string }): Promise<Certificate> {
  const [cert, key] = [await read(paths.cert), await read(paths.key)];
  const leaf = certificateIn(cert, paths.cert);
  if (!leaf.checkPrivateKey(keyIn(key, paths.key))) {
    throw new RoomwardenError('RW1020', { path: paths.key, detail: `not the key of ${paths.cert}` });
  }
  return {
    cert,
    key,
    notBefore: leaf.validFromDate.getTime(),
    notAfter: leaf.validToDate.getTime(),
    hash: createHash('sha256').update(cert).update('\0').update(key).digest('hex'),
  };
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new RoomwardenError('RW1020', { path, detail: (error as NodeJS.ErrnoException).code ?? 'EIO' });
  }
}

/** What the library says could quote the file: it is not passed on. */
function certificateIn(bytes: Buffer, path: string): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch {
    throw new RoomwardenError('RW1020', { path, detail: 'no certificate in PEM' });
  }
}

function keyIn(bytes: Buffer, path: string): KeyObject {
  try {
    return createPrivateKey(bytes);
  } catch {
    throw new RoomwardenError('RW1020', { path, detail: 'no private key in PEM, or one with a password' });
  }
}
