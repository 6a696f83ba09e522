import { describe, expect, it } from 'vitest';
import { greenlightMetadata, type SimulatedMeeting } from '../../../adapters/bigbluebutton/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { type Event, scanWithNotes } from './notes.ts';
import { room, tables } from './tables.ts';
import { brief, emptyWorld, factsOf } from './world.ts';

const created = scanTime - 600_000;
const inGreenlight: SimulatedMeeting = {
  id: 'm1',
  name: 'M',
  createTime: created,
  metadata: greenlightMetadata('abc-def-ghi-jkl'),
};

const asking = { guestPolicy: 'ASK_MODERATOR' };
const accepting = { guestPolicy: 'ALWAYS_ACCEPT' };
type Policy = Record<string, unknown>;

describe("beside Greenlight's database", () => {
  const scanRoom = async (options: Record<string, string>, change: Event['change'], more: object = {}) => {
    const { url } = await tables({ rooms: [room({ options })] });
    const world = { ...emptyWorld, version: '3.0.20', meetings: [inGreenlight], ...more };
    const own: Event = { meeting: inGreenlight, created, change: change ?? {} };
    const found = await scanWithNotes(world, change === undefined ? [] : [own], {
      greenlight: false,
      database: url,
    });
    expect(found.errors).toEqual([]);
    const fact = found.subjects.get('room m1')?.facts;
    return {
      waiting: brief(fact?.['room_waiting_room_enabled']),
      joinable: brief(fact?.['room_joinable_without_invitation']),
      callers: brief(fact?.['room_dial_in_waiting_room']),
      pairs: brief(fact?.['room_contradictions']) as { items: string[]; complete: boolean },
      found,
    };
  };

  it.each<[string, Record<string, string>, Policy, unknown]>([
    ['both ask', asking, asking, true],
    ['both accept', accepting, accepting, false],
    ['the room asks, the meeting was created open', asking, accepting, '? not_observable'],
    ['the room is open, the meeting was created with one', accepting, asking, '? not_observable'],
    ['the server lets everybody in', asking, { ...asking, authenticatedGuest: false }, false],
    [
      'everybody comes in as moderator',
      { ...asking, glAnyoneJoinAsModerator: 'true' },
      { guestPolicy: 'ALWAYS_ACCEPT' },
      false,
    ],
    ['a damaged policy', asking, { guestPolicy: 'SOMETIMES' }, '? invalid_answer'],
    ['what depends on the version', asking, { guestPolicy: 'ALWAYS_ACCEPT_AUTH' }, '? not_observable'],
  ])('a waiting room: %s', async (_name, options, usersProp, waiting) => {
    const shown = await scanRoom(options, { usersProp: { authenticatedGuest: true, ...usersProp } });
    expect(shown.waiting).toBe(waiting);
    expect(shown.callers).toBe(waiting === false ? false : '? not_observable');
  });

  it.each<[string, Record<string, string>, Event['change'], { items: string[]; complete?: boolean }]>([
    ['everything as the room has it', {}, {}, { items: [] }],
    [
      'recorded against the room',
      {},
      { recordProp: { record: true } },
      { items: ['meeting_differs_from_room'] },
    ],
    [
      'not recorded by a starter without the right',
      { record: 'true' },
      { recordProp: { record: false } },
      { items: [] },
    ],
    [
      'another guest policy',
      {},
      { usersProp: { guestPolicy: 'ASK_MODERATOR' } },
      { items: ['meeting_differs_from_room'] },
    ],
    ['unmuted', {}, { voiceProp: { muteOnStart: false } }, { items: ['meeting_differs_from_room'] }],
    ['a damaged event', {}, { voiceProp: { muteOnStart: 'x' } }, { items: [], complete: false }],
    ['no event', {}, undefined, { items: [], complete: false }],
  ])('contradictions: %s', async (_name, options, change, pairs) => {
    const { pairs: found } = await scanRoom({ muteOnStart: 'true', ...options }, change);
    expect(found.items.filter((code) => code !== 'capture_without_button')).toEqual(pairs.items);
    if (pairs.complete !== undefined) expect(found.complete).toBe(pairs.complete);
  });

  it('a room in which nobody is differs from nothing', async () => {
    const { pairs } = await scanRoom({}, undefined, { meetings: [] });
    expect(pairs).toMatchObject({ items: [], complete: true });
  });

  it('where the list of meetings fails nothing is claimed that an event denied', async () => {
    const shown = await scanRoom(
      { ...asking, muteOnStart: 'true' },
      { recordProp: { record: true }, voiceProp: { muteOnStart: false }, usersProp: accepting },
      { secret: 'another-secret-0123456789' },
    );
    const facts = factsOf(shown.found, 'room m1');
    expect(facts).toMatchObject({
      room_recording_allowed: '? not_permitted secret',
      room_join_with_audio_muted: '? not_permitted secret',
    });
    expect(shown.waiting).not.toBe(true);
    expect(shown.pairs.complete).toBe(false);
    expect(shown.found.outcomes.get('EV')).toMatchObject({ state: 'failed' });
  });
});
