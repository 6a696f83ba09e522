import { type SubjectKind, subjectKinds } from '../../adapters/contract/subject.ts';
import type { Config, ConfiguredTarget } from '../config/types.ts';
import { type LedgerItem, LedgerPass } from '../findings/ledger.ts';
import type { Cause } from '../findings/types.ts';
import { absenceOf } from '../inventory/absence.ts';
import { asScanned, type KeptFacts, readFacts } from '../inventory/facts.ts';
import { FactReader } from '../inventory/kept.ts';
import { coveredOf, sourcesOf } from '../inventory/targets.ts';
import { scopeOf } from '../policy/scope.ts';
import type { Judgement, Scope } from '../policy/types.ts';
import type { StoreTransaction, SubjectsTable, TargetsTable } from '../store/index.ts';
import { attestingPolicies, type BoundPolicies } from './bind.ts';
import { causeBetween, changedPolicies, type PolicyMemory, policyMemory } from './causes.ts';
import { headerOf } from './collect.ts';
import { currentHeader } from './declared.ts';
import { pseudonyms } from './pseudonyms.ts';
import type { ApplyDeps, TargetSummary } from './record.ts';
import type { ScanHeader } from './records.ts';
import { ScanTally } from './tally.ts';
import { unseenItem } from './unseen.ts';

export interface RejudgeDeps extends ApplyDeps {
  config: ApplyDeps['config'] & Pick<Config, 'tags' | 'policies'>;
}

const batchSize = 500;

/**
 * Judges a target anew by its stored facts where the version, the parameters or the attestation of a policy is no longer
 * what it was last judged by. The findings are those that the last scan would give now.
 * @returns number of events, or null where nothing had to be judged
 */
export async function rejudgeTarget(
  deps: RejudgeDeps,
  target: ConfiguredTarget,
  now: number,
): Promise<number | null> {
  return deps.store.transaction((tx) => rejudgeIn(tx, deps, target, now));
}

/** The same inside a transaction that changes what is judged by. */
export async function rejudgeIn(
  tx: StoreTransaction,
  deps: RejudgeDeps,
  target: ConfiguredTarget,
  now: number,
): Promise<number | null> {
  await tx.lock(`target ${target.id}`);
  const row = await tx.db.selectFrom('targets').selectAll().where('id', '=', target.id).executeTakeFirst();
  if (row === undefined || row.state !== 'configured' || row.policies_json === '{}') return null;
  const attesting = attestingPolicies(deps.catalogue);
  const declared = headerOf(target, deps.config, { now: () => now, attesting });
  const header = await currentHeader(tx.db, deps, declared, now);
  const work = new Rejudgement(tx, deps, { target, row, header, now });
  return work.changed.size === 0 ? null : work.run();
}

interface Subject {
  target: ConfiguredTarget;
  row: TargetsTable;
  header: ScanHeader;
  now: number;
}

class Rejudgement {
  readonly changed: ReadonlySet<string>;
  readonly #tx: StoreTransaction;
  readonly #subject: Subject;
  readonly #bound: BoundPolicies;
  /** As scans judge: with live rules where the target allows them. */
  readonly #whole: BoundPolicies;
  readonly #ledger: LedgerPass;
  readonly #reader: FactReader;
  readonly #tally = new ScanTally();
  readonly #memory: PolicyMemory;
  readonly #seen = new Set<SubjectKind>();

