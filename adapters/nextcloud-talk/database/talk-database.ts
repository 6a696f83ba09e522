import type { AdapterContext, Target } from '../../contract/adapter.ts';
import { type Ms, type Reason, reason, type SourceId } from '../../contract/fact.ts';
import { readAhead } from '../../contract/read-ahead.ts';
import type { Sight } from '../../contract/seen.ts';
import type { SliceEnd } from '../../contract/slices.ts';
import type { KeyRange } from '../../contract/subject.ts';
import type { SecretRef } from '../../contract/target.ts';
import type { Participation } from '../participants.ts';
import type { Room } from '../schema.ts';
import type { TalkSettings } from '../settings.ts';
import { type BatchAnswers, BatchReader, type Grouped } from './batch.ts';
import { type Batch, batchesIn, batchesOf, rangesOf } from './batches.ts';
import {
  type BreakoutGaps,
  type BreakoutRows,
  breakoutReader,
  noBreakouts,
  parentsOf,
  readBreakouts,
} from './breakouts.ts';
import { askGroups } from './groups.ts';
import { type DatabaseSource, type SessionState, TalkSession } from './session.ts';
import type { BatchStatement } from './statements.ts';
import { StoredRooms } from './stored-room.ts';
import { type RecordingsByToken, readSummary, sqlTime } from './summary.ts';
import { type DatabaseSummary, type Held, noSummary } from './types.ts';
import { Whole } from './values.ts';

const hour = 3_600_000;

export interface StoredRoom {
  room: Room;
  held: Held;
  people: Participation | (Sight & { reason: Reason });
}

/** What a slice has to know of the database, to say what the whole would have said. */
export interface DatabaseBasis {
  session: SessionState;
  now: Ms;
  recordings: DatabaseSummary['recordings'];
  byToken: RecordingsByToken;
  breakouts: BreakoutGaps;
  /** Ids of rows that are told elsewhere. */
  elsewhere: ReadonlySet<number>;
}

/** Nextcloud's database: rooms as they are stored, a batch at a time. */
export class TalkDatabase {
  readonly session: TalkSession;
  readonly summary: DatabaseSummary;
  readonly #recordings: RecordingsByToken;
  #noRecording: Held['recordings'] | null = null;
  #breakouts: Promise<BreakoutRows> | null = null;
  #elsewhere: ReadonlySet<number> = new Set();
  readonly #picked = new Set<number>();
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

  /** For one slice of the rooms; nothing is asked that holds for all of them. */
  static async resume(
    target: Target<TalkSettings>,
    context: AdapterContext,
    address: SecretRef,
    { session: state, now, recordings, byToken, breakouts, elsewhere }: DatabaseBasis,
  ): Promise<TalkDatabase> {
    const session = await TalkSession.resume(target, context, address, state);
    const database = new TalkDatabase(session, { ...noSummary(now), recordings }, byToken, context, now);
    database.#breakouts = Promise.resolve(noBreakouts(breakouts));
    database.#elsewhere = elsewhere;
    return database;
  }

  /** Every room there is, or of a range of ids, in their order; `mask` are the server's default permissions. */
  async *rooms(mask: number | undefined, range: KeyRange | null = null): AsyncGenerator<StoredRoom> {
    const all = this.#pages(batchesIn(this.session, range), await this.#breakoutRows(), mask);
    for await (const rooms of readAhead(all)) yield* rooms;
  }

  /** Rooms by their tokens, as far as they are there; slices leave them out. */
  async *picked(tokens: readonly string[], mask: number | undefined): AsyncGenerator<StoredRoom> {
    const some = this.#pages(batchesOf(this.session, tokens), await this.#breakoutRows(), mask);
    for await (const rooms of readAhead(some)) yield* rooms;
  }

