import { asScanned } from '../inventory/facts.ts';
import { FactReader, storedColumns } from '../inventory/kept.ts';
import { dropAllNotes, dropNotes, dropOldNotes, listNotes } from '../inventory/notes.ts';
import type { FactMap } from '../policy/types.ts';
import type { StoreTransaction } from '../store/index.ts';
import type { ScanEnd, ScanHeader, ScanRecord } from './records.ts';

/** What a scan was given of earlier pushes, by session, and which of it is over. */
export interface NotesOfScan {
  given: ReadonlySet<string>;
  over: ReadonlySet<string>;
}

/** Rooms of which a push told something that the scan could not know. */
export interface LateRooms {
  /** Ids of rooms whose meeting began after the scan asked for the list of meetings: not being listed ends nothing. */
  spared: ReadonlySet<string>;
  /** As the push left them: the scan may have seen the meeting before. */
  amend(record: ScanRecord): ScanRecord;
}

interface Scan {
  header: Pick<ScanHeader, 'target' | 'live'>;
  end: Pick<ScanEnd, 'error'>;
  finishedAt: number;
  notes?: NotesOfScan;
}

/** Forgets the meetings that are over, and finds those that began meanwhile; inside the scan's transaction. */
export async function lateRooms(tx: StoreTransaction, scan: Scan): Promise<LateRooms> {
  const { target, live } = scan.header;
  if (!live) await dropAllNotes(tx, target);
  await dropOldNotes(tx, target, scan.finishedAt);
  if (scan.end.error === undefined) await dropNotes(tx, target, [...(scan.notes?.over ?? [])]);
  const left = await listNotes(tx.db, target);
  const given = scan.notes?.given;
  const late = given === undefined ? [] : left.filter(({ session }) => !given.has(session));
  const facts = await factsOf(
    tx,
    target,
    late.map(({ room }) => room),
  );
  return {
    spared: new Set(left.map(({ room }) => room)),
    amend(record) {
      if (record.schema !== 'roomwarden.subject/1' || record.kind !== 'room') return record;
      const pushed = facts.get(record.id);
      return pushed === undefined ? record : { ...record, facts: pushed };
    },
  };
}

async function factsOf(
  tx: StoreTransaction,
  target: string,
  rooms: readonly string[],
): Promise<Map<string, FactMap>> {
  const found = new Map<string, FactMap>();
  const reader = new FactReader(tx.db);
  for (let from = 0; from < rooms.length; from += 500) {
    const rows = await tx.db
      .selectFrom('subjects')
      .select(storedColumns)
      .where('target', '=', target)
      .where('kind', '=', 'room')
      .where('id', 'in', rooms.slice(from, from + 500))
      .execute();
    const kept = await reader.read(rows);
    for (const [index, { id }] of rows.entries()) found.set(id, asScanned(kept[index] ?? {}, {}));
  }
  return found;
}

export async function* amended(
  records: AsyncIterable<ScanRecord>,
  { amend }: LateRooms,
): AsyncGenerator<ScanRecord> {
  for await (const record of records) yield amend(record);
}
