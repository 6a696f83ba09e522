import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/issues.ts';
import { loadConfig, type PolicyUse } from '../../src/config/load.ts';
import { now, parse, vendors } from './helper.ts';

const full = await readFile(new URL('fixtures/full.yaml', import.meta.url), 'utf8');
const minimal = 'targets:\n  - { id: meet, vendor: jitsi, url: https://meet.example.org }\n';

describe('the full example', () => {
  const config = parse(full);
  const [bbb, meet, cloud] = config.targets;

  it('gives typed settings: seconds, milliseconds, absolute paths', () => {
    expect(config).toMatchObject({
      file: '/etc/roomwarden/roomwarden.yaml',
      directory: '/etc/roomwarden',
      listen: { host: '127.0.0.1', port: 8480, tls: null, trusted_proxies: [] },
      data: '/etc/roomwarden/data',
      database: { url: { env: 'DATABASE_URL' } },
      instance: {
        key: { file: '/run/secrets/roomwarden_key' },
        roles: ['api', 'worker'],
        heartbeat: 30,
        shutdown: 30,
      },
      retention: { events: 7_776_000, resolved: 31_536_000, gone_rooms: 2_592_000 },
      feed: { initial: 'full' },
      export: { language: 'en', host: 'audit.example.org', enterprise_number: 32_473 },
      tags: { external: ['buergersprechstunde-*'] },
      policies: { 'room-password-strong': { parameters: { min_length: 10 } } },
      warnings: [],
    });
    expect(bbb).toMatchObject({
      id: 'bbb-main',
      vendor: 'bigbluebutton',
      schedule: '*/30 * * * *',
      freshness: 129_600,
      live: { purpose: 'Störungsdienst 2026-17' },
      origin: { file: '/etc/roomwarden/roomwarden.yaml', line: 11, column: 5 },
      settings: {
        secret: { env: 'BBB_SECRET' },
        properties: [{ host: 'bbb.example.org', path: '/etc/roomwarden/bbb/bbb-web.properties' }],
        hosting: { model: 'on_premises', country: 'DE', provider: null },
        tls: { ca: '/etc/ssl/amt-ca.pem' },
      },
    });
    expect(cloud?.settings['password']).toEqual({ file: '/etc/roomwarden/secrets/talk' });
  });

  it('knows when a target is stale unless told: three of the longest gaps, at least a day', () => {
    // Weekdays at six: from Friday to Monday are three days.
    expect(meet?.freshness).toBe(9 * 86_400);
    expect(cloud?.freshness).toBe(86_400);
    expect(cloud?.schedule).toBeNull();
  });

  it('keeps dated entries until the end of the day in the time zone, with their place', () => {
    expect(config.attestations).toEqual([
      {
        policy: 'processing-agreement-signed',
        target: 'bbb-main',
        fields: {
          value: true,
          toms_agreed: true,
          attested_by: 'Datenschutz',
          attested_at: '2026-05-04',
          reference: 'AVV-2026-17',
        },
        attestedAt: Date.parse('2026-05-03T22:00:00Z'),
        validUntil: Date.parse('2027-05-04T21:59:59.999Z'),
        origin: { file: '/etc/roomwarden/roomwarden.yaml', line: 29, column: 5 },
      },
    ]);
    expect(config.waivers).toEqual([
      {
        id: expect.stringMatching(/^file-[0-9a-f]{16}$/),
        policy: 'recording-off-as-rule',
        target: 'bbb-main',
        room: 'abc-def',
        reason: 'Schulungsvideo',
        owner: 'Fachgebiet 12',
        ticket: 'IT-4711',
        until: Date.parse('2027-01-31T22:59:59.999Z'),
        origin: { file: '/etc/roomwarden/roomwarden.yaml', line: 31, column: 5 },
      },
    ]);
  });

  it('names every secret with its place, and whose it is', () => {
    const lines = full.split('\n');
    const found = config.secrets.map(({ path, target, origin }) => {
      const there = lines[origin.line - 1]?.slice(origin.column - 1) ?? '';
      return [path, target, /^\{ (?:env|file): [^ ]+ \}/.exec(there)?.[0]];
    });
    expect(found).toEqual([
      ['database.url', null, '{ env: DATABASE_URL }'],
      ['instance.key', null, '{ file: /run/secrets/roomwarden_key }'],
      ['access.oidc.client_secret', null, '{ file: secrets/oidc }'],
      ['targets[0].secret', 'bbb-main', '{ env: BBB_SECRET }'],
      ['targets[0].greenlight.database', 'bbb-main', '{ env: GREENLIGHT_DATABASE_URL }'],
      ['targets[2].password', 'cloud', '{ file: secrets/talk }'],
      ['targets[2].database', 'cloud', '{ env: NEXTCLOUD_DATABASE_URL }'],
      ['targets[3].user_id', 'chat', '{ env: RC_USER }'],
      ['targets[3].token', 'chat', '{ env: RC_TOKEN }'],
    ]);
  });
});

