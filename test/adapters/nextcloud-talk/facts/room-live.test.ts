import { describe, expect, it } from 'vitest';
import { type Case, day, guest, hole, inCall, now, outcome, person } from '../cases.ts';

const live: Case[] = [
  {
    name: 'nothing runs',
    room: {},
    expect: {
      meeting_running: false,
      participants_total: hole('not_running'),
      meeting_recording_in_progress: false,
      participants_waiting: 0,
    },
  },
  {
    name: 'runs, with two guests',
    room: { callSince: now - 60, people: [person(inCall), guest(), guest()] },
    expect: {
      meeting_running: true,
      meeting_running_time: 60,
      participants_total: 3,
      participants_unauthenticated: 2,
      participants_dial_in_unnamed: 0,
      meeting_locked: false,
    },
  },
  {
    name: 'a caller without a name',
    room: {
      callSince: now,
      people: [
        person(inCall),
        person({ actorType: 'phones', displayName: '+49361…', inCall: 9 }),
        guest({ inCall: 9 }),
      ],
    },
    expect: { participants_dial_in_unnamed: 2, participants_unauthenticated: 0, participants_total: 3 },
  },
  {
    name: 'a caller with a name',
    room: { callSince: now, people: [person({ actorType: 'phones', displayName: 'Amt', inCall: 9 })] },
    expect: { participants_dial_in_unnamed: 0 },
  },
  {
    name: 'abandoned call',
    room: { callSince: now - day, people: [person({})] },
    expect: { meeting_running: false, meeting_recording_in_progress: false },
  },
  {
    name: 't7 held in the lobby: the start is real, the people are not shown',
    room: { lobby: true, callSince: now - 60 },
    expect: {
      meeting_running: hole('not_permitted', 'moderator in the room'),
      participants_total: hole('not_permitted', 'moderator in the room'),
      meeting_recording_in_progress: false,
      meeting_locked: true,
    },
  },
  {
    name: 'moderators see behind the lobby',
    room: {
      role: 'moderator',
      lobby: true,
      callSince: now - 60,
      people: [person(inCall), person({ sessions: 1, participantType: 4, actorType: 'guests' })],
    },
    expect: { meeting_running: true, participants_waiting: 1 },
  },
  {
    name: 'records',
    room: { callSince: now, recording: 2, people: [person(inCall)] },
    expect: { meeting_recording_in_progress: true },
  },
  {
    name: 'a failed attempt records nothing',
    room: { callSince: now, recording: 5, people: [person(inCall)] },
    expect: { meeting_recording_in_progress: false },
  },
  {
    name: 'records while recording is off',
    room: { callSince: now, recording: 1, people: [person(inCall)] },
    world: { recording: false },
    expect: { room_contradictions: expect.objectContaining({ items: ['recording_off_but_running'] }) },
  },
  {
    name: 'invited people of a private room',
    room: {
      type: 2,
      callSince: now,
      people: [person(inCall), person({ actorType: 'emails' }), person({ actorType: 'groups' })],
    },
    expect: { participants_expected: 3 },
  },
  {
    name: 'anybody may come',
    room: { callSince: now, people: [person(inCall)] },
    expect: { participants_expected: hole('not_observable', 'participants_expected') },
  },
  {
    name: 'the configured number wins',
    room: { callSince: now, people: [person(inCall)] },
    settings: { participants_expected: { 9000000001: 12 } },
    expect: { participants_expected: 12 },
  },
  {
    name: 'started breakout rooms of others',
    room: { type: 2, breakouts: { mode: 1, started: true }, callSince: now, people: [person(inCall)] },
    expect: {
      meeting_recording_in_progress: hole('incomplete'),
      participants_total: { value: 1, bound: 'at_least' },
      participants_unauthenticated: hole('incomplete'),
    },
  },
  {
    name: 'a seen breakout room records',
    room: { type: 2, breakouts: { mode: 1, started: true } },
    world: {
      rooms: [
        {
          token: '9000000002',
          type: 2,
          name: 'Gruppe',
          role: 'user',
          objectType: 'room',
          objectId: '9000000001',
          recording: 1,
        },
      ],
    },
    expect: { meeting_recording_in_progress: true },
  },
];

describe('who is in', () => {
  it.each(live.map((one) => ({ ...one, live: true })))('$name', async (one) => {
    expect(await outcome(one, `room ${one.room?.token ?? '9000000001'}`)).toEqual(one.expect);
  });
});
