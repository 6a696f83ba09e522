import { type SubjectKind, subjectKinds } from '../../adapters/contract/subject.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import { asScanned, type KeptFacts, readFacts, type SourceRecord } from '../inventory/facts.ts';
import { FactReader, storedColumns } from '../inventory/kept.ts';
import { type Covered, coveredOf, sourcesOf } from '../inventory/targets.ts';
import type { Policy } from '../policy/catalogue.ts';
import { scopeOf } from '../policy/scope.ts';
import type { FactMap, Judgement, Scope, Verdict } from '../policy/types.ts';
import type { SubjectsTable, TargetsTable } from '../store/index.ts';
import { attestingPolicies, type BoundPolicies } from './bind.ts';
import { headerOf } from './collect.ts';
import { currentHeader } from './declared.ts';
import { lastScanOf, type RejudgeDeps } from './rejudge.ts';

export interface PreviewAsked {
  policy: Policy;
  /** Over those that are configured; `readParameter` has accepted each. */
  parameters: Readonly<Record<string, unknown>>;
  targets: readonly ConfiguredTarget[];
  now: number;
  /** Aborted: what was judged so far is told, and that it is not all. */
  signal: AbortSignal;
}

/** One way from a verdict to a verdict; `restated`: violations that stay, at another severity. */
export interface Transition {
  kind: SubjectKind;
  from: Verdict;
  to: Verdict;
  count: number;
  restated: number;
}

/** `live`: what happens now only a scan can see. */
export type PreviewState = 'judged' | 'unfinished' | 'never_scanned' | 'live';

export interface TargetPreview {
  target: string;
  vendor: string;
  state: PreviewState;
  /** End of the last scan that saw anything, milliseconds; null: none did. */
  seenAt: number | null;
  /** Subjects that were judged. */
  judged: number;
  transitions: Transition[];
}

const batchSize = 200;
const columns = [...storedColumns, 'state', 'unseen', 'last_seen_at'] as const;
type Row = Pick<SubjectsTable, (typeof columns)[number]>;

interface Seen {
  subject: Row;
  stored: KeptFacts;
}

/** What one policy would say with other parameters of what is stored; nothing is written. */
export async function* previewParameters(
  deps: RejudgeDeps,
  asked: PreviewAsked,
): AsyncGenerator<TargetPreview> {
  for (const target of asked.targets) yield await new TargetWork(deps, asked, target).run();
}

class TargetWork {
  readonly #deps: RejudgeDeps;
  readonly #asked: PreviewAsked;
  readonly #target: ConfiguredTarget;
  readonly #found = new Map<string, Transition>();
  readonly #met = new Set<SubjectKind>();
  readonly #reader: FactReader;
  #judged = 0;

  constructor(deps: RejudgeDeps, asked: PreviewAsked, target: ConfiguredTarget) {
    this.#deps = deps;
    this.#asked = asked;
    this.#target = target;
    this.#reader = new FactReader(deps.store.db);
  }

