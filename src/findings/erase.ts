import type { Kysely } from 'kysely';
import { audit } from '../access/audit.ts';
import type { Database, FindingsTable, Store, StoreTransaction } from '../store/index.ts';
import type { Detail } from './detail.ts';
import { emptied } from './erased.ts';
import { withoutId } from './native.ts';
import { type RoomQuestion, type RoomRecords, roomRecords } from './room.ts';

type Db = Kysely<Database>;

export interface Erased {
  ref: string;
  /** Of the room and its recordings; whoever was told of them knows these. */
  uids: string[];
  subjects: number;
  findings: number;
  /** Emptied: number, time, kind and target stay. */
  events: number;
  waivers: number;
  /** What said something of the room in passing. */
  mentions: number;
}

const batch = 500;
/** Stands where an id stood in what is about more than this room. */
const gone = 'erased';

/**
 * Everything about one room and its recordings, open findings too, in one transaction with its entry in the audit log.
 * @returns null where nothing is stored
 */
export async function eraseRoom(
  store: Store,
  asked: RoomQuestion,
  { actor, now }: { actor: string; now: number },
): Promise<Erased | null> {
  return store.transaction(async (tx) => {
    await tx.lock(`target ${asked.target}`);
    const records = await roomRecords(tx.db, asked);
    if (records === null) return null;
    const { target } = asked;
    await remove(tx.db, target, records);
    const erased = {
      ref: records.ref,
      uids: [...new Set([...records.findings, ...records.events].flatMap(({ uid }) => uid ?? []))].sort(),
      subjects: records.subjects.length,
      findings: records.findings.length,
      events: records.events.length,
      waivers: records.waivers.length,
      mentions: await losePassing(tx, target, records.ids),
    };
    const { ref, uids: _, ...detail } = erased;
    await audit(tx.db, { actor, action: 'room.erase', object: ref, target, detail }, now);
    return erased;
  });
}

async function remove(db: Db, target: string, records: RoomRecords): Promise<void> {
  for (const seqs of parts(records.events.map((row) => row.seq))) {
    await db.updateTable('events').set(emptied).where('seq', 'in', seqs).execute();
    await db.deleteFrom('dead_letters').where('seq', 'in', seqs).execute();
  }
  for (const uids of parts(records.findings.map((row) => row.uid))) {
    await db.deleteFrom('findings').where('uid', 'in', uids).execute();
  }
  for (const { kind, id } of records.subjects) {
    await db
      .deleteFrom('subjects')
      .where('target', '=', target)
      .where('kind', '=', kind)
      .where('id', '=', id)
      .execute();
  }
  for (const ids of parts(records.waivers.map((row) => row.id))) {
    await db.deleteFrom('waivers').where('id', 'in', ids).execute();
  }
  // Of a scan that runs: it sees its rooms as not collected.
  await db.deleteFrom('splits').where('target', '=', target).execute();
  for (const { session } of records.notes) {
    await db.deleteFrom('notes').where('target', '=', target).where('session', '=', session).execute();
  }
}

/** Findings about many rooms show the evidence of one of them: its id may stand in an address. */
async function losePassing(tx: StoreTransaction, target: string, ids: readonly string[]): Promise<number> {
  let found = 0;
  const findings = tx.db.selectFrom('findings').selectAll().where('target', '=', target);
  const rows = await findings.where('reason_key', 'is not', null).execute();
  const moved = rows.map((row) => withoutIds(row, ids)).filter((row) => row !== null);
  await tx.bulkUpsert('findings', moved);
  found += moved.length;
  const uids = rows.map((row) => row.uid);
  for (const some of parts(uids)) {
    const events = await tx.db
      .selectFrom('events')
      .select(['seq', 'snapshot_json'])
      .where('uid', 'in', some)
      .orderBy('seq')
      .execute();
    const changed = events.flatMap((event) => {
      const snapshot = withoutIds(JSON.parse(event.snapshot_json) as FindingsTable, ids);
      return snapshot === null ? [] : [{ seq: event.seq, snapshot_json: JSON.stringify(snapshot) }];
    });
    // Of those that are still there: retention may have taken some since they were read.
    await tx.bulkUpdate('events', ['snapshot_json'], changed);
    found += changed.length;
  }
  return found;
}

/** @returns null where none of the ids stands in it */
function withoutIds(row: FindingsTable, ids: readonly string[]): FindingsTable | null {
  const before = JSON.parse(row.detail_json) as Detail;
  const detail = JSON.stringify(ids.reduce((text, id) => withoutId(text, id, gone), before));
  return detail === JSON.stringify(before) ? null : { ...row, detail_json: detail };
}

function* parts<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += batch) yield all.slice(from, from + batch);
}
