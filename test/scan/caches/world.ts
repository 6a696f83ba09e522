import type { Fact, Ms } from '../../../adapters/contract/fact.ts';
import type { SourceOutcome, Subject } from '../../../adapters/contract/subject.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { pick, type Random } from '../../policy/generate.ts';
import { changed, factOf, namesOf, oddTexts, reasons, type Spec, sources } from './facts.ts';

interface Thing {
  kind: 'room' | 'recording';
  id: string;
  name: string | null;
  aliases: string[];
  facts: Spec;
  /** As it was before some of its changes. */
  past: Spec[];
}

const names = { deployment: namesOf('deployment'), room: namesOf('room'), recording: namesOf('recording') };
const oddIds = ['a b', 'a%20b', 'A B', 'ｒ1', '__proto__', 'null', '0', '"', 'r1,r2', '😀'];

/** A server whose rooms are mostly alike, and change in one thing at a time. */
export class Server {
  readonly #random: Random;
  readonly #kinds: Record<'room' | 'recording', Spec[]>;
  #deployment: Spec;
  #things: Thing[] = [];
  #gone: Thing[] = [];
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
    const draw = (level: keyof typeof names): Spec =>
      Object.fromEntries(
        names[level].filter(() => random() < 0.9).map((name) => [name, factOf(random, name)]),
      );
    this.#deployment = draw('deployment');
    this.#kinds = {
      room: [draw('room'), draw('room'), draw('room'), draw('room')],
      recording: [draw('recording'), draw('recording')],
    };
    for (let count = 60 + 50 * random(); count > 0; count -= 1) this.#add();
  }

  change(): void {
    const random = this.#random;
    if (random() < 0.3) this.#deployment = this.#altered('deployment', this.#deployment);
    for (const thing of this.#things) if (random() < 0.25) this.#alter(thing);
    const leave = this.#things.filter(() => random() < 0.04);
    this.#things = this.#things.filter((thing) => !leave.includes(thing));
    const back = this.#gone.filter(() => random() < 0.4);
    this.#gone = [...this.#gone.filter((thing) => !back.includes(thing)), ...leave];
    this.#things.push(...back);
    while (random() < 0.7) this.#add();
    if (random() < 0.5) this.#things.sort(() => random() - 0.5);
  }

  get ids(): string[] {
    return this.#things.map(({ id }) => id);
  }

  erase(id: string): void {
    this.#things = this.#things.filter((thing) => thing.id !== id);
    this.#gone = this.#gone.filter((thing) => thing.id !== id);
  }

  /** Facts that are one object here stay one, but for some rooms, which get objects of their own. */
  subjects(now: Ms, started: Ms): Subject[] {
    const made = new Map<Fact, Map<FactName, Fact>>();
    const at = (name: FactName, fact: Fact): Fact => {
      const known = made.get(fact) ?? new Map<FactName, Fact>();
      made.set(fact, known);
      const before = known.get(name);
      if (before !== undefined) return before;
      const next = timed(name, fact, now, started);
      known.set(name, next);
      return next;
    };
    const facts = (spec: Spec): Subject['facts'] => {
      const entries = Object.entries(spec) as [FactName, Fact][];
      const all = Object.fromEntries(entries.map(([name, fact]) => [name, at(name, fact)]));
      return this.#random() < 0.2 ? structuredClone(all) : all;
    };
    const place: Subject = { kind: 'deployment', id: '-', name: null, facts: facts(this.#deployment) };
    const rest = this.#things.map(({ past: _, facts: spec, ...thing }) => ({ ...thing, facts: facts(spec) }));
    // Some are told before the deployment is.
    const early = this.#random() < 0.3 ? Math.floor(rest.length * this.#random()) : 0;
    return [...rest.slice(0, early), place, ...rest.slice(early)];
  }

  outcomes(isWhole: boolean): SourceOutcome[] {
    const random = this.#random;
    return [...sources, 'recordings'].map((source): SourceOutcome => {
      const state = isWhole
        ? 'complete'
        : pick(random, ['complete', 'complete', 'partial', 'failed'] as const);
      const reason = pick(random, reasons.slice(0, 6));
      return { source, population: 'all', state, count: 0, ...(state === 'complete' ? {} : { reason }) };
    });
  }

  #add(): void {
    const random = this.#random;
    const kind = random() < 0.15 ? 'recording' : 'room';
    const isOdd = random() < 0.1;
    const id = isOdd ? `${pick(random, oddIds)}${this.#count}` : `r${this.#count}`;
    this.#count += 1;
    const name = random() < 0.5 ? null : pick(random, [`Raum ${id}`, ...oddTexts]);
    const facts = pick(random, this.#kinds[kind]);
    this.#things.push({ kind, id, name, aliases: random() < 0.1 ? [`alias-${id}`] : [], facts, past: [] });
  }

  #alter(thing: Thing): void {
    const random = this.#random;
    const dice = random();
    if (dice < 0.08) thing.name = pick(random, [null, ...oddTexts]);
    else if (dice < 0.12) thing.aliases = pick(random, [[], ['x'], ['x', 'y'], ['y', 'x'], ['x,y']]);
    else if (dice < 0.3 && thing.past.length > 0) thing.facts = pick(random, thing.past);
    else if (dice < 0.4) thing.facts = pick(random, this.#kinds[thing.kind]);
    else if (dice < 0.5) thing.facts = Object.fromEntries(Object.entries(thing.facts).reverse());
    else {
      thing.past.push(thing.facts);
      thing.facts = this.#altered(thing.kind, thing.facts);
    }
  }

  #altered(level: keyof typeof names, spec: Spec): Spec {
    const random = this.#random;
    const facts: Partial<Record<FactName, Fact>> = { ...spec };
    const all = names[level];
    // A few facts change often: their variants meet again in many rooms.
    const some = all.slice(0, 12);
    do {
      const name = pick(random, random() < 0.5 ? some : all);
      const fact = facts[name];
      if (random() < 0.1) delete facts[name];
      else facts[name] = fact === undefined ? factOf(random, name) : changed(random, name, fact);
    } while (random() < 0.3);
    return facts;
  }
}

function timed(name: FactName, fact: Fact, now: Ms, started: Ms): Fact {
  const evidence = fact.evidence.map(({ content_time, ...line }) => ({
    ...line,
    observed_at: now + line.observed_at,
    ...(content_time === undefined ? {} : { content_time: started + content_time }),
  }));
  if (!('value' in fact)) return { ...fact, evidence };
  const isAge = name.endsWith('age') && typeof fact.value === 'number' && fact.value < 1e9;
  const value = isAge ? (fact.value as number) + (now - started) / 1_000 : fact.value;
  return { value, evidence };
}