  async run(): Promise<TargetPreview> {
    const row = await this.#row();
    const seenAt = row === undefined ? 0 : lastScanOf(row);
    if (row === undefined || seenAt === 0) return this.#told('never_scanned', null);
    if (this.#isLive()) return this.#told('live', seenAt);
    if (this.#asked.signal.aborted) return this.#told('unfinished', seenAt);
    const whole = await this.#all(row);
    // Half of one scan and half of the next would be the state of no moment.
    const after = await this.#row();
    return this.#told(whole && after?.last_scan === row.last_scan ? 'judged' : 'unfinished', seenAt);
  }

  #told(state: PreviewState, seenAt: number | null): TargetPreview {
    const { id, vendor } = this.#target;
    const transitions = [...this.#found.values()];
    return { target: id, vendor, state, seenAt, judged: this.#judged, transitions };
  }

  #row(): Promise<TargetsTable | undefined> {
    const targets = this.#deps.store.db.selectFrom('targets').selectAll();
    return targets.where('id', '=', this.#target.id).where('state', '=', 'configured').executeTakeFirst();
  }

  #isLive(): boolean {
    return this.#target.live !== null && this.#asked.policy.judge.some((entry) => entry.live);
  }

  /** @returns false where it ended before all was judged */
  async #all(row: TargetsTable): Promise<boolean> {
    const { policy, parameters, now } = this.#asked;
    const { store, catalogue, config, bind } = this.#deps;
    const attesting = attestingPolicies(catalogue);
    const declared = headerOf(this.#target, config, { now: () => now, attesting });
    const { inventory, attestations } = await currentHeader(store.db, this.#deps, declared, now);
    const vendor = bind({ ...declared, live: false });
    const configured = config.policies[policy.id]?.parameters ?? {};
    const rules = {
      before: vendor.only(policy, configured),
      after: vendor.only(policy, { ...configured, ...parameters }),
    };
    const sources = sourcesOf(row);
    const standing = {
      sources,
      covered: coveredOf(row),
      last: lastScanOf(row),
      rules,
      reads: readsOf(rules),
    };
    let scope: Scope = { deployment: {}, inventory, attestations };
    for (const kind of subjectKinds) {
      for (let after = ''; ; ) {
        if (this.#asked.signal.aborted) return false;
        const rows = await this.#page(kind, after);
        const wanted = kind === 'deployment' ? undefined : standing.reads;
        const kept = await this.#reader.read(rows, wanted);
        for (const [index, subject] of rows.entries()) {
          const seen = { subject, stored: kept[index] ?? {} };
          const facts = this.#judge(kind, seen, scope, standing);
          if (kind === 'deployment') scope = { ...scope, deployment: facts };
        }
        const last = rows.at(-1);
        if (last === undefined || rows.length < batchSize) break;
        after = last.id;
        // The engine never yields by itself: requests get their turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    this.#unlisted(standing);
    return true;
  }

  #page(kind: SubjectKind, after: string): Promise<Row[]> {
    return this.#deps.store.db
      .selectFrom('subjects')
      .select([...columns])
      .where('target', '=', this.#target.id)
      .where('kind', '=', kind)
      .where('state', 'in', ['present', 'no_longer_visible'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(batchSize)
      .execute();
  }

  #judge(kind: SubjectKind, seen: Seen, scope: Scope, standing: Standing): Scope['deployment'] {
    const { subject } = seen;
    const facts = this.#factsOf(kind, seen, standing);
    const whole = scopeOf(scope, kind, facts);
    const { before, after } = standing.rules;
    const [was, is] = [before.judge(kind, whole)[0], after.judge(kind, whole)[0]];
    this.#count(kind, subject.state === 'no_longer_visible', was, is);
    this.#judged += 1;
    return facts;
  }

  /** As `rejudge` reads them: what the last scan would see. Of rooms and recordings only what the policy looks at. */
  #factsOf(kind: SubjectKind, { subject, stored }: Seen, { sources, covered, last }: Standing): FactMap {
    const { now } = this.#asked;
    if (subject.state === 'no_longer_visible') {
      const freshness = Number.POSITIVE_INFINITY;
      return readFacts(stored, { sources, lastMet: null, now: 0, freshness });
    }
    const end = covered[kind] ?? 0;
    const met = subject.unseen === 0 && end === last;
    if (met) this.#met.add(kind);
    const before = subject.unseen === 0 ? Math.max(subject.last_seen_at, end) : subject.last_seen_at;
    const { freshness } = this.#target;
    const lastMet = met ? null : before;
    return readFacts(met ? asScanned(stored, sources) : stored, { sources, lastMet, now, freshness });
  }

  /**
   * A level that a parameter switches off has no verdict any more: nothing is asked of it. Of a subject that is no
   * longer visible nothing is known.
   */
  #count(
    kind: SubjectKind,
    lost: boolean,
    before: Judgement | undefined,
    after: Judgement | undefined,
  ): void {
    if (before === undefined && after === undefined) return;
    const verdictOf = (judgement: Judgement | undefined): Verdict => {
      const verdict = judgement?.verdict ?? 'not_applicable';
      return lost && verdict !== 'not_applicable' ? 'unknown' : verdict;
    };
    const [from, to] = [verdictOf(before), verdictOf(after)];
    const stays = from === 'violation' && to === 'violation';
    this.#add(kind, from, to, stays && before?.severity !== after?.severity);
  }

  #add(kind: SubjectKind, from: Verdict, to: Verdict, restated = false): void {
    const key = `${kind} ${from} ${to}`;
    const known = this.#found.get(key) ?? { kind, from, to, count: 0, restated: 0 };
    known.count += 1;
    if (restated) known.restated += 1;
    this.#found.set(key, known);
  }

  /** Rooms or recordings of which none could be listed stay unknown, whatever the parameters are. */
  #unlisted({ sources, rules: { before, after } }: Standing): void {
    const outcomes = Object.values(sources).map(({ outcome }) => outcome);
    for (const kind of ['room', 'recording'] as const) {
      if (this.#met.has(kind) || !this.#met.has('deployment')) continue;
      const [was, is] = [before.unlisted(kind, outcomes).length, after.unlisted(kind, outcomes).length];
      if (was + is === 0) continue;
      this.#add(kind, was > 0 ? 'unknown' : 'not_applicable', is > 0 ? 'unknown' : 'not_applicable');
    }
  }
}

interface Rules {
  before: BoundPolicies;
  after: BoundPolicies;
}

/** Of one target, the same for all its subjects. */
interface Standing {
  sources: SourceRecord;
  covered: Covered;
  /** End of the last scan that saw anything. */
  last: number;
  rules: Rules;
  reads: ReadonlySet<FactName>;
}

const readsOf = ({ before, after }: Rules): ReadonlySet<FactName> =>
  new Set([before, after].flatMap(({ bound }) => bound.compiled.entries.flatMap(({ reads }) => reads)));
