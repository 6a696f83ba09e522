import type { Bilingual } from '../texts/fill.ts';
import type { SourceDocument } from './document.ts';
import { parseDuration } from './duration.ts';
import type { ConfigIssue } from './issues.ts';
import type { Sections } from './schema.ts';
import { isLoopback } from './settings.ts';

/** How the sections of the service itself fit each other. */
export function serviceIssues(
  document: SourceDocument,
  read: Partial<Sections>,
  targets: ReadonlySet<string>,
): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const { listen } = read;
  const open = listen !== undefined && !isLoopback(listen.host);
  if (open && read.tls === undefined && read.trusted_proxies === undefined) {
    issues.push(document.issue(['listen', 'host'], openMessage));
  }
  const { instance } = read;
  if (read.database !== undefined && instance !== undefined && instance.key === undefined) {
    issues.push(document.issue(['database'], keyMessage, 'key'));
  }
  if (read.database === undefined && instance !== undefined && new Set(instance.roles).size === 1) {
    issues.push(document.issue(['instance', 'roles'], rolesMessage));
  }
  return [...issues, ...accessIssues(document, read, targets)];
}

function accessIssues(
  document: SourceDocument,
  { access }: Partial<Sections>,
  targets: ReadonlySet<string>,
): ConfigIssue[] {
  if (access === undefined) return [];
  const issues: ConfigIssue[] = [];
  const { sessions, oidc } = access;
  if (parseDuration(sessions.idle) > parseDuration(sessions.longest)) {
    issues.push(document.issue(['access', 'sessions', 'idle'], idleMessage));
  }
  if (oidc === undefined) return issues;
  if (access.public_url === undefined) issues.push(document.issue(['access', 'oidc'], publicMessage, 'key'));
  const issuer = new URL(oidc.issuer);
  if (issuer.protocol === 'http:' && !oidc.insecure_http && !isLoopback(issuer.hostname)) {
    issues.push(document.issue(['access', 'oidc', 'issuer'], clearMessage));
  }
  for (const [index, role] of oidc.roles.entries()) {
    for (const [place, target] of (role.targets ?? []).entries()) {
      if (targets.has(target)) continue;
      const path = ['access', 'oidc', 'roles', index, 'targets', place];
      issues.push(document.issue(path, noTarget(target)));
    }
  }
  return issues;
}

const openMessage: Bilingual = {
  de: 'Eine Adresse, die andere Rechner erreichen, braucht tls oder trusted_proxies: Zugriffsschlüssel gingen sonst im Klartext durchs Netz. Entweder tls: { cert: DATEI, key: DATEI } angeben oder einen Proxy mit TLS davorsetzen und seine Adresse unter trusted_proxies nennen; ohne beides bleibt host: 127.0.0.1.',
  en: 'An address that other machines can reach needs tls or trusted_proxies: access tokens would cross the network in clear text. Either give tls: { cert: FILE, key: FILE }, or put a proxy with TLS in front and name its address under trusted_proxies; without both, host stays 127.0.0.1.',
};

const keyMessage: Bilingual = {
  de: 'Mit PostgreSQL braucht es instance.key: Alle Instanzen müssen denselben Schlüssel haben.',
  en: 'PostgreSQL needs instance.key: all instances must have the same key.',
};

const rolesMessage: Bilingual = {
  de: 'Eine Rolle allein braucht PostgreSQL (database): Ohne gibt es nur diese eine Instanz, und sie tut alles.',
  en: 'One role alone needs PostgreSQL (database): without it there is only this instance, and it does everything.',
};

const idleMessage: Bilingual = {
  de: 'idle ist nicht länger als longest.',
  en: 'idle is not longer than longest.',
};

const publicMessage: Bilingual = {
  de: 'Die Anmeldung beim Aussteller braucht access.public_url: Dorthin schickt er Browser zurück.',
  en: 'The login at an issuer needs access.public_url: it sends browsers back there.',
};

const clearMessage: Bilingual = {
  de: 'Ein Aussteller wird nur auf demselben Rechner unverschlüsselt gefragt; sonst https, oder ausdrücklich insecure_http: true.',
  en: 'An issuer is asked in clear text on the same machine only; otherwise https, or expressly insecure_http: true.',
};

const noTarget = (target: string): Bilingual => ({
  de: `Es gibt kein Ziel „${target}“ unter targets.`,
  en: `There is no target "${target}" under targets.`,
});