  /** Tokens of rooms whose facts rest on other rooms, or did. */
  async parents(): Promise<Set<string>> {
    return parentsOf(await this.#breakoutRows());
  }

  split(size: number): Promise<KeyRange[] | null> {
    return rangesOf(this.session, size);
  }

  async basis(): Promise<DatabaseBasis> {
    const { reason: why, filesReason } = await this.#breakoutRows();
    return {
      session: this.session.state,
      now: this.#now,
      recordings: this.summary.recordings,
      byToken: this.#recordings,
      breakouts: { reason: why, filesReason },
      elsewhere: this.#picked,
    };
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

  async *#pages(
    batches: AsyncGenerator<Batch, Reason | null>,
    breakouts: BreakoutRows,
    mask: number | undefined,
  ): AsyncGenerator<StoredRoom[]> {
    for (;;) {
      const next = await batches.next();
      if (next.done === true) {
        this.ended = next.value;
        return;
      }
      if (next.value.by === ' by room') for (const id of next.value.ids) this.#picked.add(id);
      yield await this.#readBatch(next.value, breakouts, mask);
    }
  }

  async #readBatch(batch: Batch, breakouts: BreakoutRows, mask: number | undefined): Promise<StoredRoom[]> {
    const { session } = this;
    const { live } = this.#context;
    const read: StoredRoom[] = [];
    const people = await this.#people(batch);
    const chat = await this.#besides(batch, 'Q3', 'messages', sqlTime(this.#now - hour));
    const files = await this.#besides(batch, 'Q4', 'shared files');
    const breakoutFiles = { files: breakouts.files, reason: breakouts.filesReason };
    const besides = new BatchReader({ people, chat, files, breakoutFiles, mask });
    const breakoutsOf = breakoutReader(session, breakouts, { live, mask });
    const reader = new StoredRooms(session.sight('Q1', 'rooms'), session.catalogue);
    const tokens = new Set<string>();
    for (const [place, row] of batch.rows.entries()) {
      const id = batch.ids[place] as number;
      if (this.#elsewhere.has(id)) continue;
      const room = reader.read(row);
      if (room === null || tokens.has(room.token)) {
        this.unreadable += 1;
        continue;
      }
      tokens.add(room.token);
      this.count += 1;
      const recordings = this.#recordingsOf(room.token);
      const held: Held = { ...besides.held(`${id}`, room), recordings, breakouts: breakoutsOf(room) };
      read.push({ room, held, people: besides.people(`${id}`, room) });
    }
    return read;
  }

  /** Sessions show who is in right now: read for live policies alone. */
  async #people(batch: Batch): Promise<BatchAnswers['people']> {
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
    return { ...(await this.#besides(batch, 'Q2', name)), calls };
  }

  #besides(
    { by, parameters }: Batch,
    source: DatabaseSource,
    name: BatchStatement,
    ...more: unknown[]
  ): Promise<Grouped> {
    const put = `${name}${by}` as const;
    return askGroups(this.session, { source, name, put, parameters: [...parameters, ...more] });
  }

  /** Asked once, and before any room. */
  #breakoutRows(): Promise<BreakoutRows> {
    this.#breakouts ??= readBreakouts(this.session, this.#context.live);
    return this.#breakouts;
  }

  #recordingsOf(token: string): Held['recordings'] {
    const { recordings } = this.summary;
    if ('reason' in recordings) return recordings;
    const found = this.#recordings.get(token);
    if (found !== undefined) return { ...recordings, value: found };
    this.#noRecording ??= { ...recordings, value: null };
    return this.#noRecording;
  }

  /** @param counts rows that came, and those that cannot be told from others */
  add(counts: { rooms?: number | undefined; unreadable?: number | undefined }, gaps: SliceEnd['gaps']): void {
    this.count += counts.rooms ?? 0;
    this.unreadable += counts.unreadable ?? 0;
    this.session.take(gaps);
  }

  /** Some rooms did not come. */
  miss(why: Reason): void {
    this.ended ??= why;
  }

  /** Sources that gave less than everything, besides those of which the slice knew. */
  gapsSince({ session: { failed } }: DatabaseBasis): SliceEnd['gaps'] {
    const gaps = new Map<SourceId, Reason>(this.session.failed);
    if (this.ended !== null && !gaps.has('Q1')) gaps.set('Q1', this.ended);
    for (const source of failed.keys()) gaps.delete(source);
    return Object.fromEntries(gaps);
  }

  close(): void {
    this.session.close();
  }
}

const peopleColumns = ['room_id', 'actor_type', 'participant_type', 'permissions'];
