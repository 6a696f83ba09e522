// A table of cases, one per form or fault, so longer than the usual file.
import { describe, expect, it } from 'vitest';
import { faults } from './helper.ts';

const meet = 'targets:\n  - { id: meet, vendor: jitsi, url: https://meet.example.org }\n';
const target = (keys: string): string => `targets:\n  - { id: a, ${keys} }\n`;

describe('one fault, at its place', () => {
  it.each<[string, string, string]>([
    ['nothing', '', '1:1: The configuration is empty or not a group of keys; at least targets is needed.'],
    [
      'a list',
      '- a\n',
      '1:1: The configuration is empty or not a group of keys; at least targets is needed.',
    ],
    ['no targets', 'data: x\n', '1:1: targets: The key "targets" is missing.'],
    ['a typo', `${meet}listne: {}\n`, '3:1: listne: Unknown key "listne"; perhaps "listen" is meant.'],
    [
      'a key of nobody',
      `${meet}privacy: { shield: on }\n`,
      '3:12: privacy.shield: Unknown key "shield"; known are: room_ids, room_names.',
    ],
    ['the same key twice', `${meet}data: a\ndata: b\n`, '4:1: This key stands here for the second time.'],
    ['text that is no YAML', `${meet}data: "abc\n`, '4:1: The text is not valid YAML here (MISSING_CHAR).'],
    ['a tab', 'targets:\n\t- a\n', '2:1: Indent with spaces, not with tabs.'],
    [
      'two documents',
      `${meet}---\ndata: x\n`,
      '3:1: The file holds several documents (---); only one is accepted.',
    ],
    [
      'a type of its own',
      `${meet}data: !env X\n`,
      '3:7: Custom YAML types (!name) are not accepted; secrets are given as { env: NAME } or { file: PATH }.',
    ],
    [
      'an alias in itself',
      `x: &a { y: *a }\n${meet}`,
      '1:12: References (*name) multiply the content; that many are not accepted.',
    ],
    [
      'an alias bomb',
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n',
      '2:8: References (*name) multiply the content; that many are not accepted.',
    ],
    [
      'deep nesting',
      `x: ${'['.repeat(50)}${']'.repeat(50)}\n`,
      '1:44: x[0][0]: The text is nested too deeply.',
    ],
    ['an abyss', `x: ${'['.repeat(20_000)}`, expect.stringContaining('The text is nested too deeply.')],
    [
      'a key of digits',
      `${meet}tags: { 012: [x] }\n`,
      '3:9: tags: A key that is not text belongs in quotes (012 would become 12).',
    ],
    ['a key with a meaning', `${meet}tags: { __proto__: [x] }\n`, '3:9: tags: This key is not accepted.'],
    ['a value that is none', `${meet}data:\n`, '3:6: data: Expected is text, here is nothing.'],
    [
      'a time zone',
      `${meet}timezone: Europe/Erfurt\n`,
      '3:11: timezone: This time zone is not known; a name such as Europe/Berlin is expected.',
    ],
    [
      'a bare number as duration',
      `${meet}retention: { events: 90 }\n`,
      '3:22: retention.events: A duration stands here: a whole number and a unit, 90s, 30m, 24h or 7d.',
    ],
    [
      'a week as duration',
      `${meet}retention: { scans: 5w }\n`,
      '3:21: retention.scans: A duration stands here: a whole number and a unit, 90s, 30m, 24h or 7d.',
    ],
    [
      'no duration at all',
      `${meet}retention: { scans: 0d }\n`,
      '3:21: retention.scans: The duration must be more than zero.',
    ],
    ['a port', `${meet}listen: { port: "8480" }\n`, '3:17: listen.port: Expected is a number, here is text.'],
    [
      'an open address',
      `${meet}listen: { host: 0.0.0.0 }\n`,
      '3:17: listen.host: An address that other machines can reach needs tls or trusted_proxies: access tokens would cross the network in clear text. Either give tls: { cert: FILE, key: FILE }, or put a proxy with TLS in front and name its address under trusted_proxies; without both, host stays 127.0.0.1.',
    ],
    [
      'a proxy that is none',
      `${meet}trusted_proxies: [proxy.example.org]\n`,
      '3:19: trusted_proxies[0]: An IP address or a network such as 10.0.0.0/8 stands here.',
    ],
    [
      'a network that is none',
      `${meet}trusted_proxies: [10.0.0.0/33]\n`,
      '3:19: trusted_proxies[0]: An IP address or a network such as 10.0.0.0/8 stands here.',
    ],
    [
      'everybody as proxy',
      `${meet}trusted_proxies: ["::/0"]\n`,
      '3:19: trusted_proxies[0]: A network of all addresses would trust not proxies but everybody; name the addresses of the proxies.',
    ],
    [
      'a header with a meaning of its own',
      `${meet}access: { header: X-Forwarded-For }\n`,
      '3:19: access.header: The name of a header of its own stands here, such as X-Api-Key; Authorization always works.',
    ],
    [
      'sessions that idle longer than they last',
      `${meet}access: { sessions: { idle: 2d, longest: 1d } }\n`,
      '3:29: access.sessions.idle: idle is not longer than longest.',
    ],
    [
      'a public address in clear',
      `${meet}access: { public_url: "http://audit.example.org" }\n`,
      '3:23: access.public_url: The address of the service as browsers see it stands here: https://host[:port], without a path.',
    ],
    [
      'a public address with a path',
      `${meet}access: { public_url: "https://audit.example.org/x" }\n`,
      '3:23: access.public_url: The address of the service as browsers see it stands here: https://host[:port], without a path.',
    ],
    [
      'an issuer without a way back',
      `${meet}access: { oidc: { issuer: "https://i.example.org", client_id: rw, roles: [{ group: a, scopes: [read] }] } }\n`,
      '3:11: access.oidc: The login at an issuer needs access.public_url: it sends browsers back there.',
    ],
    [
      'an issuer in clear',
      `${meet}access: { public_url: "https://a.example.org", oidc: { issuer: "http://i.example.org", client_id: rw, roles: [{ group: a, scopes: [read] }] } }\n`,
      '3:64: access.oidc.issuer: An issuer is asked in clear text on the same machine only; otherwise https, or expressly insecure_http: true.',
    ],
    [
      'a role for a target that is none',
      `${meet}access: { public_url: "https://a.example.org", oidc: { issuer: "https://i.example.org", client_id: rw, roles: [{ group: a, scopes: [read], targets: [met] }] } }\n`,
      '3:150: access.oidc.roles[0].targets[0]: There is no target "met" under targets.',
    ],
    [
      'a client secret in clear',
      `${meet}access: { public_url: "https://a.example.org", oidc: { issuer: "https://i.example.org", client_id: rw, client_secret: hunter2, roles: [{ group: a, scopes: [read] }] } }\n`,
      '3:119: access.oidc.client_secret: A secret is never written in clear: { env: NAME } or { file: PATH }.',
    ],
    ['a choice', `${meet}privacy: { room_ids: none }\n`, '3:22: privacy.room_ids: Allowed is: ref, plain.'],
    [
      'PostgreSQL without a key',
      `${meet}database: { url: { env: X } }\n`,
      '3:1: database: PostgreSQL needs instance.key: all instances must have the same key.',
    ],
    [
      'a database in clear',
      `${meet}instance: { key: { env: K } }\ndatabase: { url: "postgres://a:b@c/d" }\n`,
      '4:18: database.url: A secret is never written in clear: { env: NAME } or { file: PATH }.',
    ],
  ])('%s', (_, text, expected) => {
    expect(faults(text)).toEqual([expected]);
  });
});

