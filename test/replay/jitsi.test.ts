import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorServer } from '../../adapters/contract/simulator.ts';
import { replayJitsi } from './jitsi-server.ts';
import { type Replayed, replay, sample, samplesPresent, skipped } from './replay.ts';

const recordedAt = 1_795_300_000_000;

let server: SimulatorServer | undefined;
afterEach(() => server?.close());

const socketOf = (origin: string): string => origin.replace(/^http/, 'ws');
const plain = (domain: string, muc: string) => (origin: string) =>
  `var config = ${JSON.stringify({ hosts: { domain, muc }, websocket: `${socketOf(origin)}/xmpp-websocket` })};`;

const configs = {
  /** As the web server sends it: its own comments are filled in. */
  current: (origin: string) =>
    sample('jitsi/config/docker-form.config.js')
      .replace(/<!--#.*?-->/g, '')
      .replaceAll('wss://video.example.de', socketOf(origin)),
  legacy: plain('legacy.example.test', 'conference.legacy.example.test'),
  secure: plain('secure.jitsi', 'muc.secure.jitsi'),
  jwt: plain('jwt.jitsi', 'muc.jwt.jitsi'),
};

const rooms = ['open-room', 'password-room', 'lobby-room', 'lobby-password-room', 'no-such-room'];

async function scanned(name: keyof typeof configs): Promise<Replayed> {
  server = await replayJitsi(name, configs[name]);
  return replay({ vendor: 'jitsi', url: server.origin, rooms }, '', recordedAt);
}

describe.skipIf(!samplesPresent)(`verdicts on recorded Jitsi servers${skipped}`, () => {
  type Case = [room: string, policy: string, verdict: string, why: string];
  const legacy: Case[] = [
    [
      'open-room',
      'room-access-restricted',
      'violation',
      'muc_unsecured, no lobby, guests sign in anonymously',
    ],
    ['open-room', 'guest-access-controlled', 'violation', 'anonymous login works and nobody admits them'],
    [
      'open-room',
      'room-not-publicly-listed',
      'violation',
      'a guessable name without any door is open to all',
    ],
    ['open-room', 'room-password-strong', 'not_applicable', 'there is no password'],
    ['password-room', 'room-access-restricted', 'pass', 'muc_passwordprotected'],
    ['password-room', 'guest-access-controlled', 'violation', 'a password does not tell who a guest is'],
    [
      'password-room',
      'room-password-strong',
      'unknown',
      'the room says that there is one, not how long it is',
    ],
    ['lobby-room', 'room-access-restricted', 'pass', 'muc_membersonly with a lobby room'],
    ['lobby-room', 'guest-access-controlled', 'pass', 'the lobby is on'],
    ['lobby-room', 'room-password-strong', 'not_applicable', 'there is no password'],
    ['lobby-password-room', 'room-access-restricted', 'pass', 'password and lobby'],
    ['lobby-password-room', 'room-password-strong', 'pass', 'the lobby makes up for any password'],
    [
      'lobby-password-room',
      'chat-deleted-after-meeting',
      'pass',
      'muc_temporary: the history dies with the room',
    ],
    ['no-such-room', 'room-access-restricted', 'not judged', 'item-not-found: there is no such room'],
  ];
  const current: Case[] = [
    [
      'open-room',
      'room-access-restricted',
      'unknown',
      'forbidden: nothing of its doors is shown, silence of the lobby proves nothing',
    ],
    ['open-room', 'guest-access-controlled', 'unknown', 'whether the lobby is off cannot be seen'],
    ['password-room', 'room-access-restricted', 'unknown', 'forbidden: the password cannot be seen'],
    ['lobby-room', 'room-access-restricted', 'pass', 'the lobby answers for it'],
    ['lobby-room', 'guest-access-controlled', 'pass', 'the lobby answers for it'],
    ['lobby-room', 'room-password-strong', 'unknown', 'whether there is a password cannot be seen'],
    ['lobby-password-room', 'room-access-restricted', 'pass', 'the lobby answers for it'],
    ['lobby-room', 'chat-deleted-after-meeting', 'unknown', 'the form of the room is for its owner'],
    ['no-such-room', 'room-access-restricted', 'not judged', 'item-not-found'],
  ];

  it.each<[keyof typeof configs, Case[]]>([
    ['legacy', legacy],
    ['current', current],
  ])('%s: each as the facts page implies', async (name, cases) => {
    const found = await scanned(name);
    const seen = cases.map(([where, policy, , why]) => [where, policy, found.verdict(where, policy), why]);
    expect(seen).toEqual(cases);
    expect(found.report.targets[0]?.rooms.seen).toBe(4);
  });

  it.each(['secure', 'jwt'] as const)(
    '%s: strangers are refused, so no room is called open',
    async (name) => {
      const { report } = await scanned(name);
      const rooms_ = report.findings.filter(({ subject }) => subject.kind === 'room');
      expect(rooms_.length).toBeGreaterThan(0);
      expect(rooms_.filter(({ verdict }) => verdict === 'violation' || verdict === 'pass')).toEqual([]);
    },
  );
});
