// A table of cases, one per stored setting, so longer than the usual file.
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { isKnown } from '../../../adapters/contract/fact.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { type Case, day, guest, inCall, now, person, unlimited, worldOf } from './cases.ts';
import { talkSqlite } from './database.ts';
import { scanWorld } from './harness.ts';

interface Stored extends Case {
  anonymous?: boolean;
}

async function factsOf(one: Stored, key = 'room 9000000001') {
  const world = worldOf(one);
  const tables = talkSqlite(world);
  try {
    const { scan } = await scanWorld(world, {
      live: one.live ?? false,
      anonymous: one.anonymous ?? false,
      database: tables.url,
    });
    expect(scan.errors).toEqual([]);
    return scan.subjects.get(key)?.facts ?? {};
  } finally {
    await tables.drop();
  }
}

const alone = { anonymous: true };
const breakoutRooms = (more: object) => [
  { token: '9000000002', type: 2, name: 'Gruppe 1', objectType: 'room', objectId: '9000000001', ...more },
];
const cases: Stored[] = [
  {
    name: 'consent: recording off',
    ...alone,
    world: { recording: false },
    room: { consent: true },
    expect: { room_recording_consent_required: false },
  },
  {
    name: 'consent: forced',
    ...alone,
    world: { recordingConsent: 1 },
    room: {},
    expect: { room_recording_consent_required: true },
  },
  {
    name: 'consent: switched off',
    ...alone,
    world: { recordingConsent: 0 },
    room: { consent: true },
    expect: { room_recording_consent_required: false },
  },
  {
    name: 'consent: as the room says',
    ...alone,
    world: { recordingConsent: 2 },
    room: { consent: true },
    expect: { room_recording_consent_required: true },
  },
  {
    name: 'dial-in stored, but off',
    ...alone,
    world: { sip: false },
    room: { sip: 2 },
    expect: { room_dial_in_enabled: false, room_members_only: false },
  },
  {
    name: 'age of messages, not of system entries',
    room: { messages: [{ age: 3 * day }, { age: day }, { age: 9 * day, verb: 'system' }] },
    expect: { room_oldest_chat_message_age: 3 * day },
  },
  { name: 'no message', room: {}, expect: { room_oldest_chat_message_age: { hole: 'not_observable' } } },
  {
    name: 'files, but no polls',
    room: {
      files: [
        { type: 'file', age: 5 * day },
        { type: 'voice', age: day },
        { type: 'poll', age: 90 * day },
      ],
    },
    expect: { room_shared_documents_count: 2, room_oldest_shared_document_age: 5 * day },
  },
  {
    name: 'a kind of file that nobody has read of',
    room: {
      files: [
        { type: 'file', age: day },
        { type: 'hologram', age: 9 * day },
      ],
    },
    expect: {
      room_shared_documents_count: { value: 1, bound: 'at_least' },
      room_oldest_shared_document_age: { value: day, bound: 'at_least' },
    },
  },
  {
    name: 'recordings',
    room: { recordings: [20 * day, day] },
    expect: {
      room_recordings_count: { value: 2, bound: 'at_least' },
      room_oldest_recording_age: { value: 20 * day, bound: 'at_least' },
    },
  },
  {
    name: 'a shared recording that was moved',
    room: { files: [{ type: 'recording', age: day }] },
    expect: {
      room_recordings_count: { value: 1, bound: 'at_least' },
      room_oldest_recording_age: { hole: 'not_observable' },
    },
  },
  {
    name: 'retention',
    world: { groups: ['admin'] },
    room: {},
    expect: { room_document_retention: unlimited },
  },
  {
    name: 'an expired message is still there',
    room: { messages: [{ age: 9 * day, expires: now - 2 * day }] },
    expect: { room_contradictions: { items: ['older_than_expiration'], complete: true } },
  },
  {
    name: 'recorded after it was switched off',
    world: { recording: false },
    room: { recordings: [-30] },
    expect: { room_contradictions: { items: ['recording_newer_than_switch_off'], complete: true } },
  },
  {
    name: 'guests counted in the database',
    ...alone,
    live: true,
    room: {
      type: 2,
      callSince: now - 60,
      people: [person({ ...inCall }), guest(), guest({ inCall: 9 }), person({ actorType: 'groups' })],
    },
    expect: {
      participants_total: 3,
      participants_unauthenticated: 1,
      participants_dial_in_unnamed: 1,
      participants_expected: 2,
      meeting_running: true,
      meeting_running_time: 60,
    },
  },
  {
    name: 'waiting, by the masks',
    ...alone,
    live: true,
    room: {
      type: 3,
      lobby: true,
      callSince: now,
      people: [
        person({ ...inCall, participantType: 1 }),
        guest({ inCall: 0 }),
        guest({ inCall: 0, permissions: 254 }),
      ],
    },
    expect: { participants_waiting: 1, participants_total: 1 },
  },
  {
    name: 'an abandoned call',
    ...alone,
    live: true,
    room: { type: 3, callSince: now - 9 * day },
    expect: { meeting_running: false },
  },
  {
    name: 'screens for moderators',
    ...alone,
    room: { type: 2, permissions: 149, people: [person({ participantType: 2, permissions: 254 })] },
    expect: { room_screen_sharing_allowed_for: 'moderators' },
  },
  {
    name: 'screens for one more',
    ...alone,
    room: { type: 2, permissions: 149, people: [person({ permissions: 213 })] },
    expect: { room_screen_sharing_allowed_for: 'all' },
  },
  {
    name: 'a listed room as it is stored',
    room: { role: undefined as never, listable: 1, type: 2, expiration: 3600 },
    expect: { room_chat_retention: { seconds: 3600 } },
  },
  {
    name: 'breakout rooms: added up',
    ...alone,
    live: true,
    world: {
      rooms: breakoutRooms({
        recording: 2,
        callSince: now,
        people: [person({ ...inCall }), guest()],
        files: [{ type: 'file', age: 2 * day }],
      }),
    },
    room: {
      type: 2,
      breakouts: { mode: 1, started: true },
      callSince: now,
      people: [person({ ...inCall })],
      files: [{ type: 'file', age: day }],
    },
    expect: {
      participants_total: 3,
      participants_unauthenticated: 1,
      meeting_recording_in_progress: true,
      room_shared_documents_count: 2,
      room_oldest_shared_document_age: 2 * day,
    },
  },
];

