import { describe, expect, it } from 'vitest';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import { sessionOf } from '../../../adapters/bigbluebutton/session.ts';
import type { SimulatedMeeting } from '../../../adapters/bigbluebutton/simulator.ts';
import { internalId } from '../../../adapters/bigbluebutton/simulator-xml.ts';
import { subjectProblems } from '../../contract/rules.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Event, scanWithNotes } from './notes.ts';
import { emptyWorld, factsOf } from './world.ts';

const created = scanTime - 600_000;
const meeting: SimulatedMeeting = { id: 'm1', name: 'M', createTime: created };
const event = (change: Event['change'] = {}, more: Partial<Event> = {}): Event => ({
  meeting,
  created,
  change,
  ...more,
});

async function factsWith(running: SimulatedMeeting[], events: Event[], more: object = {}) {
  const found = await scanWithNotes({ ...emptyWorld, meetings: running, ...more }, events, {
    greenlight: false,
  });
  expect(found.errors).toEqual([]);
  for (const subject of found.subjects.values())
    expect(subjectProblems(bigbluebutton as never, subject, true)).toEqual([]);
  return { ...found, facts: factsOf(found, 'room m1') };
}

/** What the API never shows. */
const unseen = {
  room_attention_tracking_enabled: '? not_configured webhooks',
  room_remote_control_allowed: '? not_configured webhooks',
  room_screen_sharing_allowed_for: '? not_configured webhooks',
  room_join_with_audio_muted: '? not_configured webhooks',
  room_recording_consent_required: '? not_configured webhooks',
};

describe('a scan that lists the meeting of which an event told', () => {
  it.each<[string, Event['change'], Record<string, unknown>]>([
    [
      'as a front end sends it',
      {},
      {
        room_attention_tracking_enabled: false,
        room_remote_control_allowed: false,
        room_screen_sharing_allowed_for: 'presenter',
        room_join_with_audio_muted: true,
        room_recording_consent_required: false,
        room_recording_allowed: false,
        room_recording_auto_start: false,
        room_activity_statistics_enabled: '? not_observable',
        room_chat_persistent: '? not_observable',
      },
    ],
    [
      'everything on',
      {
        durationProps: { userInactivityInspectTimerInMinutes: 5 },
        usersProp: { guestPolicy: 'ALWAYS_ACCEPT', authenticatedGuest: true, allowModsToUnmuteUsers: true },
        password: { learningDashboardAccessToken: 'x' },
        voiceProp: { muteOnStart: false },
      },
      {
        room_attention_tracking_enabled: true,
        room_remote_control_allowed: true,
        room_join_with_audio_muted: false,
        room_activity_statistics_enabled: true,
      },
    ],
    [
      'functions off',
      { meetingProp: { disabledFeatures: ['learningDashboard', 'chat', 'screenshare'] } },
      {
        room_activity_statistics_enabled: false,
        room_chat_persistent: false,
        room_screen_sharing_allowed_for: 'nobody',
      },
    ],
    [
      'a damaged event costs its facts, and nothing stands in for them',
      { usersProp: { allowModsToUnmuteUsers: 'no' }, voiceProp: { muteOnStart: 1 } },
      { room_remote_control_allowed: '? invalid_answer', room_join_with_audio_muted: '? invalid_answer' },
    ],
  ])('%s', async (_name, change, facts) => {
    expect((await factsWith([meeting], [event(change)])).facts).toMatchObject(facts);
  });

  it('its facts are as old as the meeting and as fresh as the list', async () => {
    const { subjects, outcomes } = await factsWith([meeting], [event()]);
    const fact = subjects.get('room m1')?.facts['room_remote_control_allowed'];
    expect(fact?.evidence).toMatchObject([
      {
        source: 'EV',
        observed_at: scanTime,
        content_time: created,
        path: expect.stringContaining('usersProp'),
      },
    ]);
    expect(outcomes.get('EV')).toMatchObject({ state: 'complete', count: 1 });
    expect(JSON.stringify([...subjects])).not.toContain(internalId('m1', created));
  });

  it('what the list shows and the event denies is known no more', async () => {
    const recorded = { ...meeting, recording: true };
    const { facts } = await factsWith([recorded], [event({ recordProp: { record: false } })]);
    expect(facts).toMatchObject({ room_recording_allowed: '? conflicting' });
    const sent = { ...meeting, metadata: { 'analytics-callback-url': 'https://lms.example.net/x' } };
    const off = event({ meetingProp: { disabledFeatures: ['learningDashboard'] } });
    expect((await factsWith([sent], [off])).facts).toMatchObject({ room_activity_statistics_enabled: true });
  });

  it('without live nothing of it counts', async () => {
    const found = await scanWithNotes({ ...emptyWorld, meetings: [meeting] }, [], { live: false });
    expect(factsOf(found, 'room m1')).toMatchObject(
      Object.fromEntries(Object.keys(unseen).map((name) => [name, '? not_configured live.purpose'])),
    );
  });
});

