import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { FactReader, storedColumns } from '../inventory/kept.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import type { FindingsTable, Store, StoreTransaction } from '../store/index.ts';
import { FeedWriter } from './feed.ts';
import { roomsOf } from './judged.ts';
import { forceOf } from './row.ts';
import type { HoldableWaiver } from './waivers.ts';
import { rule, toldOf } from './waiving.ts';

/**
 * Brings the open findings of one target in line with the waivers as they stand. Inside a transaction that holds the
 * target.
 * @returns number of findings that moved
 */
export async function settleWaivers(
  tx: StoreTransaction,
  catalogue: Catalogue,
  target: string,
  waivers: readonly HoldableWaiver[],
  now: number,
): Promise<number> {
  const policies = [...new Set(waivers.map((waiver) => waiver.policy))];
  const rows = await tx.db
    .selectFrom('findings')
    .selectAll()
    .where('target', '=', target)
    .where((where) =>
      where.or([
        where('status', '=', 'waived'),
        where.and([
          where('status', '=', 'open'),
          where('policy', 'in', policies.length === 0 ? [''] : policies),
        ]),
      ]),
    )
    .orderBy('uid')
    .execute();
  const rooms = await roomsByFinding(tx.db, rows);
  const feed = new FeedWriter(tx, null);
  const moved: FindingsTable[] = [];
  for (const row of rows) {
    const next = { ...row };
    const force = forceOf(catalogue.policyById.get(row.policy));
    const event = rule(next, row, { force, waivers, rooms: rooms(row), now });
    const same = next.waiver_json === row.waiver_json && next.waived_json === row.waived_json;
    if (event === null && same) continue;
    moved.push(next);
    if (event !== null) feed.finding(event, toldOf(event, next, row), 'waiver', now);
    await feed.relieve();
  }
  await tx.bulkUpsert('findings', moved);
  await feed.flush();
  return moved.length;
}

const readOfRecordings = new Set(['recording.room_id']);

type Row = Pick<FindingsTable, 'target' | 'kind' | 'subject_id'>;

/** What the rooms are called that findings are about, for waivers that name one. */
export async function roomsByFinding(
  db: Store['db'],
  rows: readonly Row[],
): Promise<(row: Row) => readonly string[]> {
  const known = new Map<string, string[]>();
  const reader = new FactReader(db);
  const keyOf = (target: string, kind: SubjectKind, id: string): string => JSON.stringify([target, kind, id]);
  const targets = [...new Set(rows.map((row) => row.target))];
  for (const kind of ['room', 'recording'] as const) {
    const ids = [...new Set(rows.filter((row) => row.kind === kind).map((row) => row.subject_id))];
    for (let from = 0; from < ids.length; from += 1_000) {
      const subjects = await db
        .selectFrom('subjects')
        .select([...storedColumns, 'aliases_json'])
        // Rows are found by target first: without it all of them are read.
        .where('target', 'in', targets)
        .where('kind', '=', kind)
        .where('id', 'in', ids.slice(from, from + 1_000))
        .execute();
      const kept = kind === 'recording' ? await reader.read(subjects, readOfRecordings) : [];
      for (const [index, { target, id, aliases_json }] of subjects.entries()) {
        const facts = kept[index] ?? {};
        known.set(keyOf(target, kind, id), roomsOf({ kind, id, aliases: JSON.parse(aliases_json), facts }));
      }
    }
  }
  return (row) => {
    const own = known.get(keyOf(row.target, row.kind, row.subject_id));
    return own ?? (row.kind === 'room' && row.subject_id !== '' ? [row.subject_id] : []);
  };
}
