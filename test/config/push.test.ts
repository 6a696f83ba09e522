import { describe, expect, it } from 'vitest';
import { pushEvents, pushSeverities } from '../../src/config/push.ts';
import { eventKinds } from '../../src/findings/types.ts';
import { severities } from '../../src/policy/types.ts';
import { faults, parse } from './helper.ts';

const meet = 'targets:\n  - { id: meet, vendor: jitsi, url: https://meet.example.org }\n';
const push = (...entries: string[]): string =>
  `${meet}push:\n${entries.map((entry) => `  - { ${entry} }\n`).join('')}`;
const told = (text: string): string[] => faults(text).map((fault) => fault.replace(/^(\d+):\d+/, '$1'));
const hook = 'id: a, kind: webhook, url: https://r.example.org/in, secret: { env: KEY }';
const log = 'id: a, kind: syslog, host: log.example.org';
const mail =
  'id: a, kind: email, host: mail.example.org, sender: audit@example.org, recipients: [ict@example.org]';

describe('section push', () => {
  it('knows the words of the ledger', () => {
    expect(pushSeverities).toEqual(severities);
    expect(['heartbeat', ...pushEvents].sort()).toEqual([...eventKinds].sort());
  });

  it('reads one receiver of each kind, with its defaults', () => {
    const { push: read, secrets } = parse(
      push(
        hook,
        'id: b, kind: splunk-hec, url: https://s.example.org:8088, token: { file: secrets/hec }, index: audit',
        'id: c, kind: gelf, url: https://g.example.org/gelf',
        'id: d, kind: syslog, host: log.example.org, tls: { ca: ca.pem, cert: c.pem, key: { file: k.pem } }',
        mail.replace('id: a', 'id: e'),
      ),
    );
    expect(read).toMatchObject([
      { id: 'a', from: 'now', heartbeats: false, attempts: 5, timeout: '30s', insecure: false },
      { id: 'b', format: 'flat', token: { file: '/etc/roomwarden/secrets/hec' }, source: 'roomwarden' },
      { id: 'c', bulk: false, batch: { events: 100, bytes: 1_000_000 } },
      {
        id: 'd',
        port: 6514,
        protocol: 'tls',
        confirm: 'close',
        message_bytes: 8_192,
        tls: { ca: '/etc/roomwarden/ca.pem', cert: '/etc/roomwarden/c.pem' },
      },
      { id: 'e', port: 587, security: 'starttls', schedule: '0 7 * * *', worst: 20 },
    ]);
    expect(secrets.map(({ path, target, serving }) => [path, target, serving])).toEqual([
      ['push[0].secret', null, true],
      ['push[1].token', null, true],
      ['push[3].tls.key', null, true],
    ]);
  });

  it('allows clear text on this machine, and elsewhere where it is asked for', () => {
    const local = [
      'id: a, kind: gelf, url: http://127.0.0.1:12201/gelf',
      'id: b, kind: syslog, host: localhost, protocol: tcp',
      'id: c, kind: gelf, url: http://g.example.org/gelf, insecure: true',
      'id: d, kind: syslog, host: log.example.org, protocol: tcp, insecure: true',
    ];
    expect(faults(push(...local))).toEqual([]);
  });

  const clear =
    'Clear text is sent only on the same machine; otherwise with TLS, or expressly insecure: true.';
  it.each<[string, string, string]>([
    ['no kind', 'id: a', '4: push[0]: A receiver names its kind: webhook, splunk-hec, gelf, syslog, email.'],
    [
      'a kind of nobody',
      'id: a, kind: pigeon',
      '4: push[0].kind: A receiver names its kind: webhook, splunk-hec, gelf, syslog, email.',
    ],
    ['no group', 'id', '4: push[0]: A receiver names its kind: webhook, splunk-hec, gelf, syslog, email.'],
    ['a typo', `${hook}, formt: flat`, '4: push[0].formt: Unknown key "formt"; perhaps "format" is meant.'],
    [
      'a secret in clear',
      'id: a, kind: webhook, url: https://r.example.org, secret: hunter2',
      '4: push[0].secret: A secret is never written in clear: { env: NAME } or { file: PATH }.',
    ],
    ['an unknown format', `${hook}, format: xml`, '4: push[0].format: Allowed is: native, flat, ocsf, ecs.'],
    [
      'an unknown target',
      `${hook}, targets: [meet, met]`,
      '4: push[0].targets[1]: There is no target "met"; known are: meet.',
    ],
    ['http', hook.replace('https', 'http'), `4: push[0].url: ${clear}`],
    ['plain syslog', `${log}, protocol: tcp`, `4: push[0].host: ${clear}`],
    ['plain mail', `${mail}, security: none`, `4: push[0].host: ${clear}`],
    [
      'a password in the address',
      hook.replace('r.example', 'u:p@r.example'),
      '4: push[0].url: Name and password do not belong into an address; secrets are given as { env: NAME } or { file: PATH }.',
    ],
    ['half a certificate', `${log}, tls: { cert: c.pem }`, '4: push[0].tls: cert and key belong together.'],
    ['half a login', `${mail}, user: u`, expect.stringContaining('user and password belong together.')],
    [
      'seconds',
      `${mail}, schedule: "0 0 7 * * *"`,
      expect.stringContaining('push[0].schedule: A schedule has five fields'),
    ],
    ['no recipients', mail.replace('[ict@example.org]', '[]'), expect.stringContaining('must not be empty')],
    ['an endless batch', `${hook}, batch: { events: 5000 }`, expect.stringContaining('At most 1000.')],
    ['no time', `${hook}, timeout: 0s`, expect.stringContaining('The duration must be more than zero.')],
  ])('%s', (_, entry, fault) => expect(told(push(entry))).toEqual([fault]));

  it('the same id twice', () => {
    expect(told(push(hook, hook))).toEqual(['5: push[1].id: This id stands in line 4 already.']);
  });
});
