import { formatDuration } from '../config/duration.ts';
import type { Policy } from '../policy/catalogue.ts';
import { text } from '../texts/index.ts';
import type { Totals } from './matrix/types.ts';
import { sumOf, type TargetState } from './state.ts';
import type { Mark, Row, Table } from './types.ts';
import type { Writer } from './writer.ts';

/** What could not be seen, by its cause; only these policies where they are named. */
export function holesTable(writer: Writer, target: TargetState, policies?: readonly string[]): Table {
  const holes = target.holes
    .map((hole) => {
      const own = hole.policies.filter(({ id }) => policies === undefined || policies.includes(id));
      return { ...hole, policies: own, checks: own.reduce((sum, { checks }) => sum + checks, 0) };
    })
    .filter((hole) => hole.policies.length > 0)
    .sort((one, other) => other.checks - one.checks);
  return writer.table(`holes-${target.id}`, 'holes', {
    columns: [
      writer.column('reason', 'reason', 'start', { head: true }),
      writer.column('remedy', 'remedy'),
      writer.column('policies', 'policy'),
      writer.column('checks', 'checks', 'end', { strong: true }),
    ],
    rows: holes.map((hole) => ({
      reason: { mark: 'unknown', text: writer.reasons(hole) },
      remedy: writer.fills(hole),
      policies: hole.policies.map(({ id }) => writer.title(id)).join('; '),
      checks: hole.checks,
    })),
    empty: writer.say('no_holes'),
  });
}

const statusColumns = ['grave', 'minor', 'unseen', 'met', 'waived', 'na'] as const;

export const statusRow = (totals: Totals): Row => ({
  grave: totals.violation,
  minor: totals.violation_minor,
  unseen: totals.unknown,
  met: totals.pass,
  waived: totals.waived,
  na: totals.not_applicable,
});

export const countColumns = (writer: Writer) =>
  statusColumns.map((id) =>
    writer.column(id, `col_${id}`, 'end', id === 'grave' || id === 'unseen' ? { strong: true } : {}),
  );

export function policiesTable(writer: Writer, target: TargetState): Table {
  const { matrix } = writer.state;
  const rows = matrix.themes.flatMap(({ policies }) =>
    policies.map((id) => {
      const counts = target.counts.get(id) ?? sumOf([]);
      const policy = matrix.policies.find((each) => each.id === id);
      return {
        policy: { mark: target.cells[id]?.status ?? 'unknown', text: writer.title(id) } as {
          mark: Mark;
          text: string;
        },
        id: { code: id },
        severity: policy === undefined ? null : writer.severity(policy.severity),
        clauses: policy?.clauses.join(', ') ?? null,
        ...statusRow(counts),
      };
    }),
  );
  return writer.table('policies', 'by_policy', {
    columns: [
      writer.column('policy', 'policy', 'start', { head: true }),
      writer.column('severity', 'severity'),
      writer.column('clauses', 'clauses'),
      ...countColumns(writer),
    ],
    rows,
    total: { policy: writer.say('sum'), severity: null, clauses: null, ...statusRow(target.totals) },
  });
}

export function coverageTable(writer: Writer, target: TargetState): Table {
  const { catalogue } = writer.state.deps;
  const rows = target.coverage.map((line) => {
    const clause = catalogue.clauseById.get(line.clause);
    return {
      clause: line.clause,
      duty: clause === undefined ? null : writer.of(clause.duty),
      how: text(writer.language, `coverage.${line.status}`),
      seen: line.span === null || !target.fresh ? null : { share: line.span.seen },
      score:
        line.span === null || !target.fresh || line.span.seen === 0
          ? null
          : { low: line.span.low, high: line.span.high },
    };
  });
  return writer.table('coverage', 'coverage', {
    columns: [
      writer.column('clause', 'clause', 'start', { head: true }),
      writer.column('duty', 'duty'),
      writer.column('how', 'how'),
      writer.column('seen', 'seen', 'end'),
      writer.column('score', 'score', 'end'),
    ],
    rows,
    empty: writer.say('never_scanned'),
    notes: [writer.say('span_note')],
  });
}

/** Every policy with version and the values that it was judged by. */
export function rulesTable(writer: Writer, only?: readonly string[]): Table {
  const { catalogue, config } = writer.state.deps;
  const rows = catalogue.policies
    .filter(({ id }) => only === undefined || only.includes(id))
    .map((policy) => ({
      policy: { code: policy.id },
      version: policy.version,
      basis: text(writer.language, `basis.${policy.basis}`),
      parameters: parametersOf(policy, config.policies[policy.id]?.parameters ?? {}),
    }));
  return writer.table('rules', 'rules_annex', {
    columns: [
      writer.column('policy', 'policy', 'start', { head: true }),
      writer.column('version', 'version', 'end'),
      writer.column('basis', 'basis'),
      writer.column('parameters', 'parameters'),
    ],
    rows,
  });
}

function parametersOf({ parameters }: Policy, set: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .map(([name, { type, default: preset }]) => {
      const value = set[name] ?? preset;
      const shown = type === 'duration' && typeof value === 'number' ? formatDuration(value) : value;
      return `${name} = ${Array.isArray(shown) ? shown.join(', ') : String(shown)}`;
    })
    .join('; ');
}
