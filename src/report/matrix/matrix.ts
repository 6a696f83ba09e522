import type { ConfiguredTarget } from '../../config/types.ts';
import { activeIn, listTargets, timeOrNull } from '../../inventory/queries.ts';
import { coveredOf } from '../../inventory/targets.ts';
import { severities } from '../../policy/types.ts';
import { cellOf, type Tally } from './cells.ts';
import { checksOf } from './checks.ts';
import { type OpenCount, OpenCounts } from './counts.ts';
import { stepsOf } from './steps.ts';
import { otherTheme, themes } from './themes.ts';
import type { MatrixDeps, MatrixTarget, MatrixView, Totals } from './types.ts';

interface StoredReport {
  counts?: Record<string, number>;
  rooms?: { seen: number };
  score?: MatrixTarget['score'];
  tally?: Tally;
}

/** Policies against targets, from the tallies of the last scans and the open findings: no subject is read. */
export class MatrixReader {
  readonly #deps: MatrixDeps;
  readonly #counts: OpenCounts;
  readonly #policies: MatrixView['policies'];
  readonly #themes: MatrixView['themes'];

  constructor(deps: MatrixDeps) {
    this.#deps = deps;
    this.#counts = new OpenCounts(deps);
    this.#policies = policiesOf(deps);
    this.#themes = themesOf(this.#policies.map(({ id }) => id));
  }

  async read(visible: readonly string[] | null): Promise<MatrixView> {
    const { config, store, now } = this.#deps;
    const all = await this.#counts.read();
    const counts = visible === null ? all : all.filter(({ target }) => visible.includes(target));
    const known = await listTargets(store, config.targets, visible, now());
    const rows = await store.db.selectFrom('targets').select(['id', 'covered_json']).execute();
    const seen = new Map(rows.map((row) => [row.id, coveredOf(row).deployment ?? null]));
    const targets = known.flatMap((view) => {
      const target = config.targets.find(({ id }) => id === view.id);
      if (target === undefined) return [];
      const own = counts.filter((row) => row.target === view.id);
      const report = view.report as StoredReport;
      return {
        id: view.id,
        vendor: view.vendor,
        product: productOf(target),
        rooms: report.rooms?.seen ?? null,
        fresh: view.fresh,
        seen_at: timeOrNull(seen.get(view.id) ?? null),
        last_state: view.last_scan?.state ?? null,
        active_scan: this.#deps.scheduler?.activeScan(view.id) ?? activeIn(view),
        score: report.score ?? null,
        totals: totalsOf(report, own, view.fresh),
        cells: this.#cells(target, report.tally ?? null, own, view.fresh),
      } satisfies MatrixTarget;
    });
    const configured = counts.filter(({ target }) => config.targets.some(({ id }) => id === target));
    return {
      themes: this.#themes,
      policies: this.#policies,
      targets,
      steps: await stepsOf(this.#deps, configured, visible),
    };
  }

  #cells(
    target: ConfiguredTarget,
    tally: Tally | null,
    open: readonly OpenCount[],
    fresh: boolean,
  ): MatrixTarget['cells'] {
    const { bind, config } = this.#deps;
    const { bound } = bind({
      vendor: target.vendor,
      parameters: config.policies,
      live: target.live !== null,
    });
    return Object.fromEntries(
      this.#policies.map(({ id }) => {
        const entries = bound.entries.filter(({ entry }) => entry.policy.id === id);
        const own = open.filter(({ policy }) => policy === id);
        return [id, cellOf({ policy: id, entries, tally, open: own, fresh })];
      }),
    );
  }
}

function totalsOf(report: StoredReport, open: readonly OpenCount[], fresh: boolean): Totals {
  const number = (take: (row: OpenCount) => boolean): number =>
    open.filter(take).reduce((sum, row) => sum + row.number, 0);
  const grave = ({ severity }: OpenCount): boolean => severity === 'critical' || severity === 'high';
  const violated = ({ status, verdict }: OpenCount): boolean => status === 'open' && verdict === 'violation';
  return {
    violation: number((row) => violated(row) && grave(row)),
    violation_minor: number((row) => violated(row) && !grave(row)),
    ...checksOf(report.counts, fresh),
    waived: number(({ status }) => status === 'waived'),
  };
}

function productOf({ settings }: ConfiguredTarget): string | null {
  const { product } = settings as Record<string, unknown>;
  return typeof product === 'string' ? product : null;
}

function policiesOf({ catalogue }: MatrixDeps): MatrixView['policies'] {
  return catalogue.policies
    .filter(({ judge }) => judge.length > 0)
    .map(({ id, texts, clauses, judge }) => ({
      id,
      title: { de: texts.de.title, en: texts.en.title },
      clauses: [...clauses],
      severity: severities.findLast((each) => judge.some(({ severity }) => severity === each)) ?? 'info',
      kinds: [...new Set(judge.map(({ kind }) => kind))],
      live: judge.every(({ live }) => live),
    }));
}

function themesOf(ids: readonly string[]): MatrixView['themes'] {
  const named = themes.map(({ id, title, policies }) => ({
    id,
    title,
    policies: policies.filter((policy) => ids.includes(policy)),
  }));
  const rest = ids.filter((id) => !themes.some(({ policies }) => policies.includes(id)));
  return [...named, { ...otherTheme, policies: rest }].filter(({ policies }) => policies.length > 0);
}
