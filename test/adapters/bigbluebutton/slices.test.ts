import { serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import {
  type BigBlueButtonWorld,
  greenlightMetadata,
  type SimulatedMeeting,
  startBigBlueButton,
} from '../../../adapters/bigbluebutton/simulator.ts';
import type { SimulatedStoredRoom } from '../../../adapters/bigbluebutton/simulator-database.ts';
import type { Divided } from '../../contract/divided.ts';
import { type Scan, scanTime } from '../../contract/scan.ts';
import { type Event, scanWithNotes } from './notes.ts';
import { canary, codes, room, seventy, tables } from './tables.ts';
import { type Ask, emptyWorld, recording, scanSimulator, secret } from './world.ts';

const meeting = (id: string, at: number): SimulatedMeeting => ({
  id,
  name: 'Canary of a meeting',
  createTime: scanTime - 600_000,
  metadata: greenlightMetadata(`abc-def-ghi-${String(at).padStart(4, '0')}`),
});

const stored = (at: number, more: Partial<SimulatedStoredRoom> = {}): SimulatedStoredRoom =>
  room({
    meetingId: `m${String(at).padStart(4, '0')}`,
    friendlyId: `abc-def-ghi-${String(at).padStart(4, '0')}`,
    ...more,
  });

/** Rooms of every sort, some of which run, some with recordings that the server hides. */
const rooms: SimulatedStoredRoom[] = [
  stored(0, { role: 'recorder', presentations: 2 }),
  stored(1, codes('abc123', 'Zq9')),
  stored(2, { options: { guestPolicy: 'ASK_MODERATOR' }, recordings: [{ id: 'hidden' }] }),
  stored(3, { recordings: [{ id: 'r1' }, { id: 'hidden too' }], sharedWith: ['recorder'] }),
  stored(4, { role: null, options: { glViewerAccessCode: null, record: null } }),
  stored(5, { provider: 'school', options: { glRequireAuthentication: 'true' } }),
  stored(6, { name: 'VS-NfD' }),
];
const world: BigBlueButtonWorld = {
  ...emptyWorld,
  version: '3.0.20',
  meetings: [meeting('m0003', 3), { id: 'of-another-front-end', name: 'M' }, meeting('m0006', 6)],
  recordings: [recording('r1', 'm0003', 100), recording('r2', 'm0001', 3), recording('r3', 'x', 3)],
};

const byKey = (found: Scan) => Object.fromEntries([...found.subjects].sort(([a], [b]) => (a < b ? -1 : 1)));

async function both(url: string, how: Divided, ask: Ask = {}, change: Partial<BigBlueButtonWorld> = {}) {
  const simulator = await startBigBlueButton({ ...world, ...change });
  try {
    const whole = await scanSimulator(simulator, { database: url, ...ask });
    const split = await scanSimulator(simulator, { database: url, ...ask, divided: how });
    expect([whole.errors, split.errors]).toEqual([[], []]);
    return { whole, split };
  } finally {
    await simulator.close();
  }
}

describe('rooms that are collected in slices', () => {
  it.each([
    [1, false, false],
    [2, true, false],
    [3, false, true],
    [6, true, true],
  ])('of %i, live %s, with the view %s: are those of an undivided scan', async (size, live, view) => {
    const { url } = await tables({ rooms }, { view });
    const how: Divided = { size };
    const { whole, split } = await both(url, how, { live });
    expect(how.ranges).toHaveLength(Math.ceil(rooms.length / size));
    expect(byKey(split)).toEqual(byKey(whole));
    expect(split.items).toHaveLength(whole.items.length);
    expect(split.outcomes).toEqual(whole.outcomes);
    expect(whole.outcomes.get('A2')?.reason?.detail).toContain('2 recordings');
  });

  it.each([7, 8])('a target of no more than %i rooms is not divided', async (size) => {
    const { url } = await tables({ rooms });
    const how: Divided = { size };
    const { whole, split } = await both(url, how);
    expect(how.ranges).toBeUndefined();
    expect(byKey(split)).toEqual(byKey(whole));
    expect(split.outcomes).toEqual(whole.outcomes);
  });

  it('pages end and begin within slices', async () => {
    const { url } = await tables({ rooms: seventy(1_201) });
    const how: Divided = { size: 600 };
    const { whole, split } = await both(url, how);
    expect(how.ranges?.map(({ from, to }) => [from, to])).toEqual([
      ['', 'm0600'],
      ['m0600', 'm1200'],
      ['m1200', null],
    ]);
    expect(byKey(split)).toEqual(byKey(whole));
    expect(split.outcomes.get('GS')).toMatchObject({ state: 'complete', count: 1_201 });
  });

  it('what comes and goes at the borders meanwhile is told once, or not at all', async () => {
    const { url, run } = await tables({ rooms: seventy(9) });
    const how: Divided = {
      size: 3,
      async before() {
        // The first two slices are empty but for one, the rooms at both borders are gone, others lie between.
        await run(`DELETE FROM room_meeting_options`);
        await run(`DELETE FROM rooms WHERE meeting_id < 'm0007' AND meeting_id <> 'm0005'`);
        await run(`INSERT INTO rooms (name, friendly_id, meeting_id) VALUES
          ('a', 'a', 'a'), ('b', 'b', 'm0002x'), ('c', 'c', 'm0003'), ('d', 'd', 'm0006'), ('z', 'z', 'z')`);
      },
    };
    const { split } = await both(url, how, {}, { meetings: [] });
    const ids = split.items.flatMap((item) => ('subject' in item ? [item.subject.id] : []));
    const told = ids.filter((id) => id !== '-' && !id.startsWith('r')).sort();
    expect(told).toEqual(['a', 'm0002x', 'm0003', 'm0005', 'm0006', 'm0007', 'm0008', 'z']);
    expect(split.outcomes.get('GS')).toMatchObject({ state: 'complete', count: 8 });
  });

  it('a database that breaks off in one slice is partial, and the rest is there', async () => {
    const { url, run, role } = await tables({ rooms: seventy(4) });
    const how: Divided = {
      size: 2,
      before: async () => void (await run(`REVOKE SELECT ON rooms FROM ${role}`)),
    };
    await run(`GRANT SELECT ON rooms TO ${role}`);
    await run(`REVOKE SELECT (id, user_id, name, friendly_id, meeting_id) ON rooms FROM ${role}`);
    const { split } = await both(url, how);
    expect(split.outcomes.get('GS')).toMatchObject({ state: 'partial', reason: { code: 'not_permitted' } });
  });

  it('a room without an id for its meeting leaves the target undivided and is not passed over', async () => {
    const { url, run } = await tables({ rooms });
    await run(`INSERT INTO rooms (name, friendly_id) VALUES ('n', 'n')`);
    const how: Divided = { size: 2 };
    const { whole, split } = await both(url, how);
    expect(how.ranges).toBeUndefined();
    expect(split.outcomes.get('GS')).toMatchObject({ reason: { code: 'invalid_answer' } });
    expect(split.outcomes).toEqual(whole.outcomes);
  });

  it('events of a meeting that may run or not hold for its room', async () => {
    const { url } = await tables({ rooms });
    const told: Event = {
      meeting: meeting('m0001', 1),
      created: scanTime - 1_000,
      change: { usersProp: { guestPolicy: 'ASK_MODERATOR' }, recordProp: { record: true } },
    };
    // So new that the list of meetings may not show it yet.
    const ask: Ask = { database: url, greenlight: false };
    const whole = await scanWithNotes(world, [told], ask);
    const split = await scanWithNotes(world, [told], { ...ask, divided: { size: 2 } });
    const silent = await scanWithNotes(world, [], ask);
    expect(whole.subjects.get('room m0001')).not.toEqual(silent.subjects.get('room m0001'));
    // It is asked for by its meeting, like one that runs.
    const shown = JSON.parse(JSON.stringify(byKey(split)).replaceAll(': running_rooms', ': rooms'));
    expect(shown).toEqual(JSON.parse(JSON.stringify(byKey(whole)).replaceAll(': running_rooms', ': rooms')));
    expect(split.outcomes).toEqual(whole.outcomes);
  });

  it('nothing of meetings, secrets or persons is handed over', async () => {
    const { url } = await tables({ rooms });
    const how: Divided = { size: 2 };
    await both(url, how, { live: true });
    const bytes = serialize(how.basis).toString('latin1');
    for (const text of ['Canary', canary, secret, 'of-another-front-end', 'm0006'])
      expect(bytes).not.toContain(text);
    expect(bytes).toContain('r1');
  });
});