describe('what is left out', () => {
  it('gets the documented defaults', () => {
    expect(parse(minimal)).toMatchObject({
      listen: { host: '127.0.0.1', port: 8480 },
      data: '/etc/roomwarden/data',
      timezone: 'Europe/Berlin',
      database: null,
      instance: { key: null, roles: ['api', 'worker'], heartbeat: 30, shutdown: 30 },
      privacy: { room_names: 'plain', room_ids: 'ref' },
      retention: {
        events: 7_776_000,
        resolved: 31_536_000,
        gone_rooms: 2_592_000,
        scans: 7_776_000,
        audit_log: 31_536_000,
        trends: 63_072_000,
      },
      feed: { initial: 'summary' },
      export: { language: 'de' },
      tags: {},
      attestations: [],
      waivers: [],
      push: [],
      policies: {},
    });
  });

  it('does not invent settings of a target', () => {
    expect(parse(minimal).targets[0]?.settings).toEqual({
      id: 'meet',
      vendor: 'jitsi',
      url: 'https://meet.example.org',
    });
  });
});

describe('what is unusual but right', () => {
  it.each([
    ['comments, CRLF and a byte order mark', `\uFEFF# Amt\r\n${minimal.replaceAll('\n', '\r\n')}`],
    [
      'http on loopback',
      'targets: [{ id: a, vendor: jitsi, url: "http://127.0.0.1:8080" }, { id: b, vendor: jitsi, url: "http://[::1]/" }]',
    ],
    [
      'http where it is wanted',
      'targets: [{ id: a, vendor: jitsi, url: http://meet.example.org, insecure_http: true }]',
    ],
    [
      'an open address behind a proxy',
      `listen: { host: 0.0.0.0 }\ntrusted_proxies: [10.0.0.0/8, "::1"]\n${minimal}`,
    ],
    ['an open address with TLS', `listen: { host: "::" }\ntls: { cert: c.pem, key: k.pem }\n${minimal}`],
    [
      'an owner that is declared as nobody',
      'targets: [{ id: a, vendor: jitsi, url: https://a.example, owner: null }]',
    ],
    [
      'a shared block',
      'targets:\n- { id: a, vendor: jitsi, url: https://a.example, hosting: &h { model: on_premises, country: DE } }\n- { id: b, vendor: jitsi, url: https://b.example, hosting: *h }',
    ],
    [
      'an empty line of the contact form',
      `${minimal}attestations: [{ policy: security-contact-named, target: meet, value: true, contact_phone: "", attested_by: IT, attested_at: 2026-01-01, valid_until: 2027-01-01 }]`,
    ],
    [
      'not applicable, with a reason',
      `${minimal}attestations: [{ policy: p, target: meet, declared_not_applicable: { reason: keine VS }, attested_by: IT, attested_at: 2026-01-01, valid_until: 2027-01-01 }]`,
    ],
  ])('%s', (_, text) => {
    expect(() => parse(text)).not.toThrow();
  });
});

