import { describeFill } from '../findings/reasonTexts.ts';
import type { Step, Totals } from './matrix/types.ts';
import { missingOf } from './missing.ts';
import { attestationRows, shareOf } from './shared.ts';
import { seenWhole, sumOf, type TargetState } from './state.ts';
import type { Block, Document, Row, Statement, Table } from './types.ts';
import type { Writer } from './writer.ts';

/** So that it stays one page: rows, millimetres or lines of print, and the characters that fit into a line in a wide typeface. */
const mostTargets = 14;
const mostSteps = 5;
const room = { targets: 62, steps: 8, attestations: 5 } as const;
/** Of a row of the table of targets, millimetres. */
const row = { line: 4.2, gap: 1.3 } as const;
const fits = { id: 14, product: 13, missing: 25, step: 42, attestation: 36 } as const;

/** One page for those who answer for the whole: what is wrong, what was not seen, what is met, and what to do first. */
export function summaryReport(writer: Writer): Document {
  const { state } = writer;
  const totals = sumOf(state.targets.map((target) => target.totals));
  const advisory = state.deps.catalogue.clauses.filter(({ check }) => check.every((way) => way === 'advice'));
  const right: Block[] = [
    attestations(writer),
    {
      type: 'text',
      quiet: true,
      text: writer.say('advisory_note', {
        n: writer.n(advisory.length),
        all: writer.n(state.deps.catalogue.clauses.length),
      }),
    },
    { type: 'text', quiet: true, text: writer.versions() },
  ];
  return writer.document('summary', title[writer.language], writer.extent(), [
    { type: 'statements', items: statements(writer, totals) },
    themesTable(writer, totals),
    targetsTable(writer),
    { type: 'pair', left: [steps(writer)], right },
  ]);
}

const title = { de: 'Videokonferenzen: Stand der Vorgaben', en: 'Video conferences: state of the duties' };

function statements(writer: Writer, totals: Totals): Statement[] {
  const { state } = writer;
  const grave = totals.violation;
  const [largest] = state.steps.filter(({ status }) => status !== 'unknown');
  const whole = state.targets.filter(seenWhole).length;
  return [
    {
      mark: grave > 0 ? 'violation' : 'violation_minor',
      strong: writer.count('grave', grave),
      rest: [
        writer.say('minor', { n: writer.n(totals.violation_minor) }),
        largest === undefined ? '' : writer.say('one_cause', { n: writer.n(largest.settles) }),
      ]
        .join(' ')
        .trim(),
    },
    {
      mark: 'unknown',
      strong: writer.count('unseen', totals.unknown),
      rest: [
        writer.say('unseen_rest'),
        totals.stale === 0 ? '' : writer.say('stale_rest', { n: writer.n(totals.stale) }),
      ]
        .join(' ')
        .trim(),
    },
    {
      mark: 'pass',
      strong: writer.count('met', totals.pass),
      rest: writer.say('whole', { n: writer.n(whole), all: writer.n(state.targets.length) }),
    },
  ];
}

function themesTable(writer: Writer, totals: Totals): Table {
  const { matrix, targets } = writer.state;
  const known = new Set(matrix.themes.flatMap(({ policies }) => policies));
  const rows: Row[] = matrix.themes.map(({ title: name, policies }) => {
    const sum = sumOf(targets.flatMap(({ counts }) => policies.flatMap((id) => counts.get(id) ?? [])));
    return countRow(writer, { theme: writer.of(name) }, sum);
  });
  const gone = sumOf(
    targets.flatMap(({ counts }) => [...counts].flatMap(([id, count]) => (known.has(id) ? [] : [count]))),
  );
  if (Object.values(gone).some((n) => n > 0)) rows.push(countRow(writer, { theme: '–' }, gone));
  return writer.table('themes', 'by_theme', {
    columns: [
      writer.column('theme', 'theme', 'start', { head: true }),
      writer.column('grave', 'col_grave', 'end', { strong: true }),
      writer.column('minor', 'col_minor', 'end'),
      writer.column('unseen', 'col_unseen', 'end'),
      writer.column('met', 'col_met', 'end'),
      writer.column('shares', 'col_share'),
    ],
    rows,
    total: countRow(writer, { theme: writer.say('sum') }, totals),
    notes: [
      writer.say('not_counted', { waived: writer.n(totals.waived), na: writer.n(totals.not_applicable) }),
    ],
  });
}

function countRow(_: Writer, head: Row, totals: Totals): Row {
  return {
    ...head,
    grave: totals.violation,
    minor: totals.violation_minor,
    unseen: totals.unknown,
    met: totals.pass,
    shares: shareOf(totals),
  };
}

/** Millimetres that its row takes. */
function heightOf(writer: Writer, target: TargetState): number {
  const { id, product, missing } = fits;
  const lines = Math.max(
    rowsOf(target.id, id),
    rowsOf(writer.vendor(target), product),
    rowsOf(missingOf(writer, target) ?? '', missing),
  );
  return row.gap + row.line * lines;
}

