import type { Kysely } from 'kysely';
import { FactReader } from '../inventory/kept.ts';
import type {
  AuditLogTable,
  Database,
  EventsTable,
  FindingsTable,
  NotesTable,
  SubjectsTable,
  WaiversTable,
} from '../store/index.ts';
import { roomOfRecording } from './judged.ts';
import { findingUid } from './uid.ts';

type Db = Kysely<Database>;

export interface RoomQuestion {
  target: string;
  /** Id, alias or ref. */
  room: string;
  /** Ids of all policies: what was found once is also found when nothing but its events is left. */
  policies: readonly string[];
  refOf(id: string): string;
}

/** Everything that is stored about one room and its recordings. */
export interface RoomRecords {
  /** Its id and aliases; empty where only the ref is known. */
  ids: string[];
  ref: string;
  /** With whole facts, wherever they stand. */
  subjects: Omit<SubjectsTable, 'book'>[];
  findings: FindingsTable[];
  /** Oldest first. */
  events: EventsTable[];
  waivers: WaiversTable[];
  notes: NotesTable[];
  /** Administrative acts on this room. */
  audit: AuditLogTable[];
}

const batch = 500;
const refForm = /^[a-z2-7]{16}$/;

/** @returns null where nothing at all is stored */
export async function roomRecords(db: Db, asked: RoomQuestion): Promise<RoomRecords | null> {
  const { target } = asked;
  // Findings about no room in particular have neither id nor ref.
  if (asked.room === '') return null;
  const { ids, ref, rooms } = await identify(db, asked);
  const recordings = await recordingsOf(db, target, ids);
  const uids = new Set<string>();
  for (const policy of asked.policies) {
    for (const id of ids) uids.add(findingUid(target, 'room', id, policy));
    for (const { id } of recordings) uids.add(findingUid(target, 'recording', id, policy));
  }
  const findings = await findingsOf(db, { target, ids, ref, recordings, uids });
  for (const { uid } of findings) uids.add(uid);
  const events = await eventsOf(db, target, uids, ids, ref);
  const records = {
    ids,
    ref,
    subjects: await whole(db, [...rooms, ...recordings]),
    findings,
    events,
    waivers: await waiversOf(db, target, ids, findings),
    notes: await notesOf(db, target, ids),
    audit: await db
      .selectFrom('audit_log')
      .selectAll()
      .where('target', '=', target)
      .where('object', '=', ref)
      .orderBy('id')
      .execute(),
  };
  const { audit: _, ids: __, ref: ___, ...stored } = records;
  return Object.values(stored).every((rows) => rows.length === 0) ? null : records;
}

async function identify(
  db: Db,
  { target, room, refOf }: RoomQuestion,
): Promise<{ ids: string[]; ref: string; rooms: SubjectsTable[] }> {
  const known = db.selectFrom('subjects').selectAll().where('target', '=', target).where('kind', '=', 'room');
  const named = await known
    .where((where) => where.or([where('id', '=', room), where('ref', '=', room)]))
    .execute();
  const aliased = (await known.where('aliases_json', 'like', containing(room)).execute()).filter((row) =>
    aliasesOf(row).includes(room),
  );
  const rooms = named.length > 0 ? named : aliased;
  if (rooms.length > 0) {
    const ids = rooms.flatMap((row) => [row.id, ...aliasesOf(row)]);
    return { ids: [...new Set(ids)], ref: rooms[0]?.ref ?? '', rooms };
  }
  const [finding] = await db
    .selectFrom('findings')
    .select(['subject_id', 'subject_ref'])
    .where('target', '=', target)
    .where('kind', '=', 'room')
    .where('subject_ref', '=', room)
    .limit(1)
    .execute();
  if (finding !== undefined && finding.subject_id !== '')
    return { ids: [finding.subject_id], ref: room, rooms: [] };
  const told = refForm.test(room) ? await toldAs(db, target, room) : null;
  if (told !== null && told !== '') return { ids: [told], ref: room, rooms: [] };
  // An id of which at most findings or events are left.
  return { ids: [room], ref: refOf(room), rooms: [] };
}

/** The id behind a ref of which nothing but events is left. */
async function toldAs(db: Db, target: string, ref: string): Promise<string | null> {
  const event = await db
    .selectFrom('events')
    .select('snapshot_json')
    .where('target', '=', target)
    .where('snapshot_json', 'like', containing(ref, '"subject_ref":'))
    .limit(1)
    .executeTakeFirst();
  return event === undefined ? null : snapshotOf(event).subject_id;
}