describe('one fault of a target', () => {
  it.each<[string, string, string]>([
    [
      'unknown vendor',
      'vendor: zom',
      '2:22: targets[0].vendor: Roomwarden does not know the vendor "zom"; known are: bigbluebutton, declared, jitsi, nextcloud-talk, rocketchat.',
    ],
    ['missing key', 'vendor: jitsi', '2:5: targets[0].url: The key "url" is missing.'],
    [
      'a key of another vendor',
      'vendor: declared, product: Zoom, greenlight: {}',
      '2:47: targets[0].greenlight: Unknown key "greenlight"; known are: endpoints, freshness, hosting, id, insecure_http, live, own_hosts, owner, participants_expected, privacy_notice, product, proxy, schedule, tls, vendor, version.',
    ],
    [
      'a room of digits',
      'vendor: jitsi, url: https://a.example, rooms: [ leitung, 007 ]',
      '2:71: targets[0].rooms[1]: Expected is text, here is a number. Text made of digits belongs in quotes (012 would become 12).',
    ],
    [
      'a secret in clear',
      'vendor: bigbluebutton, url: https://a.example, secret: hunter2',
      '2:69: targets[0].secret: A secret is never written in clear: { env: NAME } or { file: PATH }.',
    ],
    [
      'two places for a secret',
      'vendor: bigbluebutton, url: https://a.example, secret: { env: A, file: b }',
      '2:69: targets[0].secret: A secret is never written in clear: { env: NAME } or { file: PATH }.',
    ],
    [
      'http',
      'vendor: jitsi, url: http://a.example',
      '2:34: targets[0].url: Clear text (http) is used only on the same machine; otherwise https, or expressly insecure_http: true.',
    ],
    [
      'http below',
      'vendor: bigbluebutton, url: https://a.example, secret: { env: A }, greenlight: { url: http://g.example }',
      '2:100: targets[0].greenlight.url: Clear text (http) is used only on the same machine; otherwise https, or expressly insecure_http: true.',
    ],
    [
      'a password in an address',
      'vendor: jitsi, url: https://u:p@a.example',
      '2:34: targets[0].url: Name and password do not belong into an address; secrets are given as { env: NAME } or { file: PATH }.',
    ],
    [
      'no address',
      'vendor: jitsi, url: a.example',
      '2:34: targets[0].url: A complete address stands here (https://…).',
    ],
    [
      'seconds in a schedule',
      'vendor: jitsi, url: https://a.example, schedule: "0 * * * * *"',
      '2:63: targets[0].schedule: A schedule has five fields (minute hour day month weekday); there are no seconds and no years.',
    ],
    [
      'a schedule that is none',
      'vendor: jitsi, url: https://a.example, schedule: "61 * * * *"',
      '2:63: targets[0].schedule: This is not a cron line of five fields, such as "*/30 * * * *".',
    ],
    [
      'a nickname',
      'vendor: jitsi, url: https://a.example, schedule: "@daily"',
      '2:63: targets[0].schedule: This is not a cron line of five fields, such as "*/30 * * * *".',
    ],
    [
      'a day that never comes',
      'vendor: jitsi, url: https://a.example, schedule: "0 0 30 2 *"',
      '2:63: targets[0].schedule: This schedule never comes due.',
    ],
    [
      'freshness',
      'vendor: jitsi, url: https://a.example, freshness: 1x',
      '2:64: targets[0].freshness: A duration stands here: a whole number and a unit, 90s, 30m, 24h or 7d.',
    ],
    [
      'yes',
      'vendor: jitsi, url: https://a.example, insecure_http: yes',
      '2:68: targets[0].insecure_http: Expected is true or false, here is text. "yes", "no", "on" and "off" are text.',
    ],
    [
      'a country',
      'vendor: jitsi, url: https://a.example, hosting: { model: hosted, country: Germany }',
      '2:88: targets[0].hosting.country: Two capital letters of ISO 3166-1 stand here, for example DE.',
    ],
    [
      "the vendor's own check",
      'vendor: jitsi, url: https://a.example, rooms: ["*"]',
      '2:60: targets[0].rooms: no patterns',
    ],
    [
      'itself as conference',
      'vendor: rocketchat, url: https://a.example, conference_target: a',
      '2:77: targets[0].conference_target: A target cannot refer to itself.',
    ],
    [
      'nobody as conference',
      'vendor: rocketchat, url: https://a.example, conference_target: b',
      '2:77: targets[0].conference_target: There is no target "b"; known are: a.',
    ],
    [
      'live without a purpose',
      'vendor: jitsi, url: https://a.example, live: {}',
      '2:59: targets[0].live.purpose: The key "purpose" is missing.',
    ],
  ])('%s', (_, keys, expected) => {
    expect(faults(target(keys))).toEqual([expected]);
  });

  it('an id that is taken', () => {
    expect(faults(`${meet}  - { id: meet, vendor: declared, product: X }\n`)).toEqual([
      '3:11: targets[1].id: This id stands in line 2 already.',
    ]);
  });
});

