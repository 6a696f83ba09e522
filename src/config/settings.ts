import { resolve } from 'node:path';
import type { SecretRef } from '../../adapters/contract/target.ts';
import type { Bilingual } from '../texts/fill.ts';
import type { Path } from './issues.ts';

type Visit = (value: unknown, path: Path, parent: Readonly<Record<string, unknown>> | null) => unknown;

/** A copy in which `visit` may replace every value, parents before children. */
function mapped(
  value: unknown,
  visit: Visit,
  path: Path = [],
  parent: Readonly<Record<string, unknown>> | null = null,
): unknown {
  const here = visit(value, path, parent);
  if (Array.isArray(here)) return here.map((item, index) => mapped(item, visit, [...path, index], null));
  if (typeof here !== 'object' || here === null || here.constructor !== Object) return here;
  const group = here as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(group).map(([key, item]) => [key, mapped(item, visit, [...path, key], group)]),
  );
}

/** `{ env }` or `{ file }` and nothing else. */
export function isSecretRef(value: unknown): value is SecretRef {
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(value);
  return (
    entries.length === 1 &&
    entries.every(([key, item]) => /^(env|file)$/.test(key) && typeof item === 'string')
  );
}

/** Files stand under `file`, `ca`, `cert`, `*_file`, `*_config`, and under `path` beside the `host` they speak for. */
function isFileKey(key: PropertyKey | undefined, parent: Readonly<Record<string, unknown>> | null): boolean {
  if (typeof key !== 'string') return false;
  return (
    /^(file|ca|cert)$|_(file|config)$/.test(key) ||
    (key === 'path' && parent !== null && Object.hasOwn(parent, 'host'))
  );
}

export function absolutePaths<T>(settings: T, directory: string): T {
  return mapped(settings, (value, path, parent) =>
    typeof value === 'string' && isFileKey(path.at(-1), parent) ? resolve(directory, value) : value,
  ) as T;
}

export function secretRefs(settings: unknown): { ref: SecretRef; path: Path }[] {
  const found: { ref: SecretRef; path: Path }[] = [];
  mapped(settings, (value, path) => {
    if (isSecretRef(value)) found.push({ ref: value, path });
    return value;
  });
  return found;
}

/** Addresses in clear text off loopback (`clear`), and passwords inside addresses. */
export function addressProblems(
  settings: unknown,
  insecureHttp: boolean,
): { path: Path; message: Bilingual; clear: boolean }[] {
  const found: { path: Path; message: Bilingual; clear: boolean }[] = [];
  mapped(settings, (value, path) => {
    if (typeof value !== 'string' || !/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || !URL.canParse(value))
      return value;
    const url = new URL(value);
    if (url.username !== '' || url.password !== '') found.push({ path, message: credentials, clear: false });
    const called = /^(url|proxy)$|_url$/.test(String(path.at(-1)));
    if (called && /^(http|ws):$/.test(url.protocol) && !insecureHttp && !isLoopback(url.hostname)) {
      found.push({ path, message: clearText, clear: true });
    }
    return value;
  });
  return found;
}

/** Host of a URL or of `listen`. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

const credentials: Bilingual = {
  de: 'Name und Passwort gehören nicht in eine Adresse; Geheimnisse stehen als { env: NAME } oder { file: PFAD }.',
  en: 'Name and password do not belong into an address; secrets are given as { env: NAME } or { file: PATH }.',
};

const clearText: Bilingual = {
  de: 'Unverschlüsselt (http) wird nur auf demselben Rechner abgefragt; sonst https, oder ausdrücklich insecure_http: true.',
  en: 'Clear text (http) is used only on the same machine; otherwise https, or expressly insecure_http: true.',
};
