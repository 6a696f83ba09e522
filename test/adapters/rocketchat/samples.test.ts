import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type SimulatedAnswer,
  type SimulatorServer,
  startSimulatorServer,
} from '../../../adapters/contract/simulator.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { rocketchat } from '../../../adapters/rocketchat/index.ts';
import { paths } from '../../../adapters/rocketchat/routes.ts';
import { type Scan, scan } from '../../contract/scan.ts';
import { hole, valuesOf } from './harness.ts';

/** Answers in the shape of real servers; they lie beside the checkout where there are any. */
const folder = fileURLToPath(new URL('../../../../shared/vendors/samples/rocketchat/', import.meta.url));
const present = existsSync(folder);
const read = (file: string): string => readFileSync(`${folder}${file}`, 'utf8');
const recordedAt = Date.parse('2026-11-20T09:00:00Z');

interface Recording {
  settings: 'violating' | 'compliant';
  capabilities?: string;
  /** Files by path that differ. */
  files?: Record<string, [number, string]>;
}

interface Stored {
  _id: string;
  value: unknown;
}

let server: SimulatorServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const idsOf = (files: string[]): Stored[] =>
  files.flatMap((file) => (JSON.parse(read(file)) as { settings: Stored[] }).settings);

/** The two pages of a recorded list, with the page size with which they were recorded. */
function page(first: string, second: string, size: number, query: string): string {
  const offset = Number(new URLSearchParams(query).get('offset'));
  return read(offset < size ? first : second);
}

async function replay(recording: Recording, live = false): Promise<Scan> {
  const all = idsOf([`settings.${recording.settings}.p1.json`, `settings.${recording.settings}.p2.json`]);
  const open = new Set(
    idsOf(['settings.no-permission.p1.json', 'settings.no-permission.p2.json']).map(({ _id }) => _id),
  );
  const plain: Record<string, string> = {
    [paths.passwordPolicy]: 'pw.getPolicy.json',
    [paths.self]: 'me.auditor.json',
    [paths.permissions]: 'permissions.listAll.json',
    [paths.roles]: 'roles.list.json',
    [paths.statistics]: 'statistics.excerpt.json',
    [paths.channels]: 'channels.list.json',
    [paths.teams]: 'teams.listAll.json',
    [paths.capabilities]: recording.capabilities ?? 'video-conference.capabilities.jitsi.json',
    [paths.providers]: 'video-conference.providers.json',
    [paths.apps]: 'apps.installed.json',
  };
  server = await startSimulatorServer(({ path, query, headers }): SimulatedAnswer => {
    const answer = (status: number, body: string) => ({
      status,
      headers: { date: new Date(recordedAt).toUTCString() },
      body,
    });
    const other = recording.files?.[path];
    if (other !== undefined) return answer(other[0], read(other[1]));
    const signedIn = headers['x-auth-token'] !== undefined;
    if (path === paths.info)
      return answer(200, read(signedIn ? 'info.privileged.json' : 'info.anonymous.json'));
    if (path === paths.publicSettings) {
      const wanted = new URLSearchParams(query).get('_id')?.split(',') ?? [];
      const settings = all.filter(({ _id }) => open.has(_id) && wanted.includes(_id));
      return answer(
        200,
        JSON.stringify({
          settings,
          count: settings.length,
          offset: 0,
          total: settings.length,
          success: true,
        }),
      );
    }
    if (path !== paths.passwordPolicy && !signedIn) return answer(401, read('error.401.v7-v8.json'));
    if (path.startsWith('/api/v1/settings/')) {
      const one = all.find(({ _id }) => path.endsWith(`/${_id}`));
      if (one === undefined) return answer(400, read('settings.by-id.hidden.400.json'));
      return answer(200, JSON.stringify({ ...one, success: true }));
    }
    if (path === paths.adminRooms)
      return answer(200, page('rooms.adminRooms.p1.json', 'rooms.adminRooms.p2.json', 7, query));
    if (path === paths.groups)
      return answer(200, page('groups.listAll.p1.json', 'groups.listAll.p2.json', 4, query));
    if (path === paths.calls) {
      return query.includes('00005')
        ? answer(200, read('video-conference.list.p1.json'))
        : answer(400, read('video-conference.list.no-access.400.json'));
    }
    const file = plain[path];
    if (file === undefined) return answer(404, '{"success":false}');
    return answer(file.includes('.400.') ? 400 : 200, read(file));
  });
  return scan({
    adapter: rocketchat,
    settings: {
      url: server.origin,
      user_id: { env: 'U' },
      token: { env: 'T' },
      own_hosts: ['behoerde.example'],
    },
    secretValues: { U: 'aUdItOrUsErIdAAA1', T: 'replayed-token' },
    live,
    now: recordedAt,
  });
}

