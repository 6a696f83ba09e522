/** Headers whose values are no secrets and would only garble messages. */
const plainHeaders = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-type',
  'ocs-apirequest',
  'origin',
  'user-agent',
  'x-requested-with',
]);

/** Takes every known secret out of a text, in the spellings in which it may come back. */
export type Redact = (text: string) => string;

export function isCredential(headerName: string): boolean {
  return !plainHeaders.has(headerName.toLowerCase());
}

export function carriesCredentials(headers: Readonly<Record<string, string>> | undefined): boolean {
  return Object.entries(headers ?? {}).some(([name, value]) => value !== '' && isCredential(name));
}

export function headerSecrets(headers: Readonly<Record<string, string>> | undefined): string[] {
  const found: string[] = [];
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!isCredential(name)) continue;
    found.push(value);
    const [scheme, token] = value.split(' ', 2);
    if (token === undefined || scheme === undefined) continue;
    found.push(token);
    if (scheme.toLowerCase() !== 'basic') continue;
    const pair = Buffer.from(token, 'base64').toString('utf8');
    found.push(pair, pair.slice(pair.indexOf(':') + 1));
  }
  return found;
}

export function redactor(secrets: readonly string[]): Redact {
  const spellings = new Set<string>();
  for (const secret of secrets) {
    if (secret === '') continue;
    spellings.add(secret);
    spellings.add(encodeURIComponent(secret.toWellFormed()));
    spellings.add(JSON.stringify(secret).slice(1, -1));
    if (secret.length >= 6) spellings.add(Buffer.from(secret).toString('base64'));
  }
  const longestFirst = [...spellings].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((left, secret) => left.replaceAll(secret, '***'), text);
}
