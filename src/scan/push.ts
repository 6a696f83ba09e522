import type { Adapter, RawRequest } from '../../adapters/contract/adapter.ts';
import type { Fact } from '../../adapters/contract/fact.ts';
import type { Subject } from '../../adapters/contract/subject.ts';
import { type FactName, isFactName } from '../../adapters/contract/vocabulary.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import { LedgerPass } from '../findings/ledger.ts';
import { type KeptFacts, readFacts } from '../inventory/facts.ts';
import { InventoryPass } from '../inventory/subjects.ts';
import { coveredOf, sourcesOf, takeTarget } from '../inventory/targets.ts';
import type { StoreTransaction } from '../store/index.ts';
import { causeBetween, policyMemory } from './causes.ts';
import { type Closable, contextOf, headerOf } from './collect.ts';
import { currentHeader } from './declared.ts';
import { scopeOf } from './judge.ts';
import { pseudonyms } from './record.ts';
import type { ScanHeader } from './records.ts';
import type { RecordDeps } from './runner.ts';
import { factProblem } from './vocabulary.ts';

/** More waiting pushes than these are not taken: the sender repeats what was not answered. */
const mostWaiting = 1_000;

/** Takes what vendors send by themselves: checked at once, judged and recorded right after the answer. */
export class Pushes {
  readonly #deps: RecordDeps;
  readonly #closing = new AbortController();
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(deps: RecordDeps) {
    this.#deps = deps;
  }

  /** The target takes pushes of this vendor: `live` is given, and its adapter knows them. */
  accepts(vendor: string, target: string): boolean {
    return this.#adapterOf(vendor, target) !== null;
  }

  /**
   * @returns false where too many wait
   * @throws {PushRefused}
   */
  async take(vendor: string, id: string, request: RawRequest): Promise<boolean> {
    const found = this.#adapterOf(vendor, id);
    if (found === null) throw new Error(`${id} takes no pushes`);
    if (this.#waiting >= mostWaiting) return false;
    const { adapter, target } = found;
    const { config, collect } = this.#deps;
    const clients: Closable[] = [];
    const context = contextOf(target, config, { ...collect, signal: this.#closing.signal }, clients);
    try {
      const items = (await adapter.receive?.(target as never, request, context)) ?? [];
      const subjects = items.flatMap((item) => ('subject' in item ? [item.subject] : []));
      if (subjects.length > 0) this.#queue(target, subjects);
    } finally {
      for (const client of clients) client.close();
    }
    return true;
  }

  /** Everything that was taken is recorded. */
  async idle(): Promise<void> {
    await this.#last;
  }

  async stop(): Promise<void> {
    await this.idle();
    this.#closing.abort(new Error('stopped'));
  }

  #adapterOf(vendor: string, id: string): { adapter: Adapter; target: ConfiguredTarget } | null {
    const target = this.#deps.config.targets.find((one) => one.id === id && one.vendor === vendor);
    const adapter = this.#deps.adapters.get(vendor);
    if (target === undefined || target.live === null || adapter?.receive === undefined) return null;
    return { adapter, target };
  }

  #queue(target: ConfiguredTarget, subjects: readonly Subject[]): void {
    this.#waiting += 1;
    this.#last = this.#last.then(async () => {
      try {
        await recordPush(this.#deps, target, subjects);
      } catch (error) {
        const name = error instanceof Error ? error.name : typeof error;
        this.#deps.collect.log.error({ target: target.id, error: name }, 'a push could not be recorded');
      } finally {
        this.#waiting -= 1;
      }
    });
  }
}

/**
 * What is known of the subjects already, with what the push says over it. It tells of these subjects alone: nothing else
 * is closed, and target, score and coverage stay those of the last scan.
 */
export async function recordPush(
  deps: RecordDeps,
  target: ConfiguredTarget,
  subjects: readonly Subject[],
): Promise<void> {
  const declared = headerOf(target, deps.config, deps.collect);
  await deps.store.transaction(async (tx) => {
    const now = deps.collect.now();
    const row = await takeTarget(tx, target.id, target.vendor, now);
    const header = await currentHeader(tx.db, deps, declared, now);
    const sources = sourcesOf(row);
    const covered = coveredOf(row);
    const states = new Map(subjects.flatMap(({ facts }) => Object.values(facts).flatMap(sourceOf)));
    const shared = { tx, target: target.id, now, states, ...pseudonyms(deps) };
    const inventory = new InventoryPass({
      ...shared,
      sourcesBefore: sources,
      coveredBefore: (kind) => covered[kind] ?? null,
    });
    const ledger = new LedgerPass({
      ...shared,
      catalogue: deps.catalogue,
      vendor: target.vendor,
      scan: null,
      waivers: header.waivers,
      baseline: new Set(),
      causeOf: causeBetween(JSON.parse(row.policies_json), policyMemory(deps.catalogue, header)),
    });
    // Rules on the moment are judged by scans, which see it.
    const bound = deps.bind({ ...header, live: false });
    const reading = { sources, lastMet: null, now, freshness: target.freshness };
    const deployment = readFacts(await keptFacts(tx, target.id, 'deployment', '-'), reading);
    for (const subject of subjects) {
      const { kind, id, name, aliases = [] } = subject;
      const kept = merged(await keptFacts(tx, target.id, kind, id), checked(subject, header, deps));
      const facts = readFacts(kept, reading);
      const scope = scopeOf(
        { deployment, inventory: header.inventory, attestations: header.attestations },
        kind,
        facts,
      );
      const judged = { kind, id, name, aliases, facts: kept, scope, judgements: bound.judge(kind, scope) };
      const [taken] = await inventory.take(kind, [judged]);
      const unchanged = taken !== undefined && !taken.isNew && !taken.changed;
      await ledger.take(kind, [{ judged: { ...judged, facts }, unchanged, partial: true }]);
    }
    await ledger.feed.flush();
  });
}

function sourceOf(fact: Fact): [string, 'complete'][] {
  const source = 'value' in fact ? fact.evidence[0]?.source : undefined;
  return source === undefined ? [] : [[source, 'complete']];
}

async function keptFacts(
  tx: StoreTransaction,
  target: string,
  kind: Subject['kind'],
  id: string,
): Promise<KeptFacts> {
  const row = await tx.db
    .selectFrom('subjects')
    .select('facts_json')
    .where('target', '=', target)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? {} : (JSON.parse(row.facts_json) as KeptFacts);
}

/** What the push does not know stays as it was. */
function merged(before: KeptFacts, now: KeptFacts): KeptFacts {
  const facts: KeptFacts = { ...now };
  for (const [name, fact] of Object.entries(before) as [FactName, Fact][]) {
    const own = now[name];
    if (own === undefined || !('value' in own)) facts[name] = fact;
  }
  return facts;
}

function checked({ facts }: Subject, { target }: ScanHeader, { collect }: RecordDeps): KeptFacts {
  const sound: KeptFacts = {};
  for (const [name, fact] of Object.entries(facts)) {
    const problem = factProblem(name, fact);
    if (problem === undefined && isFactName(name)) sound[name] = fact;
    else
      collect.log.error({ target, fact: name, problem }, 'adapter gave a fact that is not of the vocabulary');
  }
  return sound;
}
