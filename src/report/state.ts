import type { SourceOutcome } from '../../adapters/contract/subject.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import { type AttestationState, attestationsInForce } from '../inventory/attestations.ts';
import { readCoverage } from '../inventory/summary.ts';
import { sourcesOf } from '../inventory/targets.ts';
import type { ClauseCoverage } from '../policy/coverage.ts';
import type { Count } from '../policy/tally.ts';
import type { TargetsTable } from '../store/index.ts';
import { asOf } from './clock.ts';
import { rulesetOf, stateHash } from './hash.ts';
import { type Hole, readHoles } from './holes.ts';
import { type OpenCount, OpenCounts } from './matrix/counts.ts';
import { MatrixReader } from './matrix/matrix.ts';
import type { MatrixTarget, MatrixView, Step, Totals } from './matrix/types.ts';
import type { ReportDeps, Standing } from './types.ts';

/** One target with everything that reports count. */
export interface TargetState extends MatrixTarget {
  configured: ConfiguredTarget;
  last_scan_at: number | null;
  sources: (SourceOutcome & { answered_at: number | null })[];
  coverage: ClauseCoverage[];
  /** By policy; their sums are `totals`. */
  counts: ReadonlyMap<string, Totals>;
  attestations: { policy: string; state: AttestationState }[];
  /** What could not be seen, the most first. */
  holes: readonly Hole[];
}

export interface ReportState {
  standing: Standing;
  /** Milliseconds; 0: nothing was ever scanned. */
  at: number;
  /** With the clock standing at `at`. */
  deps: ReportDeps;
  matrix: Pick<MatrixView, 'themes' | 'policies'>;
  targets: TargetState[];
  steps: Step[];
}

/** Everything as of one moment, of these targets alone. */
export async function readState(
  given: ReportDeps,
  targets: readonly ConfiguredTarget[],
): Promise<ReportState> {
  const at = await asOf(given, targets, given.now());
  const deps = { ...given, now: () => at ?? 0 };
  const ids = targets.map(({ id }) => id);
  const view = await new MatrixReader(deps).read(ids);
  const open = await new OpenCounts(deps).read();
  const attested = await attestationsInForce(deps.store, { ...deps.config, targets }, at ?? 0);
  const coverage = await readCoverage(deps.store, ids);
  const rows = await deps.store.db
    .selectFrom('targets')
    .selectAll()
    .where('id', 'in', ids.length === 0 ? [''] : ids)
    .execute();
  const states: TargetState[] = [];
  for (const target of view.targets) {
    const configured = targets.find(({ id }) => id === target.id);
    if (configured === undefined) continue;
    const row = rows.find(({ id }) => id === target.id);
    states.push({
      ...target,
      configured,
      last_scan_at: row?.last_scan_at ?? null,
      sources:
        row === undefined
          ? []
          : Object.values(sourcesOf(row)).map((source) => ({
              ...source.outcome,
              answered_at: source.answered_at,
            })),
      coverage: (coverage.find((each) => each.target === target.id)?.coverage ?? []) as ClauseCoverage[],
      counts: countsOf(deps, { target, configured, row, open }),
      attestations: attested.filter((each) => each.target === target.id),
      holes: await readHoles(deps, target.id),
    });
  }
  const ruleset = rulesetOf(deps);
  const unseen = states.reduce((sum, { totals }) => sum + totals.unknown, 0);
  const standing: Standing = {
    as_of: at === null ? null : new Date(at).toISOString(),
    hash: await stateHash(deps, targets, { at, ruleset }),
    targets: states.map(({ id }) => id),
    unseen,
    ruleset,
  };
  const { themes, policies, steps } = view;
  return { standing, at: at ?? 0, deps, matrix: { themes, policies }, targets: states, steps };
}

const none = (): Totals => ({
  violation: 0,
  violation_minor: 0,
  unknown: 0,
  stale: 0,
  pass: 0,
  waived: 0,
  not_applicable: 0,
});

interface Counting {
  target: MatrixTarget;
  configured: ConfiguredTarget;
  row: TargetsTable | undefined;
  open: readonly OpenCount[];
}

/** The totals of one target, policy by policy. */
function countsOf(deps: ReportDeps, { target, configured, row, open }: Counting): Map<string, Totals> {
  const report = row?.report_json ?? null;
  const counts = new Map<string, Totals>();
  const of = (policy: string): Totals => {
    const known = counts.get(policy) ?? none();
    counts.set(policy, known);
    return known;
  };
  const { tally = {} } = (report === null ? {} : JSON.parse(report)) as { tally?: Record<string, Count> };
  for (const [key, { pass, unknown, not_applicable }] of Object.entries(tally)) {
    const own = of(key.slice(key.indexOf('/') + 1));
    own.not_applicable += not_applicable;
    own.unknown += target.fresh ? unknown : unknown + pass;
    own.stale += target.fresh ? 0 : unknown + pass;
    own.pass += target.fresh ? pass : 0;
  }
  const outcomes = row === undefined ? [] : Object.values(sourcesOf(row)).map(({ outcome }) => outcome);
  for (const policy of report === null ? [] : unlistedOf(deps, configured, tally, outcomes)) {
    const own = of(policy);
    own.unknown += 1;
    own.stale += target.fresh ? 0 : 1;
  }
  for (const { target: id, policy, status, verdict, severity, number } of open) {
    if (id !== target.id) continue;
    const own = of(policy);
    const grave = severity === 'critical' || severity === 'high';
    if (status === 'waived') own.waived += number;
    else if (verdict === 'violation') own[grave ? 'violation' : 'violation_minor'] += number;
  }
  return counts;
}

/** Policies about rooms or recordings of which none could be listed: the scan counted each as one that was not seen. */
function unlistedOf(
  deps: ReportDeps,
  { vendor, live }: ConfiguredTarget,
  tally: Readonly<Record<string, Count>>,
  outcomes: readonly SourceOutcome[],
): string[] {
  const policies = deps.bind({ vendor, parameters: deps.config.policies, live: live !== null });
  return (['room', 'recording'] as const)
    .filter((kind) => !Object.keys(tally).some((key) => key.startsWith(`${kind}/`)))
    .flatMap((kind) => policies.unlisted(kind, outcomes).map(({ policy }) => policy));
}

export const seenWhole = ({ fresh, score }: MatrixTarget): boolean => fresh && score?.seen === 1;

export function sumOf(all: Iterable<Totals>): Totals {
  const sum = none();
  for (const one of all) for (const key of Object.keys(sum) as (keyof Totals)[]) sum[key] += one[key];
  return sum;
}
