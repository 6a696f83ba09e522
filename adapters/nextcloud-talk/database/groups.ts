import { type Reason, reason } from '../../contract/fact.ts';
import type { SqlRow } from '../../contract/sql.ts';
import type { Grouped } from './batch.ts';
import type { DatabaseSource, TalkSession } from './session.ts';
import { mostListed, type StatementName } from './statements.ts';

/** Sums of a group, not what makes it one. */
const sums: readonly string[] = ['n', 'oldest', 'overdue'];

/** Rows of a grouping question by `place`, the room or its parent. One that fits nowhere might belong anywhere. */
export class Groups {
  readonly rows = new Map<string, SqlRow[]>();
  wrong: Reason | null = null;
  #count = 0;

  add(row: SqlRow): void {
    const { place } = row;
    this.#count += 1;
    // Only questions over all rooms have this limit; a batch of rooms does not come near it.
    if (this.#count >= mostListed) this.wrong ??= reason('too_large', `more than ${mostListed} rows`);
    if (typeof place !== 'string' && typeof place !== 'number' && typeof place !== 'bigint') {
      this.wrong ??= reason('invalid_answer', 'a row belongs to no room');
      return;
    }
    const known = this.rows.get(`${place}`);
    if (known === undefined) this.rows.set(`${place}`, [row]);
    else if (known.some((other) => isSameGroup(other, row)))
      this.wrong ??= reason('invalid_answer', 'a group comes twice');
    else known.push(row);
  }
}

export interface GroupQuestion {
  source: DatabaseSource;
  /** As evidence calls it. */
  name: StatementName;
  /** As it is put, where that is another one. */
  put?: StatementName;
  parameters: readonly unknown[];
}

/** @param gap known already: nothing is asked */
export async function askGroups(
  session: TalkSession,
  { source, name, put = name, parameters }: GroupQuestion,
  gap: Reason | null = null,
): Promise<Grouped> {
  const groups = new Groups();
  const why = gap ?? (await session.each(source, put, parameters, (row) => groups.add(row)));
  return { sight: session.sight(source, name), rows: groups.rows, reason: why ?? groups.wrong };
}

function isSameGroup(one: SqlRow, other: SqlRow): boolean {
  return Object.keys(one).every((key) => sums.includes(key) || one[key] === other[key]);
}
