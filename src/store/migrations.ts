import { RoomwardenError } from '../errors.ts';
import { access } from './migrations/access.ts';
import { books } from './migrations/books.ts';
import { causes } from './migrations/causes.ts';
import type { MigrationContext } from './migrations/context.ts';
import { firsts } from './migrations/firsts.ts';
import { initial } from './migrations/initial.ts';
import { instances } from './migrations/instances.ts';
import { judged } from './migrations/judged.ts';
import { notes } from './migrations/notes.ts';
import { push } from './migrations/push.ts';
import { reads } from './migrations/reads.ts';
import { rights } from './migrations/rights.ts';
import { slices } from './migrations/slices.ts';
import { trends } from './migrations/trends.ts';
import { waivers } from './migrations/waivers.ts';

/** Position in this list + 1 is the schema's number. A published migration is never changed. */
export const migrations: readonly ((context: MigrationContext) => Promise<void>)[] = [
  initial,
  waivers,
  push,
  access,
  notes,
  firsts,
  instances,
  causes,
  reads,
  trends,
  judged,
  books,
  slices,
  rights,
];

/** @throws {RoomwardenError} RW3002 */
export function checkSchema(current: number, where: string): void {
  if (current <= migrations.length) return;
  throw new RoomwardenError('RW3002', { where, found: current, known: migrations.length });
}
