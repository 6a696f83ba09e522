import { readFileSync } from 'node:fs';

/** @throws where the file cannot be read */
export function readPem(ca: string): string {
  return ca.includes('-----BEGIN') ? ca : readFileSync(ca, 'utf8');
}

export function proxyOf(proxy: string | undefined) {
  if (proxy === undefined) return false as const;
  const url = new URL(proxy);
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const auth = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  return {
    protocol: url.protocol,
    host: url.hostname,
    port,
    ...(url.username === '' ? {} : { auth }),
  };
}

export function proxySecrets(proxy: string | undefined): string[] {
  const url = proxy === undefined ? null : URL.parse(proxy);
  return url === null || url.password === '' ? [] : [url.password, decodeURIComponent(url.password)];
}