describe('warnings', () => {
  it('tells what is over, without refusing it', () => {
    const { warnings } = parse(
      `${minimal}waivers: [{ policy: p, target: meet, reason: r, owner: o, until: 2026-06-14 }]\n` +
        'attestations: [{ policy: p, target: meet, value: true, attested_by: IT, attested_at: 2025-01-01, valid_until: 2026-01-01 }]\n',
    );
    expect(warnings.map((each) => [each.line, each.column, each.path])).toEqual([
      [4, 111, 'attestations[0].valid_until'],
      [3, 66, 'waivers[0].until'],
    ]);
  });

  it('lets a waiver hold on its last day', () => {
    const text = `${minimal}waivers: [{ policy: p, target: meet, reason: r, owner: o, until: 2026-06-15 }]\n`;
    expect(parse(text).warnings).toEqual([]);
  });
});

describe('waivers', () => {
  const waiver = (until: string, more = ''): string =>
    `{ policy: p, target: meet, reason: r, owner: o, until: ${until}${more} }`;

  it('keep their id when they are prolonged, and differ otherwise', () => {
    const ids = (...entries: string[]): string[] =>
      parse(`${minimal}waivers: [${entries.join(', ')}]\n`).waivers.map((each) => each.id);
    const [first] = ids(waiver('2026-07-01'));
    expect(ids(waiver('2026-09-01'))).toEqual([first]);
    expect(
      new Set(ids(waiver('2026-07-01'), waiver('2026-09-01'), waiver('2026-09-01', ', room: a'))).size,
    ).toBe(3);
  });
});

describe('policies', () => {
  it('hands every use to the check and merges what it finds', () => {
    let seen: readonly PolicyUse[] = [];
    const refused = (): void => {
      parse(full, {
        checkPolicies: (uses) => {
          seen = uses;
          return [
            { path: ['policies', 'room-password-strong'], message: { de: 'd', en: 'e' }, on: 'key' },
            { path: ['attestations', 0, 'toms_agreed'], message: { de: 'd', en: 'e' }, on: 'key' },
          ];
        },
      });
    };
    expect(refused).toThrow(ConfigError);
    expect(seen).toEqual([
      {
        path: ['policies', 'room-password-strong'],
        policy: 'room-password-strong',
        use: 'parameters',
        parameters: { min_length: 10 },
      },
      {
        path: ['attestations', 0],
        policy: 'processing-agreement-signed',
        use: 'attestation',
        fields: ['toms_agreed'],
      },
      { path: ['waivers', 0], policy: 'recording-off-as-rule', use: 'waiver', approved: false },
    ]);
  });
});

describe('loadConfig', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'roomwarden-config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads a file; what it names is relative to its folder', async () => {
    const file = join(folder, 'roomwarden.yaml');
    await writeFile(file, minimal);
    expect((await loadConfig(file, vendors, { now })).data).toBe(join(folder, 'data'));
  });

  it('says when there is none, or none to read', async () => {
    await expect(loadConfig(join(folder, 'none.yaml'), vendors)).rejects.toMatchObject({ code: 'RW1001' });
    await expect(loadConfig(folder, vendors)).rejects.toMatchObject({ code: 'RW1002' });
    const latin = join(folder, 'latin.yaml');
    await writeFile(latin, Buffer.from([0x61, 0x3a, 0x20, 0xe4]));
    await expect(loadConfig(latin, vendors)).rejects.toMatchObject({
      code: 'RW1002',
      params: { detail: 'UTF-8' },
    });
  });

  it('prints every fault on a line of its own', async () => {
    const file = join(folder, 'bad.yaml');
    await writeFile(file, 'data: ""\ntargets: []\nlisten: { port: 99999 }\n');
    const error = await loadConfig(file, vendors).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).exitCode).toBe(3);
    expect((error as ConfigError).text('en').split('\n').slice(2)).toEqual([
      `${file}:1:7: data: This must not be empty.`,
      `${file}:3:17: listen.port: At most 65535.`,
    ]);
  });
});
