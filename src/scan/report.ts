import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { Aggregates, type SourceStates, unknownSide } from '../findings/aggregate.ts';
import { detailOf, rfc3339 } from '../findings/detail.ts';
import { groupBySetting } from '../findings/groups.ts';
import type { Judged } from '../findings/judged.ts';
import { toNative } from '../findings/native.ts';
import { forceOf, waiverView } from '../findings/row.ts';
import { severityRank } from '../findings/severity.ts';
import type { NativeFinding, Report, TargetReport } from '../findings/types.ts';
import { aggregateId, findingUid } from '../findings/uid.ts';
import { type HoldableWaiver, waiverOf } from '../findings/waivers.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { Judgement, Severity, Verdict } from '../policy/types.ts';
import type { BoundPolicies } from './bind.ts';
import type { JudgedRecord } from './judge.ts';
import { populationOf } from './population.ts';
import type { ScanEnd, ScanHeader } from './records.ts';
import { outcomeOf } from './state.ts';
import { noVerdicts, ScanTally } from './tally.ts';

export interface ReportDeps {
  catalogue: Catalogue;
  now: number;
  /** Verdicts whose findings are listed; the counts hold all. */
  verdicts: ReadonlySet<Verdict>;
}

interface Undecided {
  judged: Judged;
  judgement: Judgement;
}

/** One report over one or more scans; aggregates and waivers exactly as in the ledger. */
export async function buildReport(judged: AsyncIterable<JudgedRecord>, deps: ReportDeps): Promise<Report> {
  const targets: TargetReport[] = [];
  const findings: NativeFinding[] = [];
  const totals = new Totals();
  let part: TargetPart | null = null;
  for await (const record of judged) {
    if (record.type === 'start') part = new TargetPart(record.header, deps, findings, totals);
    else if (record.type === 'subject') part?.take(record.judged);
    else if (part !== null) targets.push(part.finish(record));
  }
  const groups = groupBySetting(findings);
  const summary = totals.summary(targets);
  return {
    schema: 'roomwarden.report/1',
    generated_at: rfc3339(deps.now),
    summary,
    targets,
    groups,
    findings: findings.filter((finding) => deps.verdicts.has(finding.verdict)).sort(worstFirst),
  };
}