/** Lines that the table of targets leaves to what stands below it. */
function spareLines(writer: Writer): number {
  const used = writer.state.targets.reduce((sum, target) => sum + heightOf(writer, target), 0);
  return Math.max(0, Math.floor((room.targets - used) / (row.line + row.gap)));
}

function targetsTable(writer: Writer): Table {
  const all = writer.state.targets.toSorted(worstFirst);
  const tall = (target: TargetState): number => heightOf(writer, target);
  const worst = within(all, tall, room.targets).slice(0, mostTargets);
  const shown = writer.state.targets.filter((target) => worst.includes(target));
  const rest = all.filter((target) => !shown.includes(target));
  const rows = shown.map((target) => targetRow(writer, target));
  if (rest.length > 0) {
    const totals = sumOf(rest.map((target) => target.totals));
    rows.push({
      target: writer.say('rest_targets', { n: writer.n(rest.length) }),
      product: null,
      rooms: rest.reduce((sum, { rooms }) => sum + (rooms ?? 0), 0),
      violations: totals.violation + totals.violation_minor,
      unseen: totals.unknown,
      seen: null,
      score: null,
      missing: null,
    });
  }
  return writer.table('targets', 'by_target', {
    columns: [
      writer.column('target', 'target', 'start', { head: true, strong: true }),
      writer.column('product', 'product_column'),
      writer.column('rooms', 'rooms_column', 'end'),
      writer.column('violations', 'col_violation', 'end'),
      writer.column('unseen', 'col_unseen', 'end'),
      writer.column('seen', 'seen', 'end'),
      writer.column('score', 'score', 'end', { strong: true }),
      writer.column('missing', 'missing'),
    ],
    rows,
    notes: [writer.say('span_note')],
  });
}

function targetRow(writer: Writer, target: TargetState): Row {
  const { totals, score, fresh } = target;
  const known = fresh && score !== null && score.low !== null && score.high !== null;
  return {
    target: target.id,
    product: writer.vendor(target),
    rooms: target.rooms,
    violations: totals.violation + totals.violation_minor,
    unseen: totals.unknown,
    // Of what is too old nothing is seen now.
    seen: known ? { share: score.seen } : { share: 0 },
    score: known ? { low: score.low ?? 0, high: score.high ?? 1 } : null,
    missing: missingOf(writer, target),
  };
}

const rowsOf = (text: string, characters: number): number =>
  Math.max(1, Math.ceil([...text].length / characters));

/** As many from the first on as have room. */
function within<T>(all: readonly T[], tall: (one: T) => number, most: number): T[] {
  let used = 0;
  const over = all.findIndex((one) => {
    used += tall(one);
    return used > most;
  });
  return over < 0 ? [...all] : all.slice(0, over);
}

/** By what is violated, then by what was not seen. */
function worstFirst(one: TargetState, other: TargetState): number {
  return (
    other.totals.violation - one.totals.violation ||
    other.totals.violation_minor - one.totals.violation_minor ||
    other.totals.unknown - one.totals.unknown ||
    (one.id < other.id ? -1 : 1)
  );
}

function steps(writer: Writer): Block {
  return {
    type: 'steps',
    title: writer.say('steps'),
    items: within(
      writer.state.steps.slice(0, mostSteps).map((step) => stepText(writer, step)),
      ({ strong, rest }) => rowsOf(`${strong} ${rest}`, fits.step),
      room.steps + spareLines(writer),
    ),
    empty: writer.say('no_steps'),
  };
}

export function stepText(writer: Writer, step: Step): { strong: string; rest: string } {
  const n = `${step.at_least ? '≥ ' : ''}${writer.n(step.settles)}`;
  if (step.fill !== null) {
    const what = describeFill(step.fill)[writer.language];
    return {
      strong: `${step.target}:`,
      rest: `${what.charAt(0).toUpperCase()}${what.slice(1)}. ${step.settles === 1 ? writer.say('shows_1') : writer.say('shows', { n })}`,
    };
  }
  const named = writer.say('setting_above', { title: writer.of(step.title) });
  return { strong: `${step.target}:`, rest: `${named} ${writer.say('settles', { n })}` };
}

function attestations(writer: Writer): Table {
  const rows = attestationRows(writer);
  const tall = ({ attestation }: Row): number => {
    const marked = attestation as { text: string };
    return rowsOf(marked.text, fits.attestation);
  };
  const shown = within(rows, tall, room.attestations + spareLines(writer));
  const rest = rows.length - shown.length;
  return writer.table('attestations', 'attestations', {
    columns: [
      writer.column('attestation', 'attestation', 'start', { head: true }),
      writer.column('standing', 'standing', 'end'),
    ],
    rows: shown,
    ...(rest > 0 ? { notes: [writer.say('more_attestations', { n: writer.n(rest) })] } : {}),
  });
}
