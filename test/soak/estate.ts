import type { Adapter } from '../../adapters/contract/adapter.ts';
import { reason } from '../../adapters/contract/fact.ts';
import { seeded } from '../../bench/random.ts';
import { toyAdapter, type World, world } from '../scan/toy.ts';

export const minute = 60_000;
export const every = 5 * minute;

/** Time of the soak: moves only when it is told to. */
export class SimulatedClock {
  now: number;
  sleeping = 0;
  readonly #sleepers = new Set<{ at: number; wake: () => void }>();

  constructor(begin: number) {
    this.now = begin;
  }

  pass(ms: number): void {
    this.now += ms;
    for (const sleeper of this.#sleepers) if (sleeper.at <= this.now) sleeper.wake();
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.sleeping += 1;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { at: this.now + ms, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) wake();
    });
    this.sleeping -= 1;
  }
}

interface Server {
  world: World;
  /** Until when it does not answer. */
  down: number;
  /** How long its next answer takes. */
  slow: number;
  /** Its next scan meets a defect. */
  broken: boolean;
}

export interface Rates {
  /** Of all servers each minute. */
  down: number;
  slow: number;
  broken: number;
  changed: number;
}

/** Servers of which some are down, slow, changed or odd; the same ones for the same seed. */
export class SoakEstate {
  readonly ids: readonly string[];
  readonly clock: SimulatedClock;
  readonly random: () => number;
  readonly #servers = new Map<string, Server>();
  readonly adapter: Adapter;
  readonly told = { down: 0, slow: 0, broken: 0, changed: 0 };

  constructor(targets: number, begin: number, seed: number) {
    this.clock = new SimulatedClock(begin);
    this.random = seeded(seed);
    this.ids = Array.from({ length: targets }, (_, place) => `target-${String(place).padStart(4, '0')}`);
    for (const id of this.ids) {
      const rooms = [
        { id: `${id}-open`, password: false },
        { id: `${id}-shut`, password: true },
      ];
      this.#servers.set(id, { world: world({ rooms, population: 'all' }), down: 0, slow: 0, broken: false });
    }
    const { collect: _, ...rest } = toyAdapter(world());
    this.adapter = { ...rest, collect: (target, context) => this.#collect(target.id, context.signal) };
  }

  /** What happens in a minute. */
  trouble(rates: Rates): void {
    this.#some(rates.down, 'down', (server) => {
      server.down = this.clock.now + (1 + Math.floor(this.random() * 60)) * minute;
    });
    this.#some(rates.slow, 'slow', (server) => {
      server.slow = (1 + Math.floor(this.random() * 15)) * minute;
    });
    this.#some(rates.broken, 'broken', (server) => {
      server.broken = true;
    });
    this.#some(rates.changed, 'changed', ({ world: { rooms } }) => {
      const [first] = rooms;
      if (first !== undefined) first.password = !first.password;
      if (rooms.length > 4) rooms.pop();
      else rooms.push({ id: `${first?.id}-${this.told.changed}`, password: this.random() < 0.5 });
    });
  }

  heal(): void {
    for (const server of this.#servers.values()) Object.assign(server, { down: 0, slow: 0, broken: false });
  }

  /** Rooms that anyone can enter, as they are. */
  openRooms(): number {
    const rooms = [...this.#servers.values()].flatMap(({ world: each }) => each.rooms);
    return rooms.filter(({ password }) => password === false).length;
  }

  #some(rate: number, kind: keyof SoakEstate['told'], change: (server: Server) => void): void {
    // So many on average, and now and then one more.
    const expected = rate * this.ids.length;
    const number = Math.floor(expected) + (this.random() < expected % 1 ? 1 : 0);
    for (let turn = 0; turn < number; turn += 1) {
      const server = this.#servers.get(this.ids[Math.floor(this.random() * this.ids.length)] ?? '');
      if (server === undefined) continue;
      change(server);
      this.told[kind] += 1;
    }
  }

  async *#collect(id: string, signal: AbortSignal): ReturnType<Adapter['collect']> {
    const server = this.#servers.get(id);
    if (server === undefined) throw new Error(`no server ${id}`);
    const { slow, broken } = server;
    Object.assign(server, { slow: 0, broken: false });
    if (slow > 0) await this.clock.sleep(slow, signal);
    if (broken) throw new Error('a defect of the adapter');
    const down = server.down > this.clock.now;
    const outcomes = down
      ? ({ site: 'failed', list: 'failed', detail: 'failed', recordings: 'failed' } as const)
      : {};
    const state = { ...server.world, outcomes, now: this.clock.now, why: reason('unreachable', 'down') };
    yield* toyAdapter(state).collect({ id, settings: { id, vendor: 'toy' } } as never, {} as never);
  }
}
