import { describe, expect, it } from 'vitest';
import { liveRules } from '../../../adapters/bigbluebutton/facts/live.ts';
import { readMeeting } from '../../../adapters/bigbluebutton/schema.ts';
import type { Seen } from '../../../adapters/bigbluebutton/seen.ts';
import { readXmlText } from '../../../adapters/bigbluebutton/xml.ts';
import { scanTime } from '../../contract/scan.ts';
import { brief, type Case, emptyWorld, factsOf, inGreenlight, recording, scanWorld } from './world.ts';

const people = (ids: string[]) => ids.map((userId) => ({ userId, fullName: 'Erna Muster' }));

const live: Case[] = [
  [
    'guests of Greenlight',
    inGreenlight({ attendees: people(['gl-1', 'gl-guest-2', 'gl-guest-3']) }),
    {
      participants_total: 3,
      participants_unauthenticated: 2,
      participants_dial_in_unnamed: 0,
      meeting_running: true,
    },
  ],
  ['callers', inGreenlight({ attendees: people(['gl-1', 'v_2']) }), { participants_dial_in_unnamed: 1 }],
  [
    'fewer listed than counted',
    inGreenlight({ attendees: people(['gl-1']), participants: 2 }),
    {
      participants_total: 2,
      participants_unauthenticated: '? incomplete',
      participants_dial_in_unnamed: '? incomplete',
    },
  ],
  [
    'another front end',
    { meetings: [{ id: 'm', name: 'M', attendees: people(['gl-guest-2']) }] },
    {
      participants_unauthenticated: '? not_observable',
      participants_dial_in_unnamed: 0,
      participants_waiting: '? not_observable',
    },
  ],
  ['full', { meetings: [{ id: 'm', name: 'M', participants: 25, maxUsers: 25 }] }, { meeting_locked: true }],
  [
    'unlimited',
    { meetings: [{ id: 'm', name: 'M', participants: 25, maxUsers: 0 }] },
    { meeting_locked: '? not_observable' },
  ],
  [
    'captured',
    { meetings: [{ id: 'm', name: 'M', recording: true }] },
    { meeting_session_captured: true, meeting_recording_in_progress: '? not_configured webhooks' },
  ],
  [
    'not captured',
    { meetings: [{ id: 'm', name: 'M' }] },
    { meeting_session_captured: false, meeting_recording_in_progress: false },
  ],
  [
    'since when',
    { meetings: [{ id: 'm', name: 'M', startTime: scanTime - 600_000 }] },
    { meeting_running_time: 600 },
  ],
  [
    'nobody joined yet',
    { meetings: [{ id: 'm', name: 'M', startTime: 0, running: false }] },
    { meeting_running_time: 0, meeting_running: false },
  ],
  [
    'captured though Greenlight says no',
    inGreenlight({ recording: true }),
    { room_contradictions: { items: ['capture_without_button'] } },
  ],
];

describe('live facts of a room', () => {
  it.each(live)('%s', async (_name, world, facts) => {
    const found = await scanWorld(
      { ...emptyWorld, ...world },
      { live: true, greenlight: world.greenlight !== undefined },
    );
    expect(factsOf(found, 'room m')).toMatchObject(facts);
    const quiet = await scanWorld(
      { ...emptyWorld, ...world },
      { greenlight: world.greenlight !== undefined },
    );
    expect(
      Object.keys(factsOf(quiet, 'room m')).filter((name) =>
        /^(meeting|participants)_(?!expected)/.test(name),
      ),
    ).toEqual([]);
  });
});

describe('a moment that is over', () => {
  it.each([
    [120_000, 1],
    [120_001, '? stale'],
  ])('%d ms later', (later, value) => {
    const call = { source: 'A1', locator: 'GET /api/getMeetings', at: scanTime, serverDate: null };
    const node = readXmlText(
      '<meeting><meetingID>m</meetingID><participantCount>1</participantCount></meeting>',
      [],
      () => {},
    );
    const meeting = readMeeting(node);
    if (meeting === null) throw new Error('no meeting');
    const seen = { now: scanTime } as Seen;
    const room = {
      id: 'm',
      name: null,
      greenlight: false,
      friendlyId: null,
      stored: null,
      open: null,
      told: null,
      doubtful: [],
      randomLink: false,
      recorded: null,
      hidden: 0,
    };
    const moment = { ...room, running: { meeting, call }, at: scanTime + later };
    expect(brief(liveRules.participants_total(seen, moment))).toBe(value);
  });
});

describe('facts of a recording', () => {
  it.each([
    [{ listed: true }, { 'recording.publicly_listed': true }],
    [{ listed: false }, { 'recording.publicly_listed': false }],
    [
      {},
      {
        'recording.publicly_listed': '? not_configured greenlight.database',
        'recording.room_id': '007',
        'recording.age': 864_000,
        'recording.state': 'published',
      },
    ],
    [{ state: 'deleted' as const }, { 'recording.state': 'deleted' }],
  ])('%j', async (more, facts) => {
    const found = await scanWorld({ ...emptyWorld, recordings: [recording('r', '007', 10, more)] });
    expect(factsOf(found, 'recording r')).toMatchObject(facts);
  });
});
