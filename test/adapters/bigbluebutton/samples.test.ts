import { describe, expect, it } from 'vitest';
import { refusal } from '../../../adapters/bigbluebutton/answer.ts';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import { readHook, readMeeting, readRecording } from '../../../adapters/bigbluebutton/schema.ts';
import { readXmlText, textOf, XmlError, type XmlNode } from '../../../adapters/bigbluebutton/xml.ts';
import { startSimulatorServer } from '../../../adapters/contract/simulator.ts';
import { type Scan, scan } from '../../contract/scan.ts';
import { sample, samplesPresent } from './samples.ts';
import { factsOf } from './world.ts';

interface Expected {
  wellFormed?: boolean;
  returncode?: string;
  messageKey?: string;
  meetingIDs?: string[];
  recording?: string[];
  recordings?: { id: string; meetingID: string; state: string; startTime: number; formats: number }[];
  totalElements?: number;
  hooks?: number;
}

const index: Record<string, Expected> = samplesPresent ? JSON.parse(sample('INDEX.json')) : {};
const answers = Object.entries(index).filter(([, { wellFormed }]) => wellFormed !== undefined);

const lists: [string, string[]][] = [
  ['getMeetings', ['response', 'meetings', 'meeting']],
  ['getRecordings', ['response', 'recordings', 'recording']],
  ['hooks-list', ['response', 'hooks', 'hook']],
];

function read(name: string): { envelope: XmlNode; items: XmlNode[] } {
  const items: XmlNode[] = [];
  const path = lists.find(([start]) => name.startsWith(start))?.[1] ?? [];
  return { envelope: readXmlText(sample(name), path, (item) => items.push(item)), items };
}

describe.skipIf(!samplesPresent)('recorded answers (skipped where ../shared is absent)', () => {
  it.each(answers.filter(([, { wellFormed }]) => wellFormed === false))('%s is refused', (name) => {
    expect(() => read(name)).toThrow(XmlError);
  });

  it.each(answers.filter(([, { wellFormed }]) => wellFormed === true))('%s', (name, expected) => {
    const { envelope, items } = read(name);
    expect(textOf(envelope, 'returncode')?.trim()).toBe(expected.returncode);
    expect(textOf(envelope, 'messageKey')?.trim()).toBe(expected.messageKey);
    expect(refusal(envelope) === null).toBe(expected.returncode === 'SUCCESS');
    if (expected.meetingIDs !== undefined) {
      const meetings = items.map(readMeeting);
      expect(meetings.map((meeting) => meeting?.id)).toEqual(expected.meetingIDs);
      const recorded = meetings.filter((meeting) => meeting?.recording.ok && meeting.recording.value);
      expect(recorded.map((meeting) => meeting?.id)).toEqual(expected.recording);
    }
    if (expected.recordings !== undefined) {
      const found = items.map(readRecording).map((recording) => ({
        id: recording?.id,
        meetingID: recording?.roomId.ok ? recording.roomId.value : null,
        state: recording?.state.ok ? recording.state.value : null,
        startTime: recording?.startTime.ok ? recording.startTime.value : null,
        formats: recording?.formats.length,
      }));
      expect(found).toEqual(
        expected.recordings.map(({ id, meetingID, state, startTime, formats }) => ({
          id,
          meetingID,
          state,
          startTime,
          formats,
        })),
      );
    }
    if (expected.totalElements !== undefined)
      expect(textOf(envelope, 'totalElements')).toBe(`${expected.totalElements}`);
    if (expected.hooks !== undefined) expect(items.map(readHook)).toHaveLength(expected.hooks);
  });

  it.each([
    ['error-checksum.xml', 'not_permitted'],
    ['error-checksum-scalelite.xml', 'not_permitted'],
    ['error-recordings-filter-required-scalelite.xml', 'not_permitted'],
    ['error-internal-scalelite.xml', 'unreachable'],
    ['error-recordings-unexpected.xml', 'unreachable'],
    ['error-unsupported-request-scalelite.xml', 'not_supported_by_version'],
    ['error-not-found.xml', 'not_running'],
    ['error-not-found-scalelite.xml', 'not_running'],
    ['error-list-form.xml', 'invalid_answer'],
    ['error-missing-meetingID.xml', 'invalid_answer'],
    ['error-unsupported-content-type.xml', 'invalid_answer'],
  ])('%s gives the reason %s', (name, code) => {
    expect(refusal(read(name).envelope)?.code).toBe(code);
  });

  it.each([
    ['error-proxy-502.html', 'unreachable'],
    ['error-truncated.xml', 'invalid_answer'],
    ['getMeetings-malformed-metadata-key.xml', 'invalid_answer'],
  ])('%s gives the reason %s', (name, code) => {
    expect(() => read(name)).toThrow(expect.objectContaining({ reason: expect.objectContaining({ code }) }));
  });
});

