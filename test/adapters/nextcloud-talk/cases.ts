import { expect } from 'vitest';
import { isKnown } from '../../../adapters/contract/fact.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import {
  type SimulatedPerson,
  type SimulatedRoom,
  type SimulatedWorld,
  smallWorld,
} from '../../../adapters/nextcloud-talk/simulator.ts';
import { scanTime } from '../../contract/scan.ts';
import { scanWorld } from './harness.ts';

export const now = Math.floor(scanTime / 1000);
export const day = 86_400;
export const unlimited = { unlimited: true };
export const hole = (code: string, fill?: string) => ({
  hole: code,
  ...(fill === undefined ? {} : { fill }),
});
type Expected = Partial<Record<FactName, unknown>>;

export interface Case {
  name: string;
  world?: Partial<SimulatedWorld>;
  room?: Partial<SimulatedRoom>;
  live?: boolean;
  settings?: object;
  expect: Expected;
}

export function worldOf({ world, room }: Case): SimulatedWorld {
  const base = { ...smallWorld(scanTime), rooms: [] as SimulatedRoom[], ...world };
  if (room === undefined) return base;
  const one: SimulatedRoom = {
    token: '9000000001',
    type: 3,
    name: 'Probe',
    role: 'user',
    lastActivity: now,
    ...room,
  };
  return { ...base, rooms: [one, ...base.rooms] };
}

export async function outcome(one: Case, key: string): Promise<Expected> {
  const { scan } = await scanWorld(worldOf(one), {
    live: one.live ?? false,
    ...(one.settings === undefined ? {} : { settings: one.settings }),
  });
  expect(scan.errors).toEqual([]);
  const facts = scan.subjects.get(key)?.facts;
  return Object.fromEntries(
    (Object.keys(one.expect) as FactName[]).map((name) => {
      const fact = facts?.[name];
      if (fact === undefined) return [name, 'absent'];
      if (isKnown(fact)) return [name, fact.value];
      return [name, hole(fact.unavailable.code, fact.unavailable.fill?.name)];
    }),
  );
}

const listed: Partial<SimulatedRoom> = { role: undefined as never, listable: 1, type: 2 };
export const outsider = (more: Partial<SimulatedRoom>): Partial<SimulatedRoom> => ({ ...listed, ...more });
export const person = (more: Partial<SimulatedPerson>): SimulatedPerson => ({
  actorType: 'users',
  displayName: 'P',
  ...more,
});
export const inCall = { inCall: 7, sessions: 1 };

export const guest = (more: Partial<SimulatedPerson> = {}) =>
  person({ actorType: 'guests', displayName: '', participantType: 4, ...inCall, ...more });
