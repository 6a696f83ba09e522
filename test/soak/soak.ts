import { keepToRetention } from '../../src/findings/retention.ts';
import { lastTurns } from '../../src/inventory/starts.ts';
import { Overdue } from '../../src/scan/overdue.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { config } from '../scan/toy.ts';
import { every, minute, SoakEstate } from './estate.ts';
import { type Instance, type Seen, schedule, startInstance } from './instances.ts';
import { measured } from './measured.ts';
import type { SoakOptions, SoakResult } from './types.ts';

const begin = Date.UTC(2026, 10, 1);
const longestWaitMs = 120_000;

/** Hours of many targets on a five-minute schedule, with servers, workers and connections that fail. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const run = new Soak(options);
  try {
    await run.start();
    return await run.pass();
  } finally {
    await run.close();
  }
}

class Soak {
  readonly #options: SoakOptions;
  readonly #estate: SoakEstate;
  readonly #seen: Seen = { begun: 0, running: 0, unrecorded: 0, asked: 0 };
  readonly #overdue = new Overdue('UTC');
  readonly #result: SoakResult;
  readonly #from = performance.now();
  #instances: Instance[] = [];
  /** Only looks. */
  #store: Store | null = null;

  constructor(options: SoakOptions) {
    this.#options = options;
    this.#estate = new SoakEstate(options.targets, begin, options.seed);
    this.#result = {
      planned: 0,
      begun: 0,
      merged: 0,
      lateMinutes: 0,
      longestLate: 0,
      faults: [],
      told: { ...this.#estate.told, restarts: 0, crashes: 0, disconnects: 0, unrecorded: 0 },
      samples: [],
    };
  }

  async start(): Promise<void> {
    const { location, workers } = this.#options;
    this.#store = await openStore(location);
    const number = location.kind === 'sqlite' ? 1 : workers;
    for (let turn = 0; turn < number; turn += 1) this.#instances.push(await this.#open());
    this.#result.planned += this.#estate.ids.length;
    await this.#quiet();
  }

  async pass(): Promise<SoakResult> {
    const { hours, rates } = this.#options;
    const { clock } = this.#estate;
    for (let turn = 1; turn <= hours * 60; turn += 1) {
      this.#estate.trouble(rates);
      await this.#disturb();
      await this.#count(clock.now + minute);
      clock.pass(minute);
      await this.#quiet();
      await this.#compare();
      if (turn % 60 !== 0) continue;
      await this.#hour(turn / 60);
      if (this.#options.enough?.aborted === true) break;
    }
    await this.#settle();
    const { begun, unrecorded } = this.#seen;
    Object.assign(this.#result.told, this.#estate.told, { unrecorded });
    return { ...this.#result, begun };
  }

  async close(): Promise<void> {
    for (const instance of this.#instances) await instance.stop().catch(() => {});
    await this.#store?.close();
  }

  #open(): Promise<Instance> {
    return startInstance(this.#estate, this.#options.location, this.#seen);
  }

  get #looker(): Store {
    if (this.#store === null) throw new Error('not started');
    return this.#store;
  }

  /** A planned time comes: whose scan waits or runs has it merged into that one. */
  async #count(next: number): Promise<void> {
    if (next % every !== 0) return;
    const active = await this.#active();
    this.#result.planned += this.#estate.ids.length;
    // With SQLite what waits is only in the memory of the process.
    const waits =
      this.#options.location.kind === 'sqlite' ? this.#seen.asked - this.#seen.begun : active.queued;
    this.#result.merged += waits + active.running;
  }

  async #active(): Promise<{ queued: number; running: number }> {
    const rows = await again(() =>
      this.#looker.db
        .selectFrom('scans')
        .select(['state', (expression) => expression.fn.countAll<number>().as('number')])
        .where('state', 'in', ['queued', 'running'])
        .groupBy('state')
        .execute(),
    );
    const of = (state: string): number => Number(rows.find((row) => row.state === state)?.number ?? 0);
    return { queued: of('queued'), running: of('running') };
  }

  /** Until nothing moves any more before the clock does. */
  async #quiet(): Promise<void> {
    const { clock } = this.#estate;
    for (const instance of this.#instances) await again(() => instance.plan());
    const slots = this.#instances.reduce((sum, each) => sum + each.slots, 0);
    const deadline = performance.now() + longestWaitMs + this.#options.targets * 100;
    for (;;) {
      if (this.#seen.running === clock.sleeping && (await this.#isSettled(slots))) return;
      if (performance.now() > deadline) {
        const active = await this.#active();
        throw new Error(
          `does not settle: ${JSON.stringify({ ...active, ...this.#seen, sleeping: clock.sleeping })}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #isSettled(slots: number): Promise<boolean> {
    const { clock } = this.#estate;
    const full = clock.sleeping === slots;
    if (this.#options.location.kind === 'sqlite') {
      const waits = this.#seen.asked - this.#seen.begun;
      return full || waits === 0;
    }
    const { queued, running } = await this.#active();
    return running === clock.sleeping && (queued === 0 || full);
  }

  /** What is told of delays against what the store's scans say, told without the code that tells it. */
  async #compare(): Promise<void> {
    const { clock, ids } = this.#estate;
    const targets = ids.map((id) => ({ id, schedule }));
    const [late, turns] = [
      await again(() => this.#overdue.read(this.#looker, targets, clock.now)),
      await again(() => lastTurns(this.#looker, ids)),
    ];
    for (const id of ids) {
      const began = turns.get(id)?.began ?? null;
      const due = began === null ? begin : Math.floor(began / every) * every + every;
      const by = clock.now - due > minute ? (clock.now - due) / 1000 : 0;
      const told = late.get(id) ?? 0;
      if (by !== told)
        this.#fault(`${id} late by ${by} s, told ${told} s at minute ${(clock.now - begin) / minute}`);
      if (told > 0) this.#result.lateMinutes += 1;
      this.#result.longestLate = Math.max(this.#result.longestLate, told);
    }
  }

  async #disturb(): Promise<void> {
    const { restart, crash, disconnect, cut } = this.#options;
    const happens = (once: number | null): boolean => once !== null && this.#estate.random() < 1 / once;
    const { told } = this.#result;
    if (happens(restart)) {
      told.restarts += 1;
      await this.#replace((instance) => instance.stop());
    }
    if (happens(crash)) {
      told.crashes += 1;
      await this.#replace((instance) => instance.crash());
    }
    if (cut !== undefined && happens(disconnect)) {
      told.disconnects += 1;
      await cut();
    }
  }

  async #replace(end: (instance: Instance) => Promise<void>): Promise<void> {
    const [oldest, ...others] = this.#instances;
    if (oldest === undefined) return;
    await end(oldest);
    if (this.#options.location.kind === 'sqlite') this.#seen.asked = this.#seen.begun;
    this.#instances = [...others, await again(() => this.#open())];
  }

  async #hour(number: number): Promise<void> {
    const { keep } = this.#options;
    const seconds = keep * 3600;
    const retention = { ...config().retention };
    for (const key of Object.keys(retention)) Object.assign(retention, { [key]: seconds });
    const store = this.#instances[0]?.store;
    if (store !== undefined) {
      await again(() => keepToRetention({ store, retention, receivers: [] }, this.#estate.clock.now));
    }
    if (store?.dialect === 'sqlite') await store.tidy();
    const sample = await again(async () => ({
      hour: number,
      scans: this.#seen.begun,
      faults: this.#result.faults.length,
      seconds: Math.round((performance.now() - this.#from) / 1000),
      ...(await measured(this.#looker)),
    }));
    this.#result.samples.push(sample);
    this.#options.onHour?.(sample);
  }

  /** All is well again: one more round, and the ledger holds what is there. */
  async #settle(): Promise<void> {
    const { clock } = this.#estate;
    this.#estate.heal();
    for (let turn = 0; turn < 25; turn += 1) {
      await this.#count(clock.now + minute);
      clock.pass(minute);
      await this.#quiet();
    }
    const rows = await this.#looker.db
      .selectFrom('findings')
      .select((expression) => expression.fn.countAll<number>().as('number'))
      .where('status', '=', 'open')
      .where('verdict', '=', 'violation')
      .where('kind', '=', 'room')
      .executeTakeFirstOrThrow();
    const open = this.#estate.openRooms();
    if (Number(rows.number) !== open) this.#fault(`${rows.number} violations of rooms, ${open} open rooms`);
    const { begun, unrecorded } = this.#seen;
    const { planned, merged, told } = this.#result;
    const { queued, running } = await this.#active();
    if (queued + running > 0) this.#fault(`${queued} wait and ${running} run at the end`);
    // Attempts that were broken off began once more.
    const missing = planned - merged - begun;
    if (told.restarts + told.crashes + told.disconnects === 0 && missing !== 0) {
      this.#fault(`${planned} planned, ${merged} merged, ${begun} begun, ${unrecorded} not recorded`);
    }
    if (missing > 0) this.#fault(`${missing} planned scans were lost`);
  }

  #fault(text: string): void {
    if (this.#result.faults.length < 20) this.#result.faults.push(text);
  }
}

/** Where connections break, whoever looks asks again. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  for (let turn = 0; ; turn += 1) {
    try {
      return await ask();
    } catch (error) {
      if (turn === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
