import type { Adapter, Pushed } from '../../adapters/contract/adapter.ts';
import type { Fact } from '../../adapters/contract/fact.ts';
import type { Moment, Note } from '../../adapters/contract/note.ts';
import type { Subject } from '../../adapters/contract/subject.ts';
import { type FactName, factDefinition, isFactName } from '../../adapters/contract/vocabulary.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import type { Judged } from '../findings/judged.ts';
import { LedgerPass } from '../findings/ledger.ts';
import { asScanned, type KeptFacts, type Reading, readFacts } from '../inventory/facts.ts';
import { FactReader } from '../inventory/kept.ts';
import { dropNotes, dropOldNotes, findNote, keepNote, listNotes } from '../inventory/notes.ts';
import { InventoryPass } from '../inventory/subjects.ts';
import { coveredOf, sourcesOf, takeTarget } from '../inventory/targets.ts';
import { scopeOf } from '../policy/scope.ts';
import type { FactMap, Judgement, Scope } from '../policy/types.ts';
import type { StoreTransaction, SubjectsTable, TargetsTable } from '../store/index.ts';
import type { BoundPolicies } from './bind.ts';
import { causeBetween, policyMemory } from './causes.ts';
import { headerOf } from './collect.ts';
import { currentHeader } from './declared.ts';
import type { Moments } from './notes.ts';
import { pseudonyms } from './pseudonyms.ts';
import type { ScanHeader } from './records.ts';
import type { RecordDeps } from './runner.ts';
import { factProblem } from './vocabulary.ts';

type PushDeps = RecordDeps & { moments: Moments };

/** A scan that looked so long after a meeting began has seen whether it runs. */
const graceMs = 60_000;

/**
 * What is known of the rooms already, with what the push says over it. It tells of these rooms alone: nothing else is
 * closed, and target, score and coverage stay those of the last scan.
 */
export async function recordPush(
  deps: PushDeps,
  target: ConfiguredTarget,
  adapter: Adapter,
  pushed: readonly Pushed[],
): Promise<void> {
  const declared = headerOf(target, deps.config, deps.collect);
  const heard: Moment[] = [];
  await deps.store.transaction(async (tx) => {
    const now = deps.collect.now();
    const row = await takeTarget(tx, target.id, target.vendor, now);
    const header = await currentHeader(tx.db, deps, declared, now);
    await dropOldNotes(tx, target.id, now);
    const pass = new PushPass(deps, tx, { target, adapter, row, header, now, pushed });
    for (const item of pushed) {
      if ('note' in item) await pass.created(item.note, item.subject);
      else if (await pass.happened(item.moment)) heard.push(item.moment);
    }
    await pass.finish();
  });
  for (const moment of heard) deps.moments.hear(target.id, moment);
}

interface Push {
  target: ConfiguredTarget;
  adapter: Adapter;
  row: TargetsTable;
  header: ScanHeader;
  now: number;
  pushed: readonly Pushed[];
}

class PushPass {
  readonly #deps: PushDeps;
  readonly #tx: StoreTransaction;
  readonly #push: Push;
  readonly #inventory: InventoryPass;
  readonly #ledger: LedgerPass;
  readonly #reading: Reading;
  readonly #reader: FactReader;
  #deployment: FactMap | null = null;