  constructor(tx: StoreTransaction, deps: RejudgeDeps, subject: Subject) {
    const { row, header, now, target } = subject;
    this.#tx = tx;
    this.#reader = new FactReader(tx.db);
    this.#subject = subject;
    this.#bound = deps.bind({ ...header, live: false });
    this.#whole = deps.bind(header);
    const before = JSON.parse(row.policies_json) as PolicyMemory;
    const memory = policyMemory(deps.catalogue, header);
    // What happens now only a scan can see.
    const live = new Set(this.#liveOnes());
    const report = this.#report();
    const known = new Set(Object.keys({ ...before, ...memory }));
    const moved = [...changedPolicies(before, memory)].filter((id) => !live.has(id));
    // A report of an earlier version has no counts by policy: then all are counted anew.
    const all = moved.length > 0 && report?.tally === undefined;
    this.changed = new Set(all ? [...known].filter((id) => !live.has(id)) : moved);
    this.#memory = Object.fromEntries(
      [...known].flatMap((id) => {
        const kept = live.has(id) ? before[id] : memory[id];
        return kept === undefined ? [] : [[id, kept]];
      }),
    );
    this.#tally.recall(report?.tally ?? {}, this.changed);
    const causeOf = causeBetween(before, memory);
    this.#ledger = new LedgerPass({
      tx,
      catalogue: deps.catalogue,
      target: target.id,
      vendor: target.vendor,
      scan: null,
      now,
      states: new Map(this.#outcomes().map(({ source, state }) => [source, state])),
      waivers: header.waivers,
      baseline: new Set(),
      only: this.changed,
      onVerdict: (kind, judgement, waived) => this.#tally.add(kind, judgement, waived),
      // The facts are those of the last scan: what is left to move a finding is time.
      causeOf: (...of): Cause => (causeOf(...of) === 'facts' ? 'time' : causeOf(...of)),
      ...pseudonyms(deps),
    });
  }

  async run(): Promise<number> {
    const scope = await this.#deployment();
    for (const kind of ['room', 'recording'] as const) await this.#subjects(kind, scope);
    const outcomes = this.#outcomes();
    for (const kind of ['room', 'recording'] as const) {
      if (this.#seen.has(kind) || !this.#seen.has('deployment')) continue;
      const judgements = this.#bound.unlisted(kind, outcomes);
      this.#tally.addUnlisted(this.#whole.unlisted(kind, outcomes).length);
      for (const judgement of judgements.filter(({ policy }) => this.changed.has(policy))) {
        this.#ledger.takeUnlisted(kind, judgement, scope, 0);
      }
    }
    const covered = subjectKinds.filter(
      (kind) => this.#seen.has(kind) || absenceOf(this.#bound.listing(kind), outcomes) !== 'nothing',
    );
    await this.#ledger.finish(new Set(covered));
    await this.#save();
    return Object.values(this.#ledger.feed.counts).reduce((sum, number) => sum + number, 0);
  }

  async #deployment(): Promise<Scope> {
    const { header } = this.#subject;
    const { inventory, attestations } = header;
    const row = (await this.#page('deployment', ''))[0];
    const scope: Scope = { deployment: {}, inventory, attestations };
    if (row === undefined) return scope;
    const item = this.#itemOf(row, await this.#reader.one(row), scope);
    if (item !== null) await this.#ledger.take('deployment', [item]);
    return { ...scope, deployment: item?.judged.facts ?? {} };
  }

  async #subjects(kind: SubjectKind, scope: Scope): Promise<void> {
    for (let after = ''; ; ) {
      const rows = await this.#page(kind, after);
      const kept = await this.#reader.read(rows);
      const items = rows.flatMap((row, index) => this.#itemOf(row, kept[index] ?? {}, scope) ?? []);
      await this.#ledger.take(kind, items);
      const last = rows.at(-1);
      if (last === undefined || rows.length < batchSize) return;
      after = last.id;
      // The engine never yields by itself: requests get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #page(kind: SubjectKind, after: string): Promise<SubjectsTable[]> {
    return this.#tx.db
      .selectFrom('subjects')
      .selectAll()
      .where('target', '=', this.#subject.target.id)
      .where('kind', '=', kind)
      .where('state', 'in', ['present', 'no_longer_visible'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(batchSize)
      .execute();
  }

  #itemOf(row: SubjectsTable, stored: KeptFacts, scope: Scope): LedgerItem | null {
    const { target, row: kept, now } = this.#subject;
    const { kind, id, name } = row;
    const sources = sourcesOf(kept);
    if (row.state === 'no_longer_visible') return unseenItem(row, stored, scope, this.#bound, sources);
    const covered = coveredOf(kept)[kind] ?? 0;
    const met = row.unseen === 0 && covered === lastScanOf(kept);
    const before = row.unseen === 0 ? Math.max(row.last_seen_at, covered) : row.last_seen_at;
    const facts = readFacts(met ? asScanned(stored, sources) : stored, {
      sources,
      lastMet: met ? null : before,
      now,
      freshness: target.freshness,
    });
    const whole = scopeOf(scope, kind, facts);
    const judgements = this.#bound.judge(kind, whole);
    const aliases = JSON.parse(row.aliases_json) as string[];
    const judged = { kind, id, name, aliases, facts, scope: whole, judgements };
    const item = { judged, unchanged: true, storedName: name };
    if (met) {
      this.#seen.add(kind);
      return { ...item, counted: true };
    }
    // The last scan did not meet it: what was seen of it before may decide, but nothing new is unknown.
    return { ...item, judged: { ...judged, judgements: judgements.filter(isDecided) }, partial: true };
  }

  async #save(): Promise<void> {
    const { target } = this.#subject;
    const report = this.#report();
    const summary =
      report === null
        ? null
        : JSON.stringify({
            ...report,
            counts: this.#tally.totals,
            ...this.#tally.assess(this.#whole),
            tally: this.#tally.store(),
          });
    await this.#tx.db
      .updateTable('targets')
      .set({ policies_json: JSON.stringify(this.#memory), report_json: summary })
      .where('id', '=', target.id)
      .execute();
  }

  #liveOnes(): string[] {
    return this.#whole.bound.compiled.entries
      .filter((entry) => entry.live && this.#subject.target.live !== null)
      .map((entry) => entry.policy.id);
  }

  #report(): TargetSummary | null {
    const { report_json } = this.#subject.row;
    return report_json === null ? null : (JSON.parse(report_json) as TargetSummary);
  }

  #outcomes() {
    return Object.values(sourcesOf(this.#subject.row)).map(({ outcome }) => outcome);
  }
}

const isDecided = ({ verdict }: Judgement): boolean => verdict !== 'unknown';

/** End of the last scan that saw anything: what it covered and what answered it bears its time. */
export function lastScanOf(row: TargetsTable): number {
  const answers = Object.values(sourcesOf(row)).map(({ answered_at }) => answered_at ?? 0);
  return Math.max(0, ...Object.values(coveredOf(row)), ...answers);
}
