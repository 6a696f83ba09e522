import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { isKnown } from '../../../adapters/contract/fact.ts';
import { type SimulatorServer, startSimulatorServer } from '../../../adapters/contract/simulator.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { paths } from '../../../adapters/nextcloud-talk/client.ts';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import { type Scan, scan } from '../../contract/scan.ts';

/** Answers recorded from a running server; they lie beside the checkout where there are any. */
const folder = fileURLToPath(new URL('../../../../shared/vendors/samples/nextcloud-talk/', import.meta.url));
const present = existsSync(folder);
const read = (file: string): string => readFileSync(`${folder}${file}`, 'utf8');

/** Twenty minutes after the recording. */
const recordedAt = Date.parse('2026-11-21T22:15:00Z');

interface Recording {
  anonymous?: string;
  account?: string;
  list?: string;
  participants?: Record<string, string>;
}

let server: SimulatorServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function replay(recording: Recording, live = false): Promise<Scan> {
  const files: Record<string, string | undefined> = {
    [paths.rooms]: recording.list ?? 'room-list-owner-no-last-message.json',
    [paths.listed]: 'listed-rooms.json',
    [paths.signaling]: 'signaling-settings.json',
    [paths.self]: 'cloud-user-self.json',
  };
  for (const [token, file] of Object.entries(recording.participants ?? {})) {
    files[paths.participants(token)] = file;
  }
  server = await startSimulatorServer(({ path, headers }) => {
    const date = new Date(recordedAt).toUTCString();
    const answer = (status: number, file: string) => ({ status, headers: { date }, body: read(file) });
    const signedIn = headers.authorization !== undefined;
    if (path === paths.status) return answer(200, 'status.json');
    if (path === paths.capabilities) {
      return answer(
        200,
        signedIn
          ? (recording.account ?? 'capabilities-user-configured.json')
          : (recording.anonymous ?? 'capabilities-anonymous-configured.json'),
      );
    }
    if (!signedIn) return answer(401, 'error-no-credentials.json');
    const file = files[path];
    if (file !== undefined) return answer(200, file);
    if (path.endsWith('/participants')) return answer(412, 'error-lobby-participants.json');
    return answer(404, 'error-unknown-api-version.json');
  });
  return scan({
    adapter: nextcloudTalk,
    settings: { url: server.origin, user: 'auditor', password: { env: 'P' }, own_hosts: ['example.org'] },
    secretValues: { P: 'replayed-password' },
    live,
    now: recordedAt,
  });
}

const showcase: Record<string, string> = present ? JSON.parse(read('index.json')).showcase : {};

function valueIn(found: Scan, room: string, name: FactName): unknown {
  const key = room === 'deployment' ? 'deployment -' : `room ${showcase[room] ?? room}`;
  const fact = found.subjects.get(key)?.facts[name];
  if (fact === undefined) return 'absent';
  return isKnown(fact) ? fact.value : fact.unavailable.code;
}

