import type { Action, Attestation, Population, Recording, Room, ScanPlan, Waiver } from './world.ts';
import { policies } from './world.ts';

const day = 86_400_000;

/** Mulberry32: the same seed, the same run. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Makes up what happens next: mostly scans of a world that changes a little, and everything that people do. */
export class Generator {
  readonly population: Population;
  readonly #chance: () => number;
  #rooms: Room[] = [];
  #recordings: Recording[] = [];
  #presence = false;
  #waivers: string[] = [];
  #attestations: string[] = [];
  #count = 0;
  #removed = false;

  constructor(seed: number) {
    this.#chance = random(seed);
    this.population = this.#one(['all', 'visible', 'running']);
  }

  /** How much time passes before it, ms. */
  next(now: number, keys: readonly string[]): Action {
    this.#count += 1;
    const dice = this.#chance();
    if (this.#removed && dice < 0.5) {
      this.#removed = false;
      return { do: 'return target' };
    }
    if (dice < 0.5) return this.#scan(now);
    if (dice < 0.66) return this.#waive(now, keys);
    if (dice < 0.72 && this.#waivers.length > 0) {
      return { do: 'revoke waiver', name: this.#take(this.#waivers) };
    }
    if (dice < 0.79) return this.#attest(now);
    if (dice < 0.83 && this.#attestations.length > 0) {
      return { do: 'revoke attestation', name: this.#take(this.#attestations) };
    }
    if (dice < 0.87) return { do: 'parameter', age: this.#one([1, 7, 30]) * 86_400 };
    if (dice < 0.9) return { do: 'version', version: this.#one([1, 2, 3]) };
    if (dice < 0.92) {
      this.#removed = true;
      return { do: 'remove target' };
    }
    return { do: 'wait' };
  }

  /** Between two actions, ms. */
  pause(): number {
    return Math.floor(this.#one([1, 600_000, 3_600_000, day, 3 * day]) * (0.5 + this.#chance())) + 1;
  }

  #scan(now: number): Action {
    this.#removed = false;
    this.#change(now);
    const fails = (): 'complete' | 'failed' => (this.#chance() < 0.15 ? 'failed' : 'complete');
    const plan: ScanPlan = {
      kind: this.#chance() < 0.05 ? 'broken off' : 'whole',
      list: this.#one(['complete', 'complete', 'complete', 'complete', 'partial', 'failed']),
      detail: fails(),
      site: fails(),
      recordings: fails(),
      listed: new Set(this.#rooms.filter(() => this.#chance() < 0.5).map(({ id }) => id)),
    };
    const rooms = this.#rooms.map((room) => ({ ...room }));
    return { do: 'scan', plan, rooms, recordings: [...this.#recordings], presence: this.#presence };
  }

  #change(now: number): void {
    for (const id of ['a', 'b', 'c']) {
      const room = this.#rooms.find((one) => one.id === id);
      const dice = this.#chance();
      if (room === undefined) {
        if (dice < 0.4)
          this.#rooms.push({ id, password: dice < 0.2, recordable: dice < 0.1, tagged: dice < 0.3 });
      } else if (dice < 0.1) this.#rooms.splice(this.#rooms.indexOf(room), 1);
      else if (dice < 0.25) room.password = this.#one([true, false, 'torn']);
      else if (dice < 0.35) room.recordable = !room.recordable;
      else if (dice < 0.4) room.tagged = !room.tagged;
    }
    for (const id of ['x', 'y']) {
      const dice = this.#chance();
      const index = this.#recordings.findIndex((one) => one.id === id);
      // Ages are whole seconds.
      const made = now - Math.floor(this.#chance() * 10 * 86_400) * 1_000;
      if (index === -1 && dice < 0.3) this.#recordings.push({ id, room: this.#one(['a', 'b']), made });
      else if (index !== -1 && dice < 0.1) this.#recordings.splice(index, 1);
    }
    if (this.#chance() < 0.1) this.#presence = !this.#presence;
  }

  #waive(now: number, keys: readonly string[]): Action {
    const name = `w${this.#count}`;
    this.#waivers.push(name);
    const until = now + Math.floor(this.#chance() * 20 * day) + this.#count;
    const waiver: Waiver = { name, policy: this.#one(policies), approved: this.#chance() < 0.6, until };
    const scope = this.#chance();
    const key = this.#one(keys.length === 0 ? [''] : keys);
    if (scope < 0.25) waiver.room = this.#one(['a', 'b', 'c']);
    else if (scope < 0.4) waiver.tag = true;
    else if (scope < 0.6 && key !== '') {
      waiver.finding = key;
      waiver.policy = key.split(' ')[2] as Waiver['policy'];
    }
    return { do: 'waive', waiver };
  }

  #attest(now: number): Action {
    const name = `a${this.#count}`;
    this.#attestations.push(name);
    const from = now + Math.floor((this.#chance() - 0.7) * 5 * day) - this.#count;
    const until = now + Math.floor(this.#chance() * 10 * day);
    const attestation: Attestation = {
      name,
      value: this.#chance() < 0.6,
      from,
      until: Math.max(until, from),
    };
    return { do: 'attest', attestation };
  }

  #one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#chance() * choices.length)] as T;
  }

  #take(names: string[]): string {
    return names.splice(Math.floor(this.#chance() * names.length), 1)[0] as string;
  }
}
