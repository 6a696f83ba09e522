import { afterEach, expect } from 'vitest';
import type {
  SimulatedDatabase,
  SimulatedStoredRoom,
} from '../../../adapters/bigbluebutton/simulator-database.ts';
import type { Scan } from '../../contract/scan.ts';
import { type GreenlightTables, greenlightDatabase } from './greenlight-database.ts';
import { type Ask, emptyWorld, scanWorld } from './world.ts';

export const canary = 'stored-person-canary';
const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0)) await step();
});

export async function tables(world: SimulatedDatabase, options = {}): Promise<GreenlightTables> {
  const made = await greenlightDatabase({ canary, ...world }, options);
  cleanup.push(() => made.drop());
  return made;
}

export const room = (more: Partial<SimulatedStoredRoom> = {}): SimulatedStoredRoom => ({
  meetingId: 'm1',
  friendlyId: 'abc-def-ghi-jkl',
  name: 'Amt 12',
  ...more,
});

export const seventy = (many: number, more: Partial<SimulatedStoredRoom> = {}): SimulatedStoredRoom[] =>
  Array.from({ length: many }, (_, at) =>
    room({
      meetingId: `m${String(at).padStart(4, '0')}`,
      friendlyId: `abc-def-ghi-${String(at).padStart(4, '0')}`,
      ...more,
    }),
  );

export async function scanTables(url: string, ask: Ask = {}, world = {}): Promise<Scan> {
  const found = await scanWorld({ ...emptyWorld, ...world }, { greenlight: false, database: url, ...ask });
  expect(found.errors).toEqual([]);
  return found;
}

export const codes = (viewer: string, moderator = '') => ({
  options: { glViewerAccessCode: viewer, glModeratorAccessCode: moderator },
});
