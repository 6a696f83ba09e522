export type ColumnType = 'text' | 'integer' | 'bigint';

type Value = string | number | null;
type Row = Readonly<Record<string, Value | undefined>>;

/** Rows as a source of a statement, on PostgreSQL. */
export interface Given {
  /** A select of the columns in the order that was asked for. */
  select: string;
  parameters: Value[];
}

/** U+0001 between values, U+0002 for null; U+0000 no text of PostgreSQL can hold. */
const [separator, nothing] = ['\u0001', '\u0002'];
const reserved = ['\u0000', separator, nothing];

/** Different long texts that are told once and named by number. */
const mostDifferent = 64;
/** Characters. */
const long = 64;

/**
 * Rows by columns: what all rows have in common is told once, long texts of which there are few are told once, and the
 * rest is one text for each column, which the server takes apart by itself. The driver would escape each value of an
 * array, and the server look for each name in each object of a JSON text.
 * @returns null where a value holds a reserved character
 */
export function givenByColumns(
  order: readonly string[],
  types: Readonly<Record<string, ColumnType>>,
  rows: readonly Row[],
): Given | null {
  const parameters: Value[] = [];
  const [columns, names, lists]: [string[], string[], string[]] = [[], [], []];
  const told = (value: Value): string => `$${parameters.push(value)}`;
  const listed = (values: readonly Value[]): string =>
    `string_to_array(${told(values.join(separator))}, E'\\x01', E'\\x02')`;
  for (const [place, name] of order.entries()) {
    const type = types[name] as ColumnType;
    const first = rows[0]?.[name] ?? null;
    // A select from nothing gives one row.
    const needed = rows.length > 1 && names.length === 0 && place === order.length - 1;
    if (!needed && rows.every((row) => (row[name] ?? null) === first)) {
      columns.push(`${told(first)}::${type} as ${name}`);
      continue;
    }
    // JSON has such characters only as escapes.
    const isFree = type === 'text' && !name.endsWith('_json');
    if (isFree && rows.some((row) => holdsReserved(row[name]))) return null;
    const values = rows.map((row) => row[name] ?? nothing);
    const few = typeof first === 'string' && first.length >= long ? numbered(values) : null;
    names.push(name);
    lists.push(listed(few === null ? values : few.numbers));
    if (few !== null) columns.push(`(${listed(few.texts)})[${name}::integer] as ${name}`);
    else columns.push(type === 'text' ? name : `${name}::${type} as ${name}`);
  }
  const from = names.length === 0 ? '' : ` from unnest(${lists}) as listed(${names})`;
  return { select: `select ${columns}${from}`, parameters };
}

const holdsReserved = (value: Value | undefined): boolean =>
  typeof value === 'string' && reserved.some((character) => value.includes(character));

/** Numbered from 1, as the server counts; null where there are too many. */
function numbered(values: readonly Value[]): { texts: Value[]; numbers: number[] } | null {
  const most = Math.min(mostDifferent, values.length / 4);
  const known = new Map<Value, number>();
  const numbers: number[] = [];
  for (const value of values) {
    let number = known.get(value);
    if (number === undefined) {
      number = known.size + 1;
      if (number > most) return null;
      known.set(value, number);
    }
    numbers.push(number);
  }
  return { texts: [...known.keys()], numbers };
}
