import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import type { SecretRef } from '../../adapters/contract/target.ts';
import type { ConfiguredReceiver } from '../config/push.ts';
import { DeliveryError, errorCode } from './failure.ts';

export interface TlsMaterial {
  ca?: string[];
  cert?: string;
  key?: string;
  minVersion: 'TLSv1.2';
}

/** Read for every new connection: a certificate that was renewed is used without a restart. @throws {DeliveryError} */
export async function tlsMaterial(
  { tls }: Pick<ConfiguredReceiver, 'tls'>,
  secret: (ref: SecretRef) => Promise<string>,
): Promise<TlsMaterial> {
  const material: TlsMaterial = { minVersion: 'TLSv1.2' };
  if (tls?.ca !== undefined) material.ca = [...getCACertificates('default'), await pem(tls.ca)];
  if (tls?.cert !== undefined) material.cert = await pem(tls.cert);
  if (tls?.key !== undefined) material.key = await readSecretFor(tls.key, secret);
  return material;
}

async function pem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new DeliveryError({ code: 'secret', detail: errorCode(error) ?? 'EIO' });
  }
}

/** @throws {DeliveryError} */
export async function readSecretFor(
  ref: SecretRef,
  secret: (ref: SecretRef) => Promise<string>,
): Promise<string> {
  try {
    return await secret(ref);
  } catch (error) {
    throw new DeliveryError({ code: 'secret', detail: errorCode(error) ?? 'EIO' });
  }
}
