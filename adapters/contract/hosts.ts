import { isIP } from 'node:net';
import { getDomain } from 'tldts';

/** The keys of a target that say which hosts are the organisation's own. */
export interface OwnHosts {
  /** The target's address or addresses. */
  url: string | readonly string[];
  own_hosts?: readonly string[] | undefined;
}

/**
 * The host in an address, `host`, `host:port`, `//host/path` or `stun:host:port`, in lower case and ASCII;
 * undefined where there is none.
 */
export function hostOf(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const schemed = /^(stuns?|turns?|sips?|xmpp):(?!\/\/)(?:[^@/?]*@)?(.*)$/i.exec(trimmed);
  const rest = schemed?.[2] ?? trimmed;
  const authority = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i.test(rest) ? rest.slice(rest.indexOf('//') + 2) : rest;
  // Read under https so that every scheme gives the same spelling of a host.
  const bare = isIP(authority) === 6 ? `[${authority}]` : authority;
  const host = URL.parse(`https://${bare.replace(/^\/+/, '')}`)?.hostname;
  if (host === undefined || host === '') return undefined;
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/**
 * Own are the hosts of the address's registrable domain (a customer's name below a hosting provider's domain counts
 * as a domain of its own) and the listed hosts with everything below them. Addresses in numbers must be equal.
 */
export function isOwnHost(host: string, target: OwnHosts): boolean {
  const name = hostOf(host);
  if (name === undefined) return false;
  const urls = typeof target.url === 'string' ? [target.url] : target.url;
  if (urls.some((url) => sameDomain(name, hostOf(url)))) return true;
  return (target.own_hosts ?? []).some((entry) => {
    const own = hostOf(entry.replace(/^\*\./, ''));
    return own !== undefined && (name === own || (isIP(own) === 0 && name.endsWith(`.${own}`)));
  });
}

function sameDomain(host: string, own: string | undefined): boolean {
  if (own === undefined) return false;
  if (host === own) return true;
  if (isIP(host) !== 0 || isIP(own) !== 0) return false;
  const domain = getDomain(own, { allowPrivateDomains: true });
  return domain !== null && domain === getDomain(host, { allowPrivateDomains: true });
}