describe('one fault of an attestation or a waiver', () => {
  const attested = (keys: string): string =>
    `${meet}attestations:\n  - { policy: p, target: meet, ${keys} }\n`;
  const dated = 'attested_by: IT, attested_at: 2026-01-01, valid_until: 2027-01-01';
  const waived = (keys: string): string => `${meet}waivers_max: 10d\nwaivers:\n  - { policy: p, ${keys} }\n`;

  it.each<[string, string, string]>([
    [
      'no value',
      attested(dated),
      '4:5: attestations[0]: An attestation gives either value or declared_not_applicable.',
    ],
    [
      'both',
      attested(`value: true, declared_not_applicable: { reason: r }, ${dated}`),
      '4:5: attestations[0]: An attestation gives either value or declared_not_applicable.',
    ],
    [
      'no end',
      attested('value: true, attested_by: IT, attested_at: 2026-01-01'),
      '4:5: attestations[0].valid_until: The key "valid_until" is missing.',
    ],
    [
      'an end before the beginning',
      attested('value: true, attested_by: IT, attested_at: 2026-01-02, valid_until: 2026-01-01'),
      '4:100: attestations[0].valid_until: The attestation ends before it begins.',
    ],
    [
      'Privacy Shield',
      attested(`value: true, guarantee: privacy_shield, ${dated}`),
      '4:56: attestations[0].guarantee: "privacy_shield" is no guarantee: the agreement was declared invalid in 2020 (CJEU C-311/18). Allowed: adequacy, scc, bcr, none.',
    ],
    [
      'a field of nobody',
      attested(`value: true, tom_agreed: true, ${dated}`),
      '4:45: attestations[0].tom_agreed: Unknown key "tom_agreed"; perhaps "toms_agreed" is meant.',
    ],
    [
      'a date of a field',
      attested(`value: true, review_date: 2026-13-01, ${dated}`),
      '4:58: attestations[0].review_date: A day that exists stands here, as YYYY-MM-DD.',
    ],
    [
      'two for one',
      `${attested(`value: true, ${dated}`)}  - { policy: p, target: meet, value: true, ${dated} }\n`,
      '5:15: attestations[1].policy: Line 4 holds an attestation for this policy and target already; replace the one that ended.',
    ],
    [
      'a target of nobody',
      waived('target: x, reason: r, owner: o, until: 2026-06-16'),
      '5:26: waivers[0].target: There is no target "x"; known are: meet.',
    ],
    [
      'room and tag',
      waived('target: meet, room: a, tag: b, reason: r, owner: o, until: 2026-06-16'),
      '5:46: waivers[0].tag: Either room or tag, not both.',
    ],
    [
      'a tag of nobody',
      waived('target: meet, tag: b, reason: r, owner: o, until: 2026-06-16'),
      '5:37: waivers[0].tag: This tag does not stand under tags.',
    ],
    [
      'a ticket of digits',
      waived('target: meet, ticket: 4711, reason: r, owner: o, until: 2026-06-16'),
      '5:40: waivers[0].ticket: Expected is text, here is a number. Text made of digits belongs in quotes (012 would become 12).',
    ],
    [
      'a German date',
      waived('target: meet, reason: r, owner: o, until: 16.06.2026'),
      '5:60: waivers[0].until: A day that exists stands here, as YYYY-MM-DD.',
    ],
    [
      'too far ahead',
      waived('target: meet, reason: r, owner: o, until: 2026-06-28'),
      '5:60: waivers[0].until: The waiver reaches further ahead than waivers_max allows.',
    ],
  ])('%s', (_, text, expected) => {
    expect(faults(text)).toEqual([expected]);
  });
});

