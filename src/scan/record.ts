import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Config } from '../config/types.ts';
import { RoomwardenError } from '../errors.ts';
import type { Judged } from '../findings/judged.ts';
import { type LedgerItem, LedgerPass } from '../findings/ledger.ts';
import { hasFindings } from '../findings/ledgerRows.ts';
import type { Look } from '../findings/settled.ts';
import type { TargetReport } from '../findings/types.ts';
import { absenceOf } from '../inventory/absence.ts';
import type { SourceRecord } from '../inventory/facts.ts';
import { FactReader } from '../inventory/kept.ts';
import { InventoryPass, type Taken } from '../inventory/subjects.ts';
import {
  type Covered,
  coveredOf,
  hasSubjects,
  mergeSources,
  saveTarget,
  sourcesOf,
  takeTarget,
} from '../inventory/targets.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Scope } from '../policy/types.ts';
import type { Store, StoreTransaction, TargetsTable } from '../store/index.ts';
import { noteAftercare } from './aftercare.ts';
import type { Bind, BoundPolicies } from './bind.ts';
import { causeBetween, policyMemory } from './causes.ts';
import { currentHeader } from './declared.ts';
import { isRecorded } from './fence.ts';
import { type JudgedRecord, judgeRecords } from './judge.ts';
import { amended, type LateRooms, lateRooms, type NotesOfScan } from './late.ts';
import { populationOf } from './population.ts';
import { pseudonyms } from './pseudonyms.ts';
import type { ScanEnd, ScanHeader, ScanRecord } from './records.ts';
import { outcomeOf } from './state.ts';
import { ScanTally, type StoredTally } from './tally.ts';
import { unseenItem } from './unseen.ts';

export interface ApplyDeps {
  store: Store;
  /** Key for pseudonyms: the configured one, else the store's. */
  key: string;
  config: Pick<Config, 'privacy' | 'feed' | 'targets' | 'attestations' | 'waivers'>;
  catalogue: Catalogue;
  bind: Bind;
}

/** What is known of a scan once it has been collected. */
export interface CollectedScan {
  id: string;
  header: ScanHeader;
  end: ScanEnd;
  finishedAt: number;
  /** A scan may wait for others to be recorded: what ended meanwhile counts no more. Left out: as of its end. */
  now?(): number;
  /** All records again, from the first. */
  records(): AsyncIterable<ScanRecord>;
  /** Left out where nothing was given of earlier pushes. */
  notes?: NotesOfScan;
  /** The target's last scan when this one began: once there is another, what this one saw may be older than the ledger. */
  after?: string | null;
  /** Number of this attempt, of scans from the shared queue: once there is a newer one, this one writes nothing. */
  fence?: number;
}

/** What the target's page shows of its last scan. */
export type TargetSummary = Pick<
  TargetReport,
  'state' | 'error' | 'counts' | 'rooms' | 'score' | 'coverage'
> & { tally: StoredTally };

const batchSize = 500;
const overtaken = 'another scan of it was recorded meanwhile';

/**
 * Writes one collected scan into inventory and ledger, in one transaction: a crash leaves the state of the scan before.
 * The same scan twice is the same as once.
 * @throws {RoomwardenError} RW2006 when another scan of the target was recorded since this one began
 */
export async function applyScan(deps: ApplyDeps, scan: CollectedScan): Promise<TargetSummary | null> {
  return deps.store.transaction(async (tx) => {
    if (await isRecorded(tx, deps.store.dialect, scan)) return null;
    const target = await takeTarget(tx, scan.header.target, scan.header.vendor, scan.finishedAt);
    if (scan.after !== undefined && scan.after !== target.last_scan)
      throw new RoomwardenError('RW2006', { target: target.id, detail: overtaken });
    const at = Math.max(scan.finishedAt, scan.now?.() ?? 0);
    const declared = await currentHeader(tx.db, deps, scan.header, at);
    const header = { ...declared, waivers: declared.waivers.filter(({ until }) => until >= at) };
    const late = await lateRooms(tx, scan);
    const known = (await hasSubjects(tx.db, target.id)) || (await hasFindings(tx.db, target.id));
    const records = () => amended(scan.records(), late);
    const summary = await new Application(deps, tx, { ...scan, header, records }, target, {
      ...late,
      fresh: !known,
    }).run();
    const { state, error } = summary;
    await tx.db
      .updateTable('scans')
      .set({
        state,
        recorded: 1,
        finished_at: scan.finishedAt,
        error_json: error === undefined ? null : JSON.stringify(error),
        sources_json: JSON.stringify(scan.end.sources),
        counts_json: JSON.stringify(summary.counts),
      })
      .where('id', '=', scan.id)
      .execute();
    await noteAftercare(tx.db, deps, header, scan.finishedAt);
    return summary;
  });
}

