import type { Adapter } from '../../../adapters/contract/adapter.ts';
import { isKnown } from '../../../adapters/contract/fact.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { rocketchat } from '../../../adapters/rocketchat/index.ts';
import {
  type RocketSimulator,
  type SimulatedRoom,
  type SimulatedWorld,
  settingsOf,
  smallWorld,
  startRocketChat,
} from '../../../adapters/rocketchat/simulator.ts';
import { type Scan, scan, scanTime } from '../../contract/scan.ts';

export interface Run {
  scan: Scan;
  rocket: RocketSimulator;
}

export interface RunOptions {
  live?: boolean;
  check?: boolean;
  anonymous?: boolean;
  token?: string;
  settings?: object;
  tags?: Record<string, string[]>;
  clock?: TestClock;
  /** Hosts of other targets, by id. */
  targets?: Readonly<Record<string, string>>;
  prepare?(rocket: RocketSimulator): void | Promise<void>;
}

/** Goes on when somebody waits, and not otherwise; two that wait side by side are not added up. */
export class TestClock {
  waited = 0;
  #time: number;
  constructor(start: number) {
    this.#time = start;
  }
  now(): number {
    return this.#time;
  }
  async sleep(ms: number): Promise<void> {
    const due = this.#time + ms;
    await new Promise((resolve) => setImmediate(resolve));
    this.waited += Math.max(0, due - this.#time);
    this.#time = Math.max(this.#time, due);
  }
}

/** One scan of a simulated server. */
export async function scanWorld(world: SimulatedWorld, options: RunOptions = {}): Promise<Run> {
  const rocket = await startRocketChat(world);
  try {
    await options.prepare?.(rocket);
    const account =
      options.anonymous === true ? {} : { user_id: { env: 'RC_USER' }, token: { env: 'RC_TOKEN' } };
    const result = await scan({
      adapter: adapterFor(options),
      settings: { url: rocket.server.origin, own_hosts: ['example.org'], ...account, ...options.settings },
      secretValues: { RC_USER: world.userId, RC_TOKEN: options.token ?? world.token },
      live: options.live ?? false,
      check: options.check ?? false,
      ...(options.tags === undefined ? {} : { tags: options.tags }),
      ...(options.clock === undefined ? {} : { clock: options.clock }),
    });
    return { scan: result, rocket };
  } finally {
    await rocket.server.close();
  }
}

function adapterFor({ targets }: RunOptions): Adapter {
  if (targets === undefined) return rocketchat as Adapter;
  return {
    ...rocketchat,
    collect: (target, context) =>
      rocketchat.collect(target as never, { ...context, hostOfTarget: (id) => targets[id] }),
  } as Adapter;
}

export const hole = (code: string, fill?: string) => ({
  hole: code,
  ...(fill === undefined ? {} : { fill }),
});
export type Expected = Partial<Record<FactName, unknown>>;

export interface Case {
  name: string;
  world?: Partial<SimulatedWorld>;
  /** Settings that differ from a fresh server's. */
  set?: Record<string, unknown>;
  /** The only room; without it the deployment is looked at. */
  room?: Partial<SimulatedRoom>;
  /** Further rooms. */
  others?: SimulatedRoom[];
  options?: RunOptions;
  expect: Expected;
}

export const roomId = 'room-probe';

export function worldOf({ world, set, room, others }: Case): SimulatedWorld {
  const base = {
    ...smallWorld(scanTime),
    throttle: null,
    ...(set === undefined ? {} : { settings: settingsOf(set) }),
  };
  if (room === undefined) return { ...base, ...world };
  const probe: SimulatedRoom = { id: roomId, t: 'c', name: 'probe', ...room };
  return { ...base, rooms: [probe, ...(others ?? [])], ...world };
}

export function valuesOf(found: Scan, key: string, names: readonly FactName[]): Expected {
  const facts = found.subjects.get(key)?.facts;
  return Object.fromEntries(
    names.map((name) => {
      const fact = facts?.[name];
      if (fact === undefined) return [name, 'absent'];
      return [name, isKnown(fact) ? fact.value : hole(fact.unavailable.code, fact.unavailable.fill?.name)];
    }),
  );
}

export async function outcome(one: Case): Promise<Expected> {
  const { scan: found } = await scanWorld(worldOf(one), one.options);
  if (found.errors.length > 0) throw new Error(found.errors.join('\n'));
  return valuesOf(
    found,
    one.room === undefined ? 'deployment -' : `room ${roomId}`,
    Object.keys(one.expect) as FactName[],
  );
}
