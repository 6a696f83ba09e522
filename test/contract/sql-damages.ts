import { reason } from '../../adapters/contract/fact.ts';
import { SourceError } from '../../adapters/contract/http.ts';
import { grantOf, type SqlRow } from '../../adapters/contract/sql.ts';
import { garbage } from './mutations.ts';
import type { SqlAnswer, SqlDamage } from './sql-tape.ts';

/** Every way in which the answers of one statement can be worse than they were. */
export function sqlDamagesOf(statement: string, answers: readonly SqlAnswer[]): SqlDamage[] {
  const first = answers.find(({ rows }) => rows.length > 0);
  const names = Object.keys(first?.rows[0] ?? {});
  return [
    ...names.flatMap((name) => columnDamages(statement, name)),
    ...failures(statement),
    ...rowDamages(statement),
    ...(first === undefined ? [] : capDamages(statement, first)),
  ];
}

function columnDamages(statement: string, name: string): SqlDamage[] {
  const change = (kind: string, map: (row: SqlRow) => SqlRow): SqlDamage => ({
    kind,
    path: `${statement}.${name}`,
    answer: (asked) => only(statement, asked, (rows) => rows.map(map)),
  });
  const twin = (kind: string, place: number): SqlDamage => ({
    kind,
    path: `${statement}.${name}`,
    answer: (asked) =>
      only(statement, asked, (rows) => {
        const row = rows.at(place);
        return row === undefined ? rows : [...rows, { ...row, [name]: otherValue(row[name]) }];
      }),
  });
  return [
    change('column gone', ({ [name]: _, ...rest }) => rest),
    change('column null', (row) => ({ ...row, [name]: null })),
    change('column of another type', (row) => ({ ...row, [name]: otherType(row[name]) })),
    twin('a second row that differs', 0),
    twin('a last row that differs', -1),
  ];
}

function failures(statement: string): SqlDamage[] {
  const fail = (
    kind: string,
    why: (asked: SqlAnswer) => SourceError,
    keep = (_rows: number): number => 0,
    fits = (asked: SqlAnswer): boolean => asked.statement === statement,
  ): SqlDamage => ({
    kind,
    path: statement,
    answer: (asked) =>
      fits(asked) ? { rows: asked.rows.slice(0, keep(asked.rows.length)), error: why(asked) } : null,
  });
  const half = (rows: number): number => Math.ceil(rows / 2);
  const lost = ({ locator }: SqlAnswer): SourceError =>
    new SourceError(reason('unreachable', 'connection reset'), locator);
  return [
    fail('table missing', ({ locator }) => error('invalid_answer', 'table is not there', locator)),
    fail('column missing', ({ locator }) =>
      error('not_supported_by_version', 'column is not there', locator),
    ),
    fail('permission denied', ({ reads, locator }) => {
      const [table = 'rooms', columns] = Object.entries(reads)[0] ?? [];
      const grant = grantOf(table, columns);
      return new SourceError(
        reason('not_permitted', `permission denied for table ${table}`, { kind: 'sql', name: grant }),
        locator,
      );
    }),
    fail('timeout', ({ locator }) => error('throttled', 'statement timeout', locator)),
    fail('connection lost before', lost),
    fail('connection lost in the middle', lost, half),
    lostForGood(statement, lost, half),
  ];
}

/** From this statement on, nothing answers. Each run counts for itself. */
function lostForGood(
  statement: string,
  lost: (asked: SqlAnswer) => SourceError,
  keep: (rows: number) => number,
): SqlDamage {
  let gone = false;
  return {
    kind: 'server lost in the middle',
    path: statement,
    answer(asked) {
      if (gone) return { rows: [], error: lost(asked) };
      if (asked.statement !== statement) return null;
      gone = true;
      return { rows: asked.rows.slice(0, keep(asked.rows.length)), error: lost(asked) };
    },
  };
}

function rowDamages(statement: string): SqlDamage[] {
  const change = (kind: string, rows: (before: readonly SqlRow[]) => readonly SqlRow[]): SqlDamage => ({
    kind,
    path: statement,
    answer: (asked) => only(statement, asked, rows),
  });
  return [
    change('every row twice', (rows) => rows.flatMap((row) => [row, row])),
    change('all rows again', (rows) => [...rows, ...rows]),
    change('a row of nothing', (rows) => [...rows, {}]),
    change('a row of garbage', (rows) => [...rows, ...rows.slice(0, 1).map(garbled)]),
  ];
}

/** A statement's own limit, reached by others: what was asked for lies behind it. */
function capDamages(statement: string, { text, rows }: SqlAnswer): SqlDamage[] {
  const limit = Number(/\bLIMIT (\d+)\s*$/.exec(text)?.[1] ?? 0);
  const [row] = rows;
  // Smaller ones are pages, and the next page is asked for.
  if (limit <= pageLimit || row === undefined) return [];
  return [
    {
      kind: 'row cap',
      path: statement,
      answer: (asked) =>
        only(statement, asked, () => Array.from({ length: limit }, (_, place) => numbered(row, place))),
    },
  ];
}

const pageLimit = 1000;

function only(
  statement: string,
  asked: SqlAnswer,
  change: (rows: readonly SqlRow[]) => readonly SqlRow[],
): { rows: readonly SqlRow[] } | null {
  return asked.statement === statement ? { rows: change(asked.rows) } : null;
}

function error(
  code: 'invalid_answer' | 'not_supported_by_version' | 'throttled',
  detail: string,
  locator: string,
): SourceError {
  return new SourceError(reason(code, detail), locator);
}

function garbled(row: SqlRow): SqlRow {
  return Object.fromEntries(Object.keys(row).map((key) => [key, garbage]));
}

/** The same row under another name. */
function numbered(row: SqlRow, place: number): SqlRow {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === 'string' ? `${garbage}${place}` : value,
    ]),
  );
}

/** What no driver gives for this column. */
function otherType(value: unknown): unknown {
  return typeof value === 'string' || value === null ? { [garbage]: true } : garbage;
}

/** What the driver might give for another row. */
function otherValue(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (value === 0 || value === 1) return 1 - value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'bigint') return value + 1n;
  if (typeof value === 'string' && /^[1-9]\d{0,5}$/.test(value)) return String(Number(value) + 1);
  if (value === 'true' || value === 'false') return value === 'true' ? 'false' : 'true';
  if (Array.isArray(value)) return [];
  return garbage;
}
