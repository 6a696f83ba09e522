import type { AdapterContext, Target } from '../../contract/adapter.ts';
import { type Ms, type Reason, reason } from '../../contract/fact.ts';
import { readAhead } from '../../contract/read-ahead.ts';
import type { Sight } from '../../contract/seen.ts';
import type { SqlRow } from '../../contract/sql.ts';
import type { SecretRef } from '../../contract/target.ts';
import type { Participation } from '../participants.ts';
import type { Room } from '../schema.ts';
import type { TalkSettings } from '../settings.ts';
import { type BatchAnswers, BatchReader, type Grouped } from './batch.ts';
import { addFiles, noFile } from './files.ts';
import { Groups } from './groups.ts';
import { countPeople } from './people.ts';
import { type DatabaseSource, TalkSession } from './session.ts';
import { mostListed, roomsPerBatch, type StatementName } from './statements.ts';
import { StoredRooms } from './stored-room.ts';
import { type RecordingsByToken, readSummary, sqlTime } from './summary.ts';
import type { DatabaseSummary, Held, SharedFiles } from './types.ts';
import { Whole, wholeOf } from './values.ts';

const hour = 3_600_000;

export interface StoredRoom {
  room: Room;
  held: Held;
  people: Participation | (Sight & { reason: Reason });
}

interface Batch {
  rows: SqlRow[];
  ids: readonly number[];
  from: number;
  to: number;
}

/** Breakout rooms by the token of their parent. */
interface BreakoutRows {
  reason: Reason | null;
  filesReason: Reason | null;
  peopleReason: Reason | null;
  counts: Map<string, { count: number; recording: boolean }>;
  people: ReadonlyMap<string, SqlRow[]>;
  files: Map<string, SharedFiles>;
}

/** Nextcloud's database: rooms as they are stored, a batch at a time. */
export class TalkDatabase {
  readonly session: TalkSession;
  readonly summary: DatabaseSummary;
  readonly #recordings: RecordingsByToken;
  #noRecording: Held['recordings'] | null = null;
  readonly #context: AdapterContext;
  readonly #now: Ms;
  /** Rooms that came, and rows that cannot be told from others. */
  count = 0;
  unreadable = 0;
  /** Null once all rooms have come. */
  ended: Reason | null = reason('incomplete', 'not read to the end');

  private constructor(
    session: TalkSession,
    summary: DatabaseSummary,
    recordings: RecordingsByToken,
    context: AdapterContext,
    now: Ms,
  ) {
    this.session = session;
    this.summary = summary;
    this.#recordings = recordings;
    this.#context = context;
    this.#now = now;
  }

  static async open(
    target: Target<TalkSettings>,
    context: AdapterContext,
    database: SecretRef,
    now: Ms,
  ): Promise<TalkDatabase> {
    const session = await TalkSession.open(target, context, database);
    const recordings: RecordingsByToken = new Map();
    const summary = await readSummary(session, now, recordings);
    return new TalkDatabase(session, summary, recordings, context, now);
  }

  /** Every room there is, in the order of the table; `mask` are the server's default permissions. */
  async *rooms(mask: number | undefined): AsyncGenerator<StoredRoom> {
    const breakouts = await this.#breakouts();
    for await (const rooms of readAhead(this.#pages(breakouts, mask))) yield* rooms;
  }

  /** What `check` wants to know: how many rooms there are, and whether the first of them come with all they need. */
  async probe(): Promise<void> {
    let count = 0;
    for await (const _ of this.rooms(undefined)) break;
    await this.session.each('Q1', 'room count', [], (row) => {
      count = Whole.safeParse(row['n']).data ?? 0;
    });
    this.count = count;
    this.unreadable = 0;
    this.ended = this.session.gap('Q1');
  }

  /** By key, not by offset: a room that comes or goes meanwhile shifts nothing. */
  async *#batches(): AsyncGenerator<Batch> {
    let from = -1;
    for (;;) {
      const rows: SqlRow[] = [];
      const failed = await this.session.each('Q1', 'rooms', [from], (row) => void rows.push(row));
      const ids = risingIds(rows, from);
      if (ids === null) {
        this.ended = failed ?? reason('invalid_answer', 'rooms do not come in the order of their ids');
        return;
      }
      const to = ids.at(-1) ?? from;
      if (rows.length > 0) yield { rows, ids, from, to };
      this.ended = failed;
      if (failed !== null || rows.length < roomsPerBatch) return;
      from = to;
    }
  }

  async *#pages(breakouts: BreakoutRows, mask: number | undefined): AsyncGenerator<StoredRoom[]> {
    for await (const batch of this.#batches()) yield await this.#readBatch(batch, breakouts, mask);
  }

  async #readBatch(
    { rows, ids, from, to }: Batch,
    breakouts: BreakoutRows,
    mask: number | undefined,
  ): Promise<StoredRoom[]> {
    const { session } = this;
    const read: StoredRoom[] = [];
    const people = await this.#people(from, to);
    const chat = await this.#grouped('Q3', 'messages', [from, to, sqlTime(this.#now - hour)]);
    const files = await this.#grouped('Q4', 'shared files', [from, to]);
    const breakoutFiles = { files: breakouts.files, reason: breakouts.filesReason };
    const besides = new BatchReader({ people, chat, files, breakoutFiles, mask });
    const breakoutsOf = this.#breakoutReader(breakouts, mask);
    const reader = new StoredRooms(session.sight('Q1', 'rooms'), session.catalogue);
    const tokens = new Set<string>();
    for (const [place, row] of rows.entries()) {
      const room = reader.read(row);
      if (room === null || tokens.has(room.token)) {
        this.unreadable += 1;
        continue;
      }
      tokens.add(room.token);
      this.count += 1;
      const id = `${ids[place]}`;
      const recordings = this.#recordingsOf(room.token);
      const held: Held = { ...besides.held(id, room), recordings, breakouts: breakoutsOf(room) };
      read.push({ room, held, people: besides.people(id, room) });
    }
    return read;
  }