describe('what is stored, and what holds', () => {
  it.each(cases)('$name', async (one) => {
    const facts = await factsOf(one);
    const got = Object.fromEntries(
      (Object.keys(one.expect) as FactName[]).map((name) => {
        const fact = facts[name];
        if (fact === undefined) return [name, 'absent'];
        return [name, isKnown(fact) ? fact.value : { hole: fact.unavailable.code }];
      }),
    );
    expect(got).toEqual(one.expect);
  });

  it('the chain shows what is stored beside what is in force', async () => {
    const facts = await factsOf({
      name: '',
      world: { recordingConsent: 1, sip: false },
      room: { sip: 2 },
      expect: {},
    });
    const chain = (name: FactName) =>
      facts[name]?.evidence[0]?.chain?.map(({ path, value, decides }) => [path, value, decides]);
    expect(chain('room_recording_consent_required')).toEqual([
      ['oc_talk_rooms.recording_consent (stored)', 0, false],
      ['ocs.data[].recordingConsent', 1, true],
    ]);
    expect(chain('room_dial_in_enabled')).toEqual([
      ['oc_talk_rooms.sip_enabled (stored)', 2, false],
      ['ocs.data[].sipEnabled', 0, true],
    ]);
  });

  it('counts nobody in rooms and breakout rooms whose sessions cannot be read', async () => {
    const calling = { callSince: now, people: [person({ ...inCall })] };
    const world = worldOf({
      name: '',
      expect: {},
      world: { rooms: breakoutRooms(calling) } as never,
      room: { type: 2, breakouts: { mode: 1, started: true }, ...calling },
    });
    const tables = talkSqlite(world);
    const open = new DatabaseSync(tables.file);
    open.exec('DROP TABLE oc_talk_sessions');
    open.close();
    try {
      const { scan } = await scanWorld(world, { live: true, anonymous: true, database: tables.url });
      const facts = scan.subjects.get('room 9000000001')?.facts ?? {};
      for (const name of ['participants_total', 'participants_unauthenticated', 'meeting_running'] as const) {
        const fact = facts[name];
        expect(fact !== undefined && isKnown(fact) ? fact.value : 'hole', name).toBe('hole');
      }
    } finally {
      await tables.drop();
    }
  });

  it('without the database, breakout rooms that the account sees are a lower bound', async () => {
    const rooms = breakoutRooms({ role: 'user', callSince: now, people: [person({ ...inCall })] });
    const world = worldOf({
      name: '',
      expect: {},
      world: { rooms } as never,
      room: {
        type: 2,
        breakouts: { mode: 1, started: true },
        callSince: now,
        people: [person({ ...inCall })],
      },
    });
    const { scan } = await scanWorld(world, { live: true });
    const fact = scan.subjects.get('room 9000000001')?.facts.participants_total;
    expect(fact).toMatchObject({ value: { value: 2, bound: 'at_least' } });
  });

  it('a name that gives a password away is not shown, but still decides the tags', async () => {
    const world = worldOf({ name: '', expect: {}, room: { type: 2, name: 'Kennwort: Sommer-2026' } });
    const { scan } = await scanWorld(world, { tags: { sommer: ['*sommer*'] } });
    const room = scan.subjects.get('room 9000000001');
    expect(room?.name).toBeNull();
    expect(room?.facts.room_tags).toMatchObject({ value: { items: ['sommer'] } });
    expect(JSON.stringify(scan.items)).not.toContain('Sommer-2026');
  });
});
