import { type Reason, reason } from '../../contract/fact.ts';
import type { SqlRow } from '../../contract/sql.ts';
import { mostListed } from './statements.ts';

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

function isSameGroup(one: SqlRow, other: SqlRow): boolean {
  return Object.keys(one).every((key) => sums.includes(key) || one[key] === other[key]);
}
