import { expect } from 'vitest';
import type { Adapter } from '../../../adapters/contract/adapter.ts';
import { type Reason, reason } from '../../../adapters/contract/fact.ts';
import { SourceError } from '../../../adapters/contract/http.ts';
import type { SqlRow } from '../../../adapters/contract/sql.ts';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import {
  plantedPersons,
  type SimulatedRoom,
  type SimulatedWorld,
  smallWorld,
} from '../../../adapters/nextcloud-talk/simulator.ts';
import { type Divided, divided } from '../../contract/divided.ts';
import { type Scan, scanTime } from '../../contract/scan.ts';
import { day, guest, inCall, now, person } from './cases.ts';
import { type RunOptions, scanWorld } from './harness.ts';

export const talk = nextcloudTalk as Adapter;
const calling = { callSince: now - 60, people: [person({ ...inCall }), guest()] };
const stored = (token: string, more: Partial<SimulatedRoom> = {}): SimulatedRoom => ({
  token,
  type: 2,
  name: `Projekt ${token}`,
  lastActivity: now - day,
  ...more,
});
const breakout = (token: string, parent: string, more: Partial<SimulatedRoom> = {}): SimulatedRoom =>
  stored(token, { objectType: 'room', objectId: parent, ...more });

/** Breakout rooms lie before, behind and far from their parents; half of the rooms are shown by the API. */
export const own: SimulatedRoom[] = [
  breakout('6100000001', '6100000009', { recording: 2, ...calling, files: [{ type: 'file', age: 9 * day }] }),
  stored('6100000002', { type: 3, recordings: [40 * day], messages: [{ age: 90 * day }] }),
  breakout('6100000003', '6200000001', calling),
  stored('6100000004', { type: 1, name: plantedPersons[0] ?? '' }),
  breakout('6100000005', 'gonewithit', { files: [{ type: 'file', age: day }] }),
  stored('6100000006', { ...calling, files: [{ type: 'file', age: day }] }),
];
export const others: SimulatedRoom[] = [
  stored('6100000007', { messages: [{ age: 9 * day, expires: now - 2 * day }] }),
  stored('6100000008', { type: 3, hasPassword: true, lobby: true, permissions: 149, people: [person({})] }),
  stored('6100000009', { breakouts: { mode: 1, started: true }, ...calling }),
  stored('6200000001', { role: 'user', breakouts: { mode: 2, started: true }, ...calling }),
  breakout('6200000002', '6100000009', { callSince: now, people: [person({ ...inCall })] }),
  stored('6200000003', { remote: { server: 'https://partner.example', token: 'abcd1234' } }),
  stored('6200000004', { objectType: 'hologram', objectId: '1' }),
  stored('6200000006', { breakouts: { mode: 1, started: true }, ...calling }),
  stored('klein00001', { role: 'user' }),
  // Another room, though not for every database.
  stored('KLEIN00001'),
  stored('6200000005', { name: 'VS-NfD', recordings: [3 * day] }),
];

export const estate = (): SimulatedWorld => {
  const world = smallWorld(scanTime);
  return { ...world, rooms: [...own, ...world.rooms, ...others] };
};
export const many = (count: number): SimulatedRoom[] =>
  Array.from({ length: count }, (_, place) => stored(`7${String(place).padStart(5, '0')}`));

const byKey = (found: Scan) => Object.fromEntries([...found.subjects].sort(([a], [b]) => (a < b ? -1 : 1)));

/** @param world what the API shows */
export async function both(database: string, how: Divided, options: RunOptions = {}, world = estate()) {
  const whole = (await scanWorld(world, { ...options, database })).scan;
  const split = (await scanWorld(world, { ...options, database, adapter: divided(talk, how) })).scan;
  expect([whole.errors, split.errors]).toEqual([[], []]);
  return { whole, split };
}

export function same({ whole, split }: { whole: Scan; split: Scan }): void {
  expect(byKey(split)).toEqual(byKey(whole));
  expect(split.items).toHaveLength(whole.items.length);
  expect(split.outcomes).toEqual(whole.outcomes);
}

type Ask = (
  name: string,
  rows: () => AsyncIterable<SqlRow>,
  parameters: readonly unknown[],
) => AsyncIterable<SqlRow>;

/** Stands between the adapter and its database. */
export const asking =
  (ask: Ask): NonNullable<RunOptions['sql']> =>
  (_options, client) => ({
    locator: (name) => client.locator(name),
    close: () => client.close(),
    query: (name, parameters = []) => ask(name, () => client.query(name, parameters), parameters),
  });

const timeout = reason('throttled', 'statement timeout');

/** Questions of this name get no answer, where they have this parameter first. */
export const broken = (statement: string, first?: number, why: Reason = timeout): RunOptions['sql'] =>
  asking(async function* (name, rows, parameters) {
    if (name === statement && (first === undefined || parameters[0] === first))
      throw new SourceError(why, 'SQL');
    yield* rows();
  });

/** In slices of seven rooms, of which somebody collects the first alone. */
export const losing = (lost: Reason): Adapter => ({
  ...talk,
  collect: (target, context) =>
    talk.collect(target, {
      ...context,
      slices: {
        size: 7,
        async *collect(basis, [first, ...ranges]) {
          for (const _ of ranges) yield { lost };
          if (talk.collectSlice !== undefined && first !== undefined)
            yield* talk.collectSlice(target, context, basis, first);
        },
      },
    }),
});