describe('several faults', () => {
  const text = [
    'listen: { host: 0.0.0.0, prt: 1 }',
    'retention: { events: 90 }',
    'targets:',
    '  - { id: Meet, vendor: zom }',
    '  - { id: b, vendor: bigbluebutton, url: http://b.example, secret: hunter2, schedule: often }',
    'waivers:',
    '  - { policy: p, target: c, reason: "", owner: o, until: 2026-07-01 }',
    '  - { policy: p, target: c, reason: r, owner: o, until: 2026-07-01 }',
    'policies: { p: 1 }',
  ].join('\n');

  it('come all at once, in the order of the file', () => {
    const found = faults(text, 'en', {
      checkPolicies: (uses) =>
        uses.map(({ path, policy }) => ({ path: [...path, 'policy'], message: { de: policy, en: policy } })),
    });
    expect(found.map((line) => line.split(': ').slice(0, 2).join(' '))).toEqual([
      '1:26 listen.prt',
      '2:22 retention.events',
      '4:11 targets[0].id',
      '4:25 targets[0].vendor',
      '5:42 targets[1].url',
      '5:68 targets[1].secret',
      '5:87 targets[1].schedule',
      '7:15 waivers[0].policy',
      '7:37 waivers[0].reason',
      '8:15 waivers[1].policy',
      '8:26 waivers[1].target',
      '9:16 policies.p',
      '9:16 policies.p.policy',
    ]);
  });

  it('are told in German as well, and never quote a value that could be a secret', () => {
    const german = faults(text, 'de');
    expect(german).toHaveLength(faults(text).length);
    expect(german).toContain(
      '5:68: targets[1].secret: Ein Geheimnis steht nie im Klartext: { env: NAME } oder { file: PFAD }.',
    );
    expect([...german, ...faults(text)].join()).not.toContain('hunter2');
    expect(faults(`x: "hunter2" hunter3\n${meet}`).join()).not.toMatch(/hunter/);
  });
});