  /** Sessions show who is in right now: read for live policies alone. */
  async #people(from: number, to: number): Promise<BatchAnswers['people']> {
    const { catalogue } = this.session;
    const calls = this.#context.live
      ? catalogue.gap('talk_sessions')
      : reason('not_configured', 'read only for live policies', { kind: 'config', name: 'live.purpose' });
    const name = calls === null ? 'participants in calls' : 'participants';
    const missing = catalogue.gap('talk_attendees', calls === null ? undefined : peopleColumns);
    if (missing !== null) {
      const sight = this.session.sight('Q2', name);
      return { sight, rows: new Map(), reason: this.session.gap('Q2') ?? missing, calls };
    }
    return { ...(await this.#grouped('Q2', name, [from, to])), calls };
  }

  async #grouped(
    source: DatabaseSource,
    name: StatementName,
    parameters: unknown[],
    gap: Reason | null = null,
  ): Promise<Grouped> {
    const groups = new Groups();
    const why = gap ?? (await this.session.each(source, name, parameters, (row) => groups.add(row)));
    return { sight: this.session.sight(source, name), rows: groups.rows, reason: why ?? groups.wrong };
  }

  async #breakouts(): Promise<BreakoutRows> {
    const { session } = this;
    let unread: Reason | null = null;
    const found: BreakoutRows = {
      reason: null,
      peopleReason: null,
      filesReason: null,
      counts: new Map(),
      people: new Map(),
      files: new Map(),
    };
    const needed = ['object_type', 'object_id', 'call_recording'];
    found.reason =
      session.gap('Q1') ??
      session.catalogue.gap('talk_rooms', needed) ??
      (await session.each('Q1', 'breakout rooms', [], (row) => {
        const [count, recording] = [Whole.safeParse(row['n']), Whole.safeParse(row['recording'])];
        if (count.success && recording.success) {
          const parent = String(row['parent']);
          if (found.counts.has(parent))
            unread ??= reason('invalid_answer', 'a parent of breakout rooms comes twice');
          found.counts.set(parent, { count: count.data, recording: recording.data > 0 });
        } else unread ??= reason('invalid_answer', 'a count of breakout rooms is no number');
      }));
    found.reason ??= unread;
    if (found.counts.size >= mostListed) found.reason ??= reason('too_large', 'too many breakout rooms');
    const linked = session.gap('Q1') ?? session.catalogue.gap('talk_rooms', needed.slice(0, 2));
    const { rows, reason: failed } = await this.#grouped('Q4', 'shared files of breakout rooms', [], linked);
    found.filesReason = failed;
    for (const [token, list] of rows) found.files.set(token, list.reduce(addFiles, noFile));
    if (found.reason !== null || found.counts.size === 0) return found;
    found.peopleReason = session.catalogue.gap('talk_sessions');
    if (this.#context.live && found.peopleReason === null) {
      const people = await this.#grouped('Q2', 'participants of breakout rooms', []);
      found.peopleReason = people.reason;
      found.people = people.rows;
    }
    return found;
  }

  #breakoutReader(found: BreakoutRows, mask: number | undefined): (room: Room) => Held['breakouts'] {
    const sight = {
      ...this.session.sight('Q1', 'breakout rooms'),
      path: this.session.catalogue.name('talk_rooms'),
    };
    const none: Held['breakouts'] =
      found.reason !== null
        ? { ...sight, reason: found.reason, absent: false }
        : { ...sight, value: { count: 0, recording: false, people: null } };
    return ({ token }) => {
      const counts = found.counts.get(token);
      if (found.reason !== null || counts === undefined) return none;
      const peopleSight = this.session.sight('Q2', 'participants of breakout rooms');
      const why = this.#context.live
        ? (this.session.gap('Q2') ?? found.peopleReason)
        : reason('not_configured');
      const rows = found.people.get(token) ?? [];
      const people = countPeople({ rows, sight: peopleSight, calls: why }, mask);
      return { ...sight, value: { ...counts, people } };
    };
  }

  #recordingsOf(token: string): Held['recordings'] {
    const { recordings } = this.summary;
    if ('reason' in recordings) return recordings;
    const found = this.#recordings.get(token);
    if (found !== undefined) return { ...recordings, value: found };
    this.#noRecording ??= { ...recordings, value: null };
    return this.#noRecording;
  }

  close(): void {
    this.session.close();
  }
}

/** Null where the ids do not rise from row to row. */
function risingIds(rows: readonly SqlRow[], from: number): number[] | null {
  const ids: number[] = [];
  let last = from;
  for (const { id } of rows) {
    const own = wholeOf(id);
    if (own === undefined || own <= last) return null;
    last = own;
    ids.push(own);
  }
  return ids;
}

const peopleColumns = ['room_id', 'actor_type', 'participant_type', 'permissions'];