class Application {
  readonly #deps: ApplyDeps;
  readonly #scan: CollectedScan;
  readonly #target: TargetsTable;
  readonly #covered: Covered;
  readonly #sources: SourceRecord;
  readonly #inventory: InventoryPass;
  readonly #ledger: LedgerPass;
  readonly #bound: BoundPolicies;
  readonly #baseline: Set<SubjectKind>;
  readonly #tally = new ScanTally();
  readonly #tx: StoreTransaction;

  constructor(
    deps: ApplyDeps,
    tx: StoreTransaction,
    scan: CollectedScan,
    target: TargetsTable,
    { spared, fresh }: LateRooms & { fresh: boolean },
  ) {
    this.#deps = deps;
    this.#tx = tx;
    this.#scan = scan;
    this.#target = target;
    this.#covered = coveredOf(target);
    this.#sources = sourcesOf(target);
    this.#bound = deps.bind(scan.header);
    const kinds = ['deployment', 'room', 'recording'] as const;
    const summary = deps.config.feed.initial === 'summary';
    this.#baseline = new Set(summary ? kinds.filter((kind) => this.#covered[kind] === undefined) : []);
    const states = new Map(scan.end.sources.map((outcome) => [outcome.source, outcome.state]));
    const shared = { tx, target: target.id, now: scan.finishedAt, states, fresh, ...pseudonyms(deps) };
    this.#inventory = new InventoryPass({
      ...shared,
      sourcesBefore: this.#sources,
      coveredBefore: (kind) => this.#covered[kind] ?? null,
      spared,
    });
    const memory = policyMemory(deps.catalogue, scan.header);
    this.#ledger = new LedgerPass({
      ...shared,
      catalogue: deps.catalogue,
      vendor: scan.header.vendor,
      scan: scan.id,
      waivers: scan.header.waivers,
      baseline: this.#baseline,
      causeOf: causeBetween(JSON.parse(target.policies_json), memory),
      onVerdict: (kind, judgement, waived) => this.#tally.add(kind, judgement, waived),
    });
  }

  async run(): Promise<TargetSummary> {
    const { end, header } = this.#scan;
    // A scan that broke off says nothing of what it did not reach: nothing but its failure is recorded.
    const covered = end.error === undefined ? await this.#subjects() : new Set<SubjectKind>();
    const summary = this.#summary();
    await this.#tell(summary, covered);
    const { finishedAt, id } = this.#scan;
    const times = Object.fromEntries([...covered].map((kind) => [kind, finishedAt]));
    const failed = end.error !== undefined;
    await saveTarget(this.#tx.db, {
      ...this.#target,
      state: 'configured',
      removed_at: null,
      vendor: header.vendor,
      last_scan: id,
      last_scan_at: finishedAt,
      baseline_scan: this.#target.baseline_scan ?? (covered.size > 0 ? id : null),
      covered_json: JSON.stringify({ ...this.#covered, ...times }),
      sources_json: failed
        ? this.#target.sources_json
        : JSON.stringify(mergeSources(this.#sources, end.sources, finishedAt)),
      // Score and coverage stay those of the last scan that saw anything.
      report_json: JSON.stringify(failed ? this.#failedSummary(summary) : summary),
      policies_json: failed
        ? this.#target.policies_json
        : JSON.stringify(policyMemory(this.#deps.catalogue, header)),
    });
    return summary;
  }

  #failedSummary(summary: TargetSummary): TargetSummary {
    const before = this.#target.report_json;
    return before === null ? summary : { ...JSON.parse(before), state: summary.state, error: summary.error };
  }

  async #subjects(): Promise<Set<SubjectKind>> {
    let batch: Judged[] = [];
    let last: Extract<JudgedRecord, { type: 'end' }> | null = null;
    for await (const record of judgeRecords(this.#records(), this.#deps.bind)) {
      if (record.type === 'end') last = record;
      if (record.type !== 'subject') continue;
      if (batch.length >= batchSize || (batch[0] !== undefined && batch[0].kind !== record.judged.kind)) {
        await this.#take(batch);
        batch = [];
      }
      batch.push(record.judged);
    }
    await this.#take(batch);
    const covered = new Set<SubjectKind>();
    if (this.#inventory.met('deployment') > 0) covered.add('deployment');
    for (const kind of ['room', 'recording'] as const) {
      if (last !== null && (await this.#absent(kind, last.scope))) covered.add(kind);
    }
    for (const { kind, judgement } of last?.unlisted ?? []) {
      this.#tally.addUnlisted();
      if (last !== null) this.#ledger.takeUnlisted(kind, judgement, last.scope, 0);
    }
    await this.#ledger.finish(covered);
    return covered;
  }

  async *#records(): AsyncGenerator<ScanRecord> {
    for await (const record of this.#scan.records()) {
      yield record.schema === 'roomwarden.scan/1' ? this.#scan.header : record;
    }
  }

  async #take(batch: readonly Judged[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    const looks = batch.map((judged) => this.#ledger.look(judged));
    const delivered = batch.map((judged, index) => ({ ...judged, judged: looks[index]?.key as string }));
    const taken = await this.#inventory.take(first.kind, delivered);
    const items = batch.map((judged, index): LedgerItem => {
      const said = taken[index] as Taken;
      const unchanged = !said.isNew && !said.changed;
      const { isNew } = said;
      return { judged, isNew, unchanged, counted: true, look: looks[index] as Look, settled: said.settled };
    });
    await this.#ledger.take(first.kind, items);
    // The engine never yields by itself: requests get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** @returns whether the scan looked at subjects of this kind */
  async #absent(kind: SubjectKind, scope: Scope): Promise<boolean> {
    const absence = absenceOf(this.#bound.listing(kind), this.#scan.end.sources);
    if (absence === 'nothing' && this.#inventory.met(kind) === 0) return false;
    const missing = await this.#inventory.missing(kind, absence);
    const out = missing.filter(({ becomes }) => becomes !== 'no_longer_visible');
    await this.#ledger.out(
      kind,
      out.map(({ row }) => row.id),
    );
    const unseen = missing.filter(({ becomes }) => becomes === 'no_longer_visible');
    const reader = new FactReader(this.#tx.db);
    for (let from = 0; from < unseen.length; from += batchSize) {
      const rows = unseen.slice(from, from + batchSize).map(({ row }) => row);
      const facts = await reader.read(rows);
      const items = rows.map((row, index) => {
        return unseenItem(row, facts[index] ?? {}, scope, this.#bound, this.#sources);
      });
      await this.#ledger.take(kind, items);
    }
    return true;
  }

  async #tell(summary: TargetSummary, covered: ReadonlySet<SubjectKind>): Promise<void> {
    const { feed, baselineCounts } = this.#ledger;
    const at = this.#scan.finishedAt;
    const fresh = [...covered].filter((kind) => this.#baseline.has(kind));
    if (fresh.length > 0) {
      feed.numbers('baseline', this.#target.id, { kinds: fresh, ...baselineCounts }, at);
    }
    const { state, counts, rooms, error } = summary;
    feed.numbers(
      'heartbeat',
      this.#target.id,
      { state, ...counts, rooms: rooms.seen, error: error?.code },
      at,
    );
    await feed.flush();
  }

  #summary(): TargetSummary {
    const { end, header } = this.#scan;
    const listing = this.#bound.listing('room');
    return {
      ...outcomeOf(header.target, end),
      counts: this.#tally.totals,
      rooms: { seen: this.#inventory.met('room'), population: populationOf(listing, end.sources) },
      ...this.#tally.assess(this.#bound),
      tally: this.#tally.store(),
    };
  }
}