  constructor(deps: PushDeps, tx: StoreTransaction, push: Push) {
    const { target, row, header, now, pushed } = push;
    this.#deps = deps;
    this.#tx = tx;
    this.#reader = new FactReader(tx.db);
    this.#push = push;
    const sources = sourcesOf(row);
    const covered = coveredOf(row);
    this.#reading = { sources, lastMet: null, now, freshness: target.freshness };
    const states = new Map(pushed.flatMap(factsIn).flatMap(sourceOf));
    const shared = { tx, target: target.id, now, states, ...pseudonyms(deps) };
    this.#inventory = new InventoryPass({
      ...shared,
      sourcesBefore: sources,
      coveredBefore: (kind) => covered[kind] ?? null,
    });
    this.#ledger = new LedgerPass({
      ...shared,
      catalogue: deps.catalogue,
      vendor: target.vendor,
      scan: null,
      waivers: header.waivers,
      baseline: new Set(),
      causeOf: causeBetween(JSON.parse(row.policies_json), policyMemory(deps.catalogue, header)),
    });
  }

  /** Rules on the moment are judged by scans, which see all of it. */
  async created(note: Note, subject: Subject): Promise<void> {
    const { target, header, adapter, now } = this.#push;
    if (this.#deps.moments.isOver(target.id, note.session)) return;
    const late = await this.#isLate(note);
    await keepNote(this.#tx, target.id, note, now);
    if (late) return;
    const { kind, id, name, aliases = [] } = subject;
    const pushed = checked(subject.facts, target.id, this.#deps);
    const row = await this.#rowOf(kind, id);
    const before = row === null ? {} : await this.#reader.one(row);
    const over = (facts: KeptFacts): KeptFacts => adapter.combine?.(facts, pushed) ?? pushed;
    const kept = over(before);
    const policies = this.#deps.bind({ ...header, live: false });
    const judged = await this.#judged({ kind, id, name, aliases }, over(this.#asScanned(before)), policies);
    const [taken] = await this.#inventory.take(kind, [{ ...judged, facts: kept }]);
    const unchanged = taken !== undefined && !taken.isNew && !taken.changed;
    await this.#ledger.take(kind, [{ judged, unchanged, partial: true }]);
  }

  /**
   * Judges the rules on the moment that this alone decides; nothing of it is stored. Only of a meeting whose creation
   * was told: of others the end may have been missed, too.
   * @returns false where it is not to be heard
   */
  async happened(moment: Moment): Promise<boolean> {
    const { target, header } = this.#push;
    const { session, ended } = moment;
    const note = await findNote(this.#tx.db, target.id, session);
    if (note === null) return ended;
    if (ended) await dropNotes(this.#tx, target.id, [session]);
    const newer = await this.#hasNewer(note);
    const before = await this.#rowOf('room', note.room);
    if (newer || before?.state !== 'present' || !this.#deps.moments.isNews(target.id, moment)) return ended;
    const facts = checked(moment.facts, target.id, this.#deps);
    const whole = this.#deps.bind({ ...header, live: true });
    const { id, name } = before;
    const aliases = JSON.parse(before.aliases_json) as string[];
    const all = { ...this.#asScanned(await this.#reader.one(before)), ...facts };
    const judged = await this.#judged({ kind: 'room', id, name, aliases }, all, whole);
    const decided = judged.judgements.filter((judgement) => restsOn(judgement, facts));
    const item = { judged: { ...judged, judgements: decided }, unchanged: false, storedName: name };
    await this.#ledger.take('room', [{ ...item, partial: true }]);
    return true;
  }

  async finish(): Promise<void> {
    await this.#ledger.feed.flush();
  }

  /** A newer meeting of the room is known, or a scan has looked since: that knows better what runs. */
  async #isLate(note: Note): Promise<boolean> {
    const seen = coveredOf(this.#push.row).room ?? 0;
    return note.since + graceMs < seen || (await this.#hasNewer(note));
  }

  async #hasNewer({ room, since }: Note): Promise<boolean> {
    const notes = await listNotes(this.#tx.db, this.#push.target.id);
    return notes.some((other) => other.room === room && other.since > since);
  }

  async #judged(
    subject: Pick<Judged, 'kind' | 'id' | 'name' | 'aliases'>,
    known: KeptFacts,
    policies: BoundPolicies,
  ): Promise<Judged> {
    const facts = readFacts(known, this.#reading);
    const scope = scopeOf(await this.#scope(), subject.kind, facts);
    return { ...subject, facts, scope, judgements: policies.judge(subject.kind, scope) };
  }

  /** What the last scan could not read again decides nothing here either. */
  #asScanned(kept: KeptFacts): KeptFacts {
    return asScanned(kept, this.#reading.sources);
  }

  async #scope(): Promise<Scope> {
    const { inventory, attestations } = this.#push.header;
    if (this.#deployment === null) {
      const row = await this.#rowOf('deployment', '-');
      const kept = row === null ? {} : await this.#reader.one(row);
      this.#deployment = readFacts(this.#asScanned(kept), this.#reading);
    }
    return { deployment: this.#deployment, inventory, attestations };
  }

  async #rowOf(kind: Subject['kind'], id: string): Promise<SubjectsTable | null> {
    const row = await this.#tx.db
      .selectFrom('subjects')
      .selectAll()
      .where('target', '=', this.#push.target.id)
      .where('kind', '=', kind)
      .where('id', '=', id)
      .executeTakeFirst();
    return row ?? null;
  }
}

function factsIn(item: Pushed): Fact[] {
  return Object.values('note' in item ? item.subject.facts : item.moment.facts);
}

function sourceOf(fact: Fact): [string, 'complete'][] {
  const source = 'value' in fact ? fact.evidence[0]?.source : undefined;
  return source === undefined ? [] : [[source, 'complete']];
}

/** Decided, and by something that the push said of the moment. */
function restsOn({ verdict, facts }: Judgement, said: KeptFacts): boolean {
  return verdict !== 'unknown' && facts.some((name) => factDefinition(name).live && said[name] !== undefined);
}

function checked(facts: Subject['facts'], target: string, { collect }: RecordDeps): KeptFacts {
  const sound: KeptFacts = {};
  for (const [name, fact] of Object.entries(facts) as [FactName, Fact][]) {
    const problem = factProblem(name, fact);
    if (problem === undefined && isFactName(name)) sound[name] = fact;
    else
      collect.log.error({ target, fact: name, problem }, 'adapter gave a fact that is not of the vocabulary');
  }
  return sound;
}
