import { isIP } from 'node:net';
import { type Reason, reason } from '../contract/fact.ts';
import { isOwnHost } from '../contract/hosts.ts';
import type { ConfigFile } from './config-js.ts';
import { knownRead, type Read, unknownRead } from './known.ts';
import { type JitsiSettings, originOf } from './schema.ts';

const domainName = /^(?=.{1,255}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i;

type Place = { url: string; domain: string; guest: Read<string | null> } | { reason: Reason };

/** Where to connect and to whom: from config.js, but never to a host that is not the organisation's own. */
export function placeOf(config: Read<ConfigFile>, settings: JitsiSettings): Place {
  if (config.state === 'unknown') return { reason: config.reason };
  const domain = domainOf(config.value, 'hosts.domain');
  if (domain.state === 'unknown') return { reason: domain.reason };
  if (domain.value === null) return { reason: reason('invalid_answer', 'config.js names no hosts.domain') };
  const url = socketUrl(config.value, settings);
  if ('reason' in url) return url;
  return { url: url.url, domain: domain.value, guest: domainOf(config.value, 'hosts.anonymousdomain') };
}

function domainOf(config: ConfigFile, key: string): Read<string | null> {
  const setting = config.get(key);
  if (setting.state === 'absent') return knownRead(null);
  if (setting.state === 'unknown') return unknownRead(reason('undecidable', `${key}: ${setting.why}`));
  const { value } = setting;
  if (typeof value !== 'string' || !domainName.test(value))
    return unknownRead(reason('invalid_answer', `${key} is no domain`));
  return knownRead(value.toLowerCase());
}

export function mucOf(config: Read<ConfigFile>): Read<string | null> {
  return config.state === 'unknown' ? config : domainOf(config.value, 'hosts.muc');
}

function socketUrl(config: ConfigFile, settings: JitsiSettings): { url: string } | { reason: Reason } {
  const setting = config.get('websocket');
  if (setting.state === 'unknown') return { reason: reason('undecidable', `websocket: ${setting.why}`) };
  const origin = originOf(settings);
  const standard = `${origin.replace(/^http/, 'ws')}/xmpp-websocket`;
  const url =
    setting.state === 'known' && typeof setting.value === 'string'
      ? URL.parse(setting.value, standard)
      : null;
  if (url === null || !/^wss?:$/.test(url.protocol) || /^https?$/i.test(url.hostname))
    return { url: standard };
  url.search = '';
  url.hash = '';
  url.username = '';
  url.password = '';
  if (
    url.host !== new URL(origin).host &&
    !isOwnHost(url.hostname, { url: settings.url, own_hosts: settings.own_hosts })
  ) {
    const detail = 'config.js names a WebSocket on a host that is not known as the own';
    return { reason: reason('not_configured', detail, { kind: 'config', name: 'own_hosts' }) };
  }
  if (url.protocol === 'ws:' && !isLoopback(url.hostname) && settings.insecure_http !== true) {
    const detail = 'config.js names an unencrypted WebSocket';
    return { reason: reason('not_configured', detail, { kind: 'config', name: 'insecure_http' }) };
  }
  return { url: url.href };
}

export function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}