describe('an event of another meeting of the room', () => {
  const older = event({}, { created: created - 3_600_000 });
  it('that is over: no fact of it, and it is forgotten', async () => {
    const { facts, dropped, outcomes } = await factsWith([meeting], [older]);
    expect(facts).toMatchObject(unseen);
    expect(dropped).toEqual([sessionOf(internalId('m1', older.created))]);
    expect(outcomes.get('EV')).toMatchObject({ state: 'skipped' });
  });
  it('beside the one that runs: only this one counts', async () => {
    const change = { usersProp: { allowModsToUnmuteUsers: true } };
    const { facts, dropped } = await factsWith([meeting], [older, event(change)]);
    expect(facts).toMatchObject({ room_remote_control_allowed: true });
    expect(dropped).toHaveLength(1);
  });
  it('that has just begun, while the list still shows the one before: what it denies is not claimed', async () => {
    const now = event(
      { recordProp: { record: true }, voiceProp: { muteOnStart: false } },
      { created: scanTime - 20_000 },
    );
    const { facts, dropped } = await factsWith([meeting], [event(), now]);
    expect(facts).toMatchObject({
      room_recording_allowed: '? incomplete',
      room_join_with_audio_muted: '? incomplete',
      room_remote_control_allowed: false,
    });
    expect(dropped).toEqual([]);
  });
  it('that has just begun and is not listed yet is kept', async () => {
    const { dropped, subjects } = await factsWith([], [event({}, { created: scanTime - 20_000 })]);
    expect(dropped).toEqual([]);
    expect(subjects.has('room m1')).toBe(false);
  });
  it('that is not listed any more is forgotten', async () => {
    expect((await factsWith([], [event()])).dropped).toHaveLength(1);
  });
  it.each([
    ['the list is malformed', { malformedMetadata: true }],
    ['a balancer shows an empty list', { balancer: { build: '1.8.5', meetingsDisabled: true } }],
    ['the signature is refused', { secret: 'another-secret-0123456789' }],
  ])('%s: nothing is forgotten', async (_name, more) => {
    expect((await factsWith([meeting], [event()], more)).dropped).toEqual([]);
  });
});

describe('recording at this moment', () => {
  const recorded = { ...meeting, recording: true };
  const now = async (running: SimulatedMeeting, events: Event[]) =>
    (await factsWith([running], events)).facts['meeting_recording_in_progress'];
  const on = { recordProp: { record: true } };
  it.each<[string, SimulatedMeeting, Event[], unknown]>([
    ['the button was pressed', recorded, [event(on, { recording: true })], true],
    ['it was pressed again', recorded, [event(on, { recording: false })], false],
    ['nothing was heard of it', recorded, [event(on)], '? not_observable'],
    ['no event of this meeting', recorded, [], '? not_configured webhooks'],
    [
      'heard of an older meeting',
      recorded,
      [event(on, { created: created - 3_600_000, recording: false })],
      '? not_configured webhooks',
    ],
    ['the list says that nothing can be recorded', meeting, [event({}, { recording: true })], false],
  ])('%s', async (_name, running, events, value) => {
    expect(await now(running, events)).toBe(value);
  });
  it('of which more was heard is told as a source', async () => {
    const { outcomes } = await factsWith([recorded], [event(on, { recording: true })]);
    expect(outcomes.get('EM')).toMatchObject({ state: 'complete', count: 1 });
  });
});