const aliasesOf = (row: SubjectsTable): string[] => JSON.parse(row.aliases_json) as string[];
const snapshotOf = (row: Pick<EventsTable, 'snapshot_json'>): FindingsTable =>
  JSON.parse(row.snapshot_json) as FindingsTable;

/** Pattern for a column of JSON that holds this text as a value. */
function containing(text: string, key = ''): string {
  return `%${escaped(key + JSON.stringify(text))}%`;
}

/** Both engines know the backslash, but only one of them without being told: `_` and `%` match themselves too. */
const escaped = (text: string): string => text.replaceAll('\\', '_');

async function recordingsOf(db: Db, target: string, ids: readonly string[]): Promise<SubjectsTable[]> {
  const found = new Map<string, SubjectsTable>();
  const reader = new FactReader(db);
  for (const id of ids) {
    const rows = await db
      .selectFrom('subjects')
      .selectAll()
      .where('target', '=', target)
      .where('kind', '=', 'recording')
      .where('facts_json', 'like', containing(id))
      .execute();
    for (const row of rows) {
      if (roomOfRecording(await reader.one(row))[0] === id) found.set(row.id, row);
    }
  }
  return [...found.values()];
}

async function whole(db: Db, rows: readonly SubjectsTable[]): Promise<RoomRecords['subjects']> {
  const facts = await new FactReader(db).read(rows);
  return rows.map(({ book: _, ...row }, index) => ({ ...row, facts_json: JSON.stringify(facts[index]) }));
}

interface Traces {
  target: string;
  ids: readonly string[];
  ref: string;
  recordings: readonly SubjectsTable[];
  /** Computed: a finding that has lost its traces is still known by its uid to whoever knows the room. */
  uids: ReadonlySet<string>;
}

async function findingsOf(db: Db, { target, ids, ref, recordings, uids }: Traces): Promise<FindingsTable[]> {
  const ofTarget = db.selectFrom('findings').selectAll().where('target', '=', target);
  const found = await ofTarget
    .where('kind', '=', 'room')
    .where((where) => where.or([where('subject_id', 'in', ids), where('subject_ref', '=', ref)]))
    .execute();
  for (const some of parts(recordings.map((row) => row.id))) {
    found.push(...(await ofTarget.where('kind', '=', 'recording').where('subject_id', 'in', some).execute()));
  }
  for (const some of parts([...uids])) found.push(...(await ofTarget.where('uid', 'in', some).execute()));
  return [...new Map(found.map((row) => [row.uid, row])).values()];
}

function* parts<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += batch) yield all.slice(from, from + batch);
}

async function eventsOf(
  db: Db,
  target: string,
  uids: ReadonlySet<string>,
  ids: readonly string[],
  ref: string,
): Promise<EventsTable[]> {
  const found = new Map<number, EventsTable>();
  const events = db.selectFrom('events').selectAll().where('target', '=', target);
  for (const some of parts([...uids])) {
    for (const row of await events.where('uid', 'in', some).execute()) found.set(row.seq, row);
  }
  const patterns = [containing(ref, '"subject_ref":'), ...ids.map((id) => containing(id, '"subject_id":'))];
  const rows = await events
    .where('subject_kind', '=', 'room')
    .where((where) => where.or(patterns.map((pattern) => where('snapshot_json', 'like', pattern))))
    .execute();
  for (const row of rows) {
    const { subject_id, subject_ref } = snapshotOf(row);
    if (subject_ref === ref || ids.includes(subject_id)) found.set(row.seq, row);
  }
  return [...found.values()].sort((a, b) => a.seq - b.seq);
}

async function waiversOf(
  db: Db,
  target: string,
  ids: readonly string[],
  findings: readonly FindingsTable[],
): Promise<WaiversTable[]> {
  const uids = new Set(findings.map((row) => row.uid));
  const rows = await db.selectFrom('waivers').selectAll().where('target', '=', target).execute();
  return rows.filter(
    ({ room, finding }) => (room !== null && ids.includes(room)) || (finding !== null && uids.has(finding)),
  );
}

function notesOf(db: Db, target: string, ids: readonly string[]): Promise<NotesTable[]> {
  return db.selectFrom('notes').selectAll().where('target', '=', target).where('room', 'in', ids).execute();
}