const room = (end: string): string => `room 64aa000000000000000000${end}`;

describe.skipIf(!present)('recorded answers (skipped where ../shared is absent)', () => {
  it('every room of both pages, sorted by kind', async () => {
    const found = await replay({ settings: 'violating' });
    expect(found.errors).toEqual([]);
    expect(found.outcomes.get('AR')).toMatchObject({
      state: 'complete',
      population: 'all',
      count: 13,
      counted: { direct: 1, livechat: 1 },
    });
    expect(found.outcomes.get('GL')).toMatchObject({ state: 'complete', count: 6 });
    expect(found.outcomes.get('CL')).toMatchObject({ state: 'complete', count: 4 });
    expect(found.outcomes.get('TL')).toMatchObject({ state: 'complete', count: 1 });
    expect([...found.subjects.values()].filter(({ kind }) => kind === 'room')).toHaveLength(11);
  });

  it('nothing of a message, a person or a secret comes out, even where the server sent it', async () => {
    const found = await replay({ settings: 'violating' }, true);
    const text = JSON.stringify(found.items) + found.log.join('\n');
    for (const secret of [
      'SENSITIVE-DUMMY',
      'DO-NOT-STORE',
      'Becker',
      'c.celik',
      'dummy-bugsnag',
      'replayed-token',
      'RocketChat65cc',
      'Kennwort 1234',
      'gast.extern',
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  it.each<['violating' | 'compliant', FactName, unknown]>([
    ['violating', 'presence_status_feature_enabled', true],
    ['compliant', 'presence_status_feature_enabled', false],
    ['violating', 'presence_auto_away_enabled', true],
    ['compliant', 'presence_auto_away_enabled', false],
    ['violating', 'attention_tracking_enabled', true],
    ['compliant', 'attention_tracking_enabled', hole('not_observable', 'conference_target')],
    ['violating', 'third_party_analytics_enabled', true],
    ['compliant', 'third_party_analytics_enabled', false],
    ['violating', 'guest_access_allowed', true],
    ['compliant', 'guest_access_allowed', hole('not_permitted', 'manage-apps')],
    ['violating', 'chat_persistent', true],
    ['violating', 'chat_retention', { unlimited: true }],
    ['compliant', 'chat_retention', { seconds: 30 * 86_400 }],
    ['violating', 'privacy_notice_present', false],
    ['compliant', 'privacy_notice_present', true],
    ['violating', 'dial_in_enabled', true],
    ['violating', 'platform_version', '8.8.1'],
    ['violating', 'latest_patch_version', '8.8.1'],
    ['violating', 'platform_branch_supported', true],
    ['violating', 'version_list_age', 18_000],
    ['violating', 'password_policy_min_length', 14],
    ['violating', 'auditor_account_excess_privileges', { items: [], complete: true }],
    ['violating', 'participant_emails_visible_to_guests', hole('invalid_answer')],
  ])('%s server: %s', async (settings, name, expected) => {
    const found = await replay({ settings });
    expect(valuesOf(found, 'deployment -', [name])).toEqual({ [name]: expected });
  });

  it.each<[string, FactName, unknown]>([
    ['03', 'room_chat_retention', { unlimited: true }],
    ['03', 'room_document_retention', { seconds: 14 * 86_400 }],
    ['04', 'room_chat_retention', { seconds: 7 * 86_400 }],
    ['05', 'room_chat_retention', { unlimited: true }],
    ['05', 'room_classification_marking', 'vs_nfd'],
    ['05', 'room_password_in_public_text', true],
    ['02', 'room_conference_possible', false],
    ['06', 'room_publicly_listed', false],
    ['07', 'room_publicly_listed', false],
    ['07', 'room_chat_retention', hole('not_permitted', 'member of the team')],
    ['01', 'room_publicly_listed', true],
    ['0a', 'room_document_retention', { seconds: 3650 * 86_400 }],
    ['0a', 'room_classification_marking', hole('not_permitted', 'texts of attribute-managed rooms')],
    ['08', 'room_kind', 'discussion'],
  ])('compliant server, room %s: %s', async (id, name, expected) => {
    const found = await replay({ settings: 'compliant' });
    expect(valuesOf(found, room(id), [name])).toEqual({ [name]: expected });
  });

  it('the chat of calls, while it is kept', async () => {
    const found = await replay({ settings: 'violating' });
    expect(valuesOf(found, room('08'), ['room_kind', 'room_chat_retention'])).toEqual({
      room_kind: 'meeting_chat',
      room_chat_retention: { unlimited: true },
    });
  });

  it('a running call with two unknown people', async () => {
    const found = await replay(
      { settings: 'compliant', capabilities: 'video-conference.capabilities.bigbluebutton.json' },
      true,
    );
    expect(
      valuesOf(found, room('05'), [
        'meeting_running',
        'participants_unauthenticated',
        'room_password_in_invite_link',
      ]),
    ).toEqual({
      meeting_running: true,
      participants_unauthenticated: { value: 2, bound: 'at_least' },
      room_password_in_invite_link: true,
    });
    expect(valuesOf(found, room('04'), ['meeting_running'])).toEqual({
      meeting_running: hole('not_permitted', 'membership in the room'),
    });
  });

  it('no provider', async () => {
    const found = await replay({
      settings: 'compliant',
      capabilities: 'video-conference.capabilities.none.400.json',
    });
    expect(found.outcomes.get('VC')?.state).toBe('complete');
    expect(valuesOf(found, room('05'), ['room_conference_possible', 'room_members_only'])).toEqual({
      room_conference_possible: false,
      room_members_only: true,
    });
  });

  it.each<[string, string, number, string, string]>([
    ['AR', paths.adminRooms, 400, 'error.400.adminRooms-no-permission.json', 'view-room-administration'],
    ['SX', paths.statistics, 400, 'statistics.no-permission.400.json', 'view-statistics'],
    ['TL', paths.teams, 403, 'error.403.short.v6-v8.json', 'view-all-teams'],
    ['GL', paths.groups, 403, 'error.403.v6-v8.json', 'view-room-administration'],
    ['GL', paths.groups, 403, 'error.403.v9.json', 'view-room-administration'],
    ['ME', paths.self, 401, 'error.401.v6.json', 'personal access token'],
    ['ME', paths.self, 401, 'error.401.v9.json', 'personal access token'],
  ])('%s %s: %i %s', async (source, path, status, file, fill) => {
    const found = await replay({ settings: 'compliant', files: { [path]: [status, file] } });
    expect(found.outcomes.get(source)?.reason).toMatchObject({ code: 'not_permitted', fill: { name: fill } });
  });

  it('too many calls', async () => {
    const found = await replay({ settings: 'compliant', files: { [paths.teams]: [429, 'error.429.json'] } });
    expect(found.outcomes.get('TL')?.reason).toEqual({ code: 'throttled', detail: 'HTTP 429' });
  });

  it('an air-gapped server', async () => {
    const found = await replay({
      settings: 'compliant',
      files: { [paths.info]: [200, 'info.airgapped.json'] },
    });
    expect(valuesOf(found, 'deployment -', ['platform_branch_supported', 'platform_version'])).toEqual({
      platform_branch_supported: true,
      platform_version: hole('not_permitted', 'view-statistics'),
    });
  });
});