/** Severity, then target, policy and subject: the same input gives the same order. */
function worstFirst(a: NativeFinding, b: NativeFinding): number {
  const rank = severityRank(b.severity) - severityRank(a.severity);
  if (rank !== 0) return rank;
  const [left, right] = [orderOf(a), orderOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

const orderOf = (finding: NativeFinding): string =>
  [finding.target, finding.policy, finding.subject.kind, finding.subject.id ?? '', finding.uid].join(
    '\u0000',
  );

class Totals {
  readonly verdicts = noVerdicts();
  readonly violations: Record<Severity, number> = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  waived = 0;

  summary(targets: readonly TargetReport[]): Report['summary'] {
    const rooms = targets.reduce((sum, target) => sum + target.rooms.seen, 0);
    const { verdicts, violations, waived } = this;
    return { targets: targets.length, rooms, verdicts, violations, waived };
  }
}

/** The part of one target. */
class TargetPart {
  readonly #header: ScanHeader;
  readonly #deps: ReportDeps;
  readonly #findings: NativeFinding[];
  readonly #totals: Totals;
  readonly #tally = new ScanTally();
  readonly #undecided: Undecided[] = [];
  readonly #seen: Record<SubjectKind, number> = { deployment: 0, room: 0, recording: 0 };

  constructor(header: ScanHeader, deps: ReportDeps, findings: NativeFinding[], totals: Totals) {
    this.#header = header;
    this.#deps = deps;
    this.#findings = findings;
    this.#totals = totals;
  }

  take(judged: Judged): void {
    this.#seen[judged.kind] += 1;
    for (const judgement of judged.judgements) {
      this.#tally.add(
        judged.kind,
        judgement,
        this.#waiverOf(() => this.#uidOf(judged, judgement), judged, judgement) !== null,
      );
      // Whose matter an unknown is shows when the sources' outcomes are known, at the end.
      if (judgement.verdict === 'unknown') this.#undecided.push({ judged, judgement });
      else if (judgement.verdict === 'violation' || this.#deps.verdicts.has(judgement.verdict)) {
        this.#add(judged, judgement);
      }
    }
  }

  finish({ end, scope, unlisted, bound }: Extract<JudgedRecord, { type: 'end' }>): TargetReport {
    const states: SourceStates = new Map(end.sources.map((outcome) => [outcome.source, outcome.state]));
    const aggregates = new Aggregates();
    for (const { judged, judgement } of this.#undecided) {
      if (unknownSide(judged.kind, judgement, judged.scope, states) === 'own') this.#add(judged, judgement);
      else aggregates.add(judged.kind, judgement, judged.scope, 1);
    }
    for (const { kind, judgement } of unlisted) {
      this.#tally.addUnlisted();
      aggregates.add(kind, judgement, scope, 0);
    }
    for (const aggregate of aggregates.all()) {
      const { kind, judgement, key, affected } = aggregate;
      const uid = findingUid(this.#header.target, kind, aggregateId(key), judgement.policy);
      const place = { kind, id: '', name: null, aliases: [], facts: {}, scope: aggregate.scope };
      this.#push(uid, place, judgement, affected);
    }
    const { totals } = this.#tally;
    for (const verdict of Object.keys(totals) as Verdict[]) this.#totals.verdicts[verdict] += totals[verdict];
    return this.#target(end, bound, totals);
  }

  #target(end: ScanEnd, bound: BoundPolicies, counts: Record<Verdict, number>): TargetReport {
    const { target, vendor, started_at } = this.#header;
    return {
      id: target,
      vendor,
      ...outcomeOf(target, end),
      started_at,
      ...(end.finished_at === undefined ? {} : { finished_at: end.finished_at }),
      sources: end.sources,
      counts,
      rooms: { seen: this.#seen.room, population: populationOf(bound.listing('room'), end.sources) },
      ...this.#tally.assess(bound),
    };
  }

  #add(judged: Judged, judgement: Judgement): void {
    this.#push(this.#uidOf(judged, judgement), judged, judgement, null);
  }

  #push(
    uid: string,
    judged: Omit<Judged, 'judgements'>,
    judgement: Judgement,
    affected: number | null,
  ): void {
    const { target, vendor } = this.#header;
    const { kind, id, name } = judged;
    const waiver = this.#waiverOf(() => uid, judged, judgement);
    if (waiver !== null) this.#totals.waived += 1;
    else if (judgement.verdict === 'violation') this.#totals.violations[judgement.severity] += 1;
    const core = {
      uid,
      policy: judgement.policy,
      policyVersion: judgement.policyVersion,
      severity: judgement.severity,
      verdict: judgement.verdict,
      confidence: judgement.confidence,
      target,
      vendor,
      kind,
      id,
      ref: '',
      name,
      detail: detailOf(judgement, judged.scope),
      affected,
      ...(waiver === null ? {} : { status: 'waived' as const, waiver: waiverView(waiver) }),
    };
    this.#findings.push(toNative(core, this.#deps.catalogue, 'plain'));
  }

  #uidOf({ kind, id }: Pick<Judged, 'kind' | 'id'>, { policy }: Judgement): string {
    return findingUid(this.#header.target, kind, id, policy);
  }

  #waiverOf(
    uid: () => string,
    judged: Omit<Judged, 'judgements'>,
    judgement: Judgement,
  ): HoldableWaiver | null {
    const { target, waivers, started_at } = this.#header;
    const force = forceOf(this.#deps.catalogue.policyById.get(judgement.policy));
    return waiverOf(target, uid, judged, judgement, { force, waivers, now: Date.parse(started_at) });
  }
}
