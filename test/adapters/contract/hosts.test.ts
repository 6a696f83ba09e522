import { describe, expect, it } from 'vitest';
import { countryOf, eea, knownHosts, thirdCountryList } from '../../../adapters/contract/countries.ts';
import { hostOf, isOwnHost } from '../../../adapters/contract/hosts.ts';

describe('the host of an address', () => {
  it.each([
    ['https://Meet.Example.org:8443/x?y', 'meet.example.org'],
    ['meet.example.org', 'meet.example.org'],
    ['meet.example.org:443', 'meet.example.org'],
    ['meet.example.org.', 'meet.example.org'],
    ['wss://meet.example.org/xmpp-websocket', 'meet.example.org'],
    ['//cdn.example.org/a.js', 'cdn.example.org'],
    ['stun:stun.l.google.com:19302', 'stun.l.google.com'],
    ['turns:user@turn.example.org:443?transport=tcp', 'turn.example.org'],
    ['https://münchen.example', 'xn--mnchen-3ya.example'],
    ['https://[2001:DB8::1]:443/', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['127.0.0.1:8080', '127.0.0.1'],
    ['', undefined],
    ['https://', undefined],
    ['a b', undefined],
  ])('%s is %s', (text, host) => expect(hostOf(text)).toBe(host));
});

describe('own hosts', () => {
  const target = {
    url: 'https://meet.amt.example.de/x',
    own_hosts: ['stadtnetz.example', '*.rz.example', '10.0.0.5'],
  };
  it.each([
    ['meet.amt.example.de', true],
    ['example.de', true],
    ['turn.example.de', true],
    ['https://example.de/path', true],
    ['notexample.de', false],
    ['example.de.evil.com', false],
    ['stadtnetz.example', true],
    ['a.b.stadtnetz.example', true],
    ['x.rz.example', true],
    ['10.0.0.5', true],
    ['10.0.0.50', false],
    ['', false],
  ])('%s: %s', (host, own) => expect(isOwnHost(host, target)).toBe(own));

  it('customers of one hosting provider are strangers to each other', () => {
    expect(isOwnHost('other.github.io', { url: 'https://amt.github.io' })).toBe(false);
    expect(isOwnHost('x.co.uk', { url: 'https://y.co.uk' })).toBe(false);
  });

  it('addresses in numbers and single names are compared whole', () => {
    expect(isOwnHost('10.0.0.6', { url: 'https://10.0.0.5' })).toBe(false);
    expect(isOwnHost('10.0.0.5', { url: 'https://10.0.0.5:8443' })).toBe(true);
    expect(isOwnHost('[::1]', { url: 'http://[::1]:80' })).toBe(true);
    expect(isOwnHost('localhost', { url: 'http://localhost:8080' })).toBe(true);
    expect(isOwnHost('turn.intern', { url: ['https://a.example', 'https://bbb.intern'] })).toBe(false);
    expect(isOwnHost('turn.bbb.intern', { url: ['https://a.example', 'https://bbb.intern'] })).toBe(true);
  });
});

describe('countries', () => {
  it.each([
    ['stun.l.google.com', 'US'],
    ['meet-jit-si-turnrelay.jitsi.net', 'US'],
    ['8x8.vc', 'US'],
    ['api.amplitude.com', 'US'],
    ['push-notifications.nextcloud.com', 'DE'],
    ['gateway.rocket.chat', 'US'],
    ['notgoogle.com', undefined],
    ['192.0.2.1', undefined],
  ])('%s: %s', (host, country) => expect(countryOf(host)).toBe(country));

  it('the configuration outranks the map and speaks for what lies below', () => {
    const own = { 'google.com': { country: 'DE' }, '192.0.2.1': { country: 'FR' } };
    expect(countryOf('stun.l.google.com', own)).toBe('DE');
    expect(countryOf('192.0.2.1', own)).toBe('FR');
    expect(countryOf('constructor', own)).toBeUndefined();
  });

  it('no domain stands twice, countries are codes', () => {
    const domains = Object.values(knownHosts.countries).flatMap((lines) =>
      lines.flatMap((line) => line.split(' ')),
    );
    expect(new Set(domains).size).toBe(domains.length);
    for (const domain of domains) expect(hostOf(domain)).toBe(domain);
    expect(new Set(eea).size).toBe(30);
    expect(eea).not.toContain('CH');
    expect(eea).not.toContain('GB');
  });
});

describe('endpoints in third countries', () => {
  it.each([
    [[], true, { items: [], complete: true }],
    [['push-notifications.nextcloud.com'], true, { items: [], complete: true }],
    [
      ['stun.l.google.com', '8x8.vc', '8x8.vc'],
      true,
      { items: ['8x8.vc', 'stun.l.google.com'], complete: true },
    ],
  ])('%j', (hosts, complete, expected) => {
    expect(thirdCountryList(hosts, complete)).toEqual(expected);
  });

  it('one host without a country leaves the list open, and says what closes it', () => {
    const open = thirdCountryList(['turn.unknown.example', '8x8.vc'], true);
    expect(open).toMatchObject({
      items: ['8x8.vc'],
      complete: false,
      missing: { code: 'incomplete', fill: { kind: 'config', name: 'endpoints' } },
    });
    const own = { 'unknown.example': { country: 'CH' } };
    expect(thirdCountryList(['turn.unknown.example', '8x8.vc'], true, own)).toEqual({
      items: ['8x8.vc', 'turn.unknown.example'],
      complete: true,
    });
  });

  it('an incomplete list stays incomplete with its own reason', () => {
    const missing = { code: 'unreachable', detail: 'HTTP 502' } as const;
    expect(thirdCountryList([], false, {}, missing)).toEqual({ items: [], complete: false, missing });
  });
});