describe.skipIf(!present)('recorded answers (skipped where ../shared is absent)', () => {
  it('the owner: every conversation, sorted', async () => {
    const found = await replay({});
    expect(found.errors).toEqual([]);
    const rooms = [...found.subjects.values()].filter(({ kind }) => kind === 'room');
    expect(found.outcomes.get('RL')).toMatchObject({
      state: 'complete',
      population: 'visible',
      count: 29,
      counted: { self: 1, system: 1, direct: 1, breakout: 2, former: 1 },
    });
    expect(rooms).toHaveLength(23);
    expect(rooms.map(({ id }) => id)).not.toContain(showcase['one-to-one']);
    expect(found.outcomes.get('LR')).toMatchObject({ state: 'complete', count: 2 });
  });

  it('a plain member sees fewer, and finds the listed ones', async () => {
    const found = await replay({ list: 'room-list-plain-participant.json' });
    const rooms = [...found.subjects.values()].filter(({ kind }) => kind === 'room');
    expect(found.outcomes.get('RL')).toMatchObject({
      count: 23,
      counted: { system: 2, self: 1, breakout: 1 },
    });
    expect(rooms).toHaveLength(19 + 2);
    expect(valueIn(found, 'listable-all', 'room_publicly_listed')).toBe(true);
    expect(valueIn(found, 'listable-all', 'room_recording_consent_required')).toBe(true);
    expect(valueIn(found, 'listable-all', 'room_chat_retention')).toBe('not_permitted');
    expect(valueIn(found, 'deployment', 'auditor_account_excess_privileges')).toEqual({
      items: [],
      complete: true,
    });
  });

  it('the administrator sees only rooms of its own', async () => {
    const found = await replay({ list: 'room-list-admin.json' });
    expect(found.outcomes.get('RL')).toMatchObject({ count: 3, counted: { system: 2, self: 1 } });
  });

  it.each<[string, FactName, unknown]>([
    ['group', 'room_kind', 'group'],
    ['group', 'room_members_only', true],
    ['public-no-password', 'room_password_required', false],
    ['public-no-password', 'room_waiting_room_enabled', false],
    ['public-password', 'room_password_required', true],
    ['public-lobby', 'room_waiting_room_enabled', true],
    ['public-password-lobby-timer', 'room_waiting_room_enabled', true],
    ['listable-users', 'room_joinable_without_invitation', true],
    ['listable-users', 'room_members_only', false],
    ['listable-all', 'room_chat_retention', { seconds: 3600 }],
    ['message-expiration', 'room_chat_retention', { seconds: 604_800 }],
    ['sip-pin', 'room_dial_in_pin_required', true],
    ['sip-pin', 'room_dial_in_pin_length', 7],
    ['sip-no-pin', 'room_dial_in_pin_required', false],
    ['sip-no-pin', 'room_guest_access_allowed', true],
    ['recording-consent', 'room_recording_consent_required', true],
    ['group', 'room_recording_consent_required', false],
    ['event', 'room_kind', 'event'],
    ['event', 'room_chat_retention', { seconds: 28 * 86_400 }],
    ['event-past', 'room_kind', 'event'],
    ['instant-meeting', 'room_kind', 'instant'],
    ['instant-meeting', 'room_chat_retention', { seconds: 86_400 }],
    ['read-only', 'room_conference_possible', false],
    ['restricted-permissions', 'room_screen_sharing_allowed_for', 'not_permitted'],
    ['group', 'room_screen_sharing_allowed_for', 'all'],
    ['extended', 'room_kind', 'group'],
    ['archived', 'room_kind', 'group'],
    ['breakout-parent', 'room_kind', 'group'],
    ['e2e-mixed', 'room_guest_access_allowed', true],
    ['group', 'room_link_guessable', false],
    ['deployment', 'platform_version', '32.0.1'],
    ['deployment', 'platform_branch_supported', false],
    ['deployment', 'recording_feature_enabled', true],
    ['deployment', 'dial_in_enabled', true],
    ['deployment', 'access_restriction_forced', false],
    ['deployment', 'presence_status_feature_enabled', true],
    ['deployment', 'password_policy_min_length', 10],
    ['deployment', 'virtual_background_enabled', true],
    ['deployment', 'join_with_audio_muted', false],
    ['deployment', 'activity_statistics_enabled', true],
  ])('%s: %s', async (room, name, expected) => {
    expect(valueIn(await replay({}), room, name)).toEqual(expected);
  });

  it('factory settings: no recording, no dial-in', async () => {
    const found = await replay({
      anonymous: 'capabilities-anonymous-default-install.json',
      account: 'capabilities-user-default-install.json',
    });
    expect(valueIn(found, 'deployment', 'recording_feature_enabled')).toBe(false);
    expect(valueIn(found, 'deployment', 'dial_in_enabled')).toBe(false);
    expect(valueIn(found, 'deployment', 'transcript_persisted')).toBe(false);
  });

  it('presence switched off: the block is missing and the app does not answer', async () => {
    const found = await replay({ account: 'capabilities-user-status-app-disabled.json' });
    expect(valueIn(found, 'deployment', 'presence_status_feature_enabled')).toBe(false);
    expect(found.outcomes.get('AW')).toMatchObject({ state: 'complete', count: 1 });
  });

  it.each(['participants-moderator.json', 'participants-plain-participant.json'])(
    '%s: numbers only',
    async (file) => {
      const token = showcase['active-call'] ?? '';
      const found = await replay({ participants: { [token]: file } }, true);
      expect(valueIn(found, 'active-call', 'meeting_running')).toBe(false);
      const text = JSON.stringify(found.items);
      for (const private_ of ['extern@example.org', '+49361', 'Alice', 'REDACTED'])
        expect(text).not.toContain(private_);
    },
  );

  it('a group as a participant is not counted beside its members', async () => {
    const token = showcase['active-call'] ?? '';
    const recorded = JSON.parse(read('participants-group.json')).ocs.data as { actorType: string }[];
    const found = await replay({ participants: { [token]: 'participants-group.json' } }, true);
    const people = recorded.filter(({ actorType }) => actorType !== 'groups').length;
    expect(recorded.length).toBeGreaterThan(people);
    expect(valueIn(found, 'active-call', 'participants_expected')).toBe(people);
  });

  it('nothing of a message or a secret comes out, even where the server sent it', async () => {
    const found = await replay({ list: 'room-list-owner.json' });
    const text = JSON.stringify(found.items) + found.log.join('\n');
    for (const secret of ['REDACTED', 'added you', 'started a call', 'replayed-password'])
      expect(text).not.toContain(secret);
  });
});
