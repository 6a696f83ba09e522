import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorServer } from '../../adapters/contract/simulator.ts';
import { deployment, type Replayed, replay, sample, samplesPresent, skipped } from './replay.ts';
import { replayTalk } from './servers.ts';

/** Twenty minutes after the recording. */
const recordedAt = Date.parse('2026-11-21T22:15:00Z');

let server: SimulatorServer | undefined;
afterEach(() => server?.close());

async function scanned(files: Parameters<typeof replayTalk>[1] = {}): Promise<Replayed> {
  server = await replayTalk(recordedAt, files);
  const target = { vendor: 'nextcloud-talk', url: server.origin, user: 'auditor', password: { env: 'P' } };
  return replay({ ...target, own_hosts: ['example.org'] }, 'replayed-password', recordedAt);
}

const room: Record<string, string> = samplesPresent
  ? JSON.parse(sample('nextcloud-talk/index.json')).showcase
  : {};

describe.skipIf(!samplesPresent)(`verdicts on a recorded Nextcloud Talk${skipped}`, () => {
  const cases: [where: string, policy: string, verdict: string, why: string][] = [
    ['group', 'room-access-restricted', 'pass', 'a group room has members only'],
    ['group', 'guest-access-controlled', 'pass', 'type 2 lets no guests in'],
    ['group', 'room-password-strong', 'not_applicable', 'there is no password'],
    ['group', 'chat-deleted-after-meeting', 'violation', 'messageExpiration 0 keeps messages for ever'],
    ['public-no-password', 'room-access-restricted', 'violation', 'type 3, no password, no lobby'],
    ['public-no-password', 'guest-access-controlled', 'violation', 'guests get in and nobody admits them'],
    ['public-password', 'room-access-restricted', 'pass', 'hasPassword in a public room'],
    ['public-password', 'guest-access-controlled', 'violation', 'a password does not tell who a guest is'],
    [
      'public-password',
      'room-password-strong',
      'unknown',
      'Talk shows that there is one, never how long it is',
    ],
    ['public-lobby', 'room-access-restricted', 'pass', 'lobbyState 1'],
    ['public-lobby', 'guest-access-controlled', 'pass', 'guests wait in the lobby'],
    ['public-password-lobby-timer', 'room-password-strong', 'pass', 'the lobby makes up for any password'],
    [
      'listable-users',
      'room-not-publicly-listed',
      'violation',
      'listable 1: every account finds and joins it',
    ],
    ['listable-users', 'room-access-restricted', 'violation', 'who finds it joins it'],
    ['listable-all', 'room-not-publicly-listed', 'violation', 'listable 2: guests of the server too'],
    ['listable-all', 'chat-deleted-after-meeting', 'pass', 'messages expire after an hour'],
    [
      'message-expiration',
      'chat-deleted-after-meeting',
      'pass',
      'messages expire after a week, thirty days are allowed',
    ],
    ['sip-pin', 'dial-in-protected', 'pass', 'sipEnabled 1: a PIN of seven digits for each person'],
    ['sip-no-pin', 'dial-in-protected', 'violation', 'sipEnabled 2: the number alone is enough'],
    ['group', 'dial-in-protected', 'not_applicable', 'sipEnabled 0'],
    ['event', 'chat-deleted-after-meeting', 'pass', 'event rooms go 28 days after their last use'],
    ['instant-meeting', 'chat-deleted-after-meeting', 'pass', 'instant meetings go after a day'],
    ['read-only', 'room-access-restricted', 'not_applicable', 'no call is possible in a locked room'],
    ['e2e-mixed', 'room-access-restricted', 'violation', 'public, open, without lobby'],
    [deployment, 'platform-version-current', 'violation', 'Nextcloud 32.0.1 is out of support at that time'],
    [deployment, 'presence-status-disabled', 'violation', 'the user_status block is there and enabled'],
    [deployment, 'activity-statistics-disabled', 'violation', 'the app activity is there'],
    [deployment, 'recording-off-as-rule', 'violation', 'a recording backend is configured and on'],
    [deployment, 'access-restriction-enforced', 'violation', 'force-passwords is false'],
    [deployment, 'room-password-strong', 'pass', 'password_policy asks for ten characters'],
    [deployment, 'virtual-background-available', 'pass', 'predefined backgrounds are offered'],
    [deployment, 'join-muted', 'violation', 'start-without-media is false'],
    [
      deployment,
      'recordings-deleted-after-meeting',
      'unknown',
      'recordings are files that this account cannot list',
    ],
    [deployment, 'processing-agreement-signed', 'unknown', 'no attestation is given'],
  ];

  it('each as the facts page implies', async () => {
    const found = await scanned();
    const seen = cases.map(([where, policy, , why]) => [
      where,
      policy,
      found.verdict(room[where] ?? where, policy),
      why,
    ]);
    expect(seen).toEqual(cases);
  });

  it('one-to-one rooms, notes and former conversations are judged nowhere', async () => {
    const { report } = await scanned();
    const text = JSON.stringify(report);
    expect(text).not.toContain(room['one-to-one']);
    for (const name of ["Let's get started!", 'Note to self', '"Frank"']) expect(text).not.toContain(name);
    const judged = new Set(
      report.findings.filter(({ subject }) => subject.kind === 'room').map(({ subject }) => subject.id ?? ''),
    );
    judged.delete('');
    expect(judged.size).toBe(23);
  });

  it('a plain member: what it may not see is unknown, not passed', async () => {
    const found = await scanned({ list: 'room-list-plain-participant.json' });
    const listed = room['listable-all'] ?? '';
    expect(found.verdict(listed, 'room-not-publicly-listed')).toBe('violation');
    expect(found.verdict(listed, 'chat-deleted-after-meeting')).toBe('unknown');
  });

  it('factory settings: no recording, no dial-in', async () => {
    const found = await scanned({
      anonymous: 'capabilities-anonymous-default-install.json',
      account: 'capabilities-user-default-install.json',
    });
    expect(found.verdict(deployment, 'recording-off-as-rule')).not.toBe('violation');
    expect(found.verdict(deployment, 'dial-in-protected')).not.toBe('violation');
  });

  it('presence switched off is a pass', async () => {
    const found = await scanned({ account: 'capabilities-user-status-app-disabled.json' });
    expect(found.verdict(deployment, 'presence-status-disabled')).toMatch(/^(?:pass|not_applicable)$/);
  });
});