/** One BigBlueButton with its Greenlight, answering what was recorded. */
async function replay(files: Record<string, string>, live = false): Promise<Scan> {
  const settings = samplesPresent
    ? (JSON.parse(sample('greenlight-site-settings.json')) as { data: Record<string, unknown> }).data
    : {};
  const options = samplesPresent
    ? (JSON.parse(sample('greenlight-rooms-configurations.json')) as { data: Record<string, unknown> }).data
    : {};
  const json = (value: unknown) => ({ status: 200, body: JSON.stringify({ data: value }) });
  const server = await startSimulatorServer(({ path, query }) => {
    const call = path.replace(/^\/bigbluebutton\/api\/?/, '');
    const option = /rooms_configurations\/(\w+)\.json$/.exec(path)?.[1];
    if (option !== undefined) return json(options[option]);
    if (path.endsWith('/site_settings.json')) return json(settings[query.replace('names=', '')]);
    if (path.endsWith('/env.json')) return { status: 200, body: sample('greenlight-env.json') };
    if (path.endsWith('/rooms/q7w-3rk-z9p-m2d/public.json'))
      return { status: 200, body: sample('greenlight-room-public.json') };
    const later = query.includes('offset=100') ? files[`${call} later`] : undefined;
    const file = later ?? files[call];
    return file === undefined ? { status: 404, body: '' } : { status: 200, body: sample(file) };
  });
  try {
    return await scan({
      adapter: bigbluebutton,
      settings: {
        url: `${server.origin}/bigbluebutton`,
        secret: { env: 'S' },
        greenlight: { url: server.origin },
      },
      secretValues: { S: '330a8b08c3b4c61533e1d0c5ce1ac88f' },
      now: 1_767_200_000_000,
      live,
    });
  } finally {
    await server.close();
  }
}

describe.skipIf(!samplesPresent)('a scan of the recorded answers (skipped where ../shared is absent)', () => {
  const many = {
    '': 'root-3.0-version-revealed.xml',
    getMeetings: 'getMeetings-many.xml',
    getMeetingInfo: 'error-not-found.xml',
    getRecordings: 'getRecordings-state-any.xml',
    'hooks/list': 'hooks-list-many.xml',
  };

  it('an old version, foreign hooks, what Greenlight ships with', async () => {
    const found = await replay(many);
    expect(factsOf(found, 'deployment -')).toMatchObject({
      platform_version: '3.0.20',
      latest_patch_version: '3.0.35',
      platform_branch_supported: true,
      recording_feature_enabled: true,
      default_room_recording_allowed: true,
      guest_access_allowed: true,
      access_restriction_forced: false,
      default_room_password_required: false,
      default_room_waiting_room_enabled: false,
      privacy_notice_present: true,
      api_secret_is_public_value: true,
      api_secret_length: 32,
      third_party_analytics_enabled: true,
      third_party_analytics_hosts: { items: ['audit.fixture.invalid', 'lms.fixture.invalid'] },
      contradictions: { items: ['deleted_still_listed'], complete: false },
    });
  });

  it('rooms of Greenlight and of another front end', async () => {
    const found = await replay(many, true);
    expect([...found.subjects.keys()].filter((key) => key.startsWith('room '))).toEqual([
      'room 0123',
      'room 1e5',
      'room ALLHANDS-2026-Q1',
      'room zk4qv0s7d1xw9m2ha6trb8ync5jufe3gopli0a1b',
    ]);
    expect(factsOf(found, 'room 0123')).toMatchObject({
      room_recording_allowed: true,
      room_password_required: '? not_observable',
      room_dial_in_enabled: true,
      room_dial_in_pin_length: 5,
      room_activity_statistics_enabled: true,
      room_recordings_count: 1,
      participants_total: 4,
      participants_dial_in_unnamed: 1,
      participants_unauthenticated: '? not_observable',
    });
    expect(factsOf(found, 'room zk4qv0s7d1xw9m2ha6trb8ync5jufe3gopli0a1b')).toMatchObject({
      room_recording_allowed: false,
      room_recording_auto_start: false,
      room_recording_consent_required: true,
      room_password_required: true,
      room_guest_access_allowed: true,
      room_signed_in_only: false,
      room_link_guessable: false,
      room_waiting_room_enabled: '? not_configured greenlight.database',
      room_dial_in_enabled: false,
      room_recordings_count: 1,
      meeting_running: false,
    });
    expect(found.outcomes.get('A1')).toMatchObject({ state: 'complete', count: 4, counted: { breakout: 1 } });
  });

  it('recordings from pages that split a recording', async () => {
    const found = await replay({
      ...many,
      getRecordings: 'getRecordings-page-offset0-limit2.xml',
      'getRecordings later': 'getRecordings-page-offset2-limit2.xml',
    });
    const ids = [...found.subjects.keys()].filter((key) => key.startsWith('recording '));
    expect(ids).toHaveLength(3);
  });

  it('behind Scalelite nothing of an empty list is believed', async () => {
    const found = await replay({
      '': 'root-scalelite.xml',
      getMeetings: 'getMeetings-0-scalelite.xml',
      getRecordings: 'getRecordings-0-scalelite.xml',
      'hooks/list': 'error-unsupported-request-scalelite.xml',
    });
    expect(found.outcomes.get('A1')?.state).toBe('partial');
    expect(found.outcomes.get('A2')?.state).toBe('partial');
    expect(found.outcomes.get('A3')).toMatchObject({
      state: 'skipped',
      reason: { code: 'not_supported_by_version' },
    });
    expect(factsOf(found, 'deployment -')).toMatchObject({
      platform_version: '? version_unknown version',
      component_versions: { items: ['scalelite=1.8.5', 'greenlight=3.8.2.4'], complete: false },
    });
  });

  it.each(['root-2.7-version-hidden.xml', 'root-3.0-version-hidden.xml'])(
    '%s: the branch at most',
    async (file) => {
      const found = await replay({ ...many, '': file });
      expect(factsOf(found, 'deployment -')).toMatchObject({
        platform_version: '? version_unknown version',
        latest_patch_version: '? version_unknown version',
        platform_branch_supported: file.includes('3.0') ? true : '? version_unknown version',
        attention_tracking_supported: true,
        presence_status_supported: false,
      });
    },
  );
});
