import type { z } from 'zod';
import { notPermitted, type Reason, reason } from '../../contract/fact.ts';
import { field, has, type Seen, type Sight } from '../../contract/seen.ts';
import type { SqlRow } from '../../contract/sql.ts';
import { type Room, Token } from '../schema.ts';
import type { Catalogue } from './catalogue.ts';
import { Flag, InstantOrZero, Natural, oneOf, Text, Whole } from './values.ts';

/** Made once: a schema costs more to make than to ask. */
const upTo = {
  one: oneOf([0, 1]),
  two: oneOf([0, 1, 2]),
  three: oneOf([0, 1, 2, 3]),
  five: oneOf([0, 1, 2, 3, 4, 5]),
};
const twoOrUnset = upTo.two.nullable().transform((way) => way ?? 0);

/** Different values of one column that are remembered. */
const mostValues = 64;

/** Columns of the table of rooms, as one question showed them: what rooms say alike is read once. */
export class StoredRooms {
  readonly #sight: Sight;
  readonly #catalogue: Catalogue;
  readonly #table: string;
  readonly #columns = new Map<string, Map<unknown, Seen<unknown>>>();
  readonly #gaps = new Map<string, Seen<never>>();
  readonly #never: Pick<Room, 'participantType' | 'attributes'>;

  constructor(sight: Sight, catalogue: Catalogue) {
    this.#sight = sight;
    this.#catalogue = catalogue;
    const table = catalogue.name('talk_rooms');
    this.#table = table;
    const never = <T>(path: string, why: Reason): Seen<T> => ({ ...sight, path, reason: why, absent: true });
    this.#never = {
      participantType: never(
        `${table}: role`,
        reason('not_observable', 'a room of the database has no reader'),
      ),
      attributes: never(
        `${table}: attributes`,
        notPermitted('member of the room', 'attributes are read over the API only'),
      ),
    };
  }

  /** A room as it is stored, which is not always what holds. Null where the row cannot be told from others. */
  read(row: SqlRow): Room | null {
    const token = this.#own(row, 'token', Token);
    if (!has(token)) return null;
    const remote = this.#at(row, 'remote_server', Text);
    return {
      token: token.value,
      view: 'stored',
      type: this.#at(row, 'type', Whole),
      objectType: this.#at(row, 'object_type', Text),
      objectId: this.#at(row, 'object_id', Text),
      remoteServer: remote,
      // Its value would open the room on the other server; it comes with the server's name and is not asked for.
      remoteToken: has(remote) && remote.value !== '' ? { ...remote, value: 'set' } : remote,
      name: this.#own(row, 'name', Text),
      description: this.#at(row, 'description', Text),
      participantType: this.#never.participantType,
      hasPassword: this.#at(row, 'has_password', Flag),
      lobbyState: this.#at(row, 'lobby_state', upTo.one),
      lobbyTimer: this.#at(row, 'lobby_timer', InstantOrZero),
      listable: this.#at(row, 'listable', twoOrUnset),
      readOnly: this.#at(row, 'read_only', upTo.one),
      sipEnabled: this.#at(row, 'sip_enabled', upTo.two),
      recordingConsent: this.#at(row, 'recording_consent', upTo.one),
      callRecording: this.#at(row, 'call_recording', upTo.five),
      callStartTime: this.#at(row, 'active_since', InstantOrZero),
      messageExpiration: this.#at(row, 'message_expiration', Natural),
      defaultPermissions: this.#at(row, 'default_permissions', Natural),
      lastActivity: this.#own(row, 'last_activity', InstantOrZero),
      breakoutRoomMode: this.#at(row, 'breakout_room_mode', upTo.three),
      breakoutRoomStatus: this.#at(row, 'breakout_room_status', upTo.one),
      attributes: this.#never.attributes,
    };
  }

  /** Of a column that says something else in each room. */
  #own<T>(row: SqlRow, column: string, schema: z.ZodType<T>): Seen<T> {
    if (!this.#catalogue.has('talk_rooms', column)) return this.#gap(column);
    return field({ ...this.#sight, data: row }, this.#table, column, schema);
  }

  #at<T>(row: SqlRow, column: string, schema: z.ZodType<T>): Seen<T> {
    const value = row[column];
    // A column that is left out of a row, and what is not plain, is told apart from others by the reader.
    if (value === undefined || (typeof value === 'object' && value !== null))
      return this.#own(row, column, schema);
    let values = this.#columns.get(column);
    if (values === undefined) {
      values = new Map();
      this.#columns.set(column, values);
    }
    const known = values.get(value);
    if (known !== undefined) return known as Seen<T>;
    const seen = this.#own(row, column, schema);
    if (values.size >= mostValues) values.clear();
    values.set(value, seen);
    return seen;
  }

  #gap(column: string): Seen<never> {
    const known = this.#gaps.get(column);
    if (known !== undefined) return known;
    const why = this.#catalogue.gap('talk_rooms', [column]) ?? reason('incomplete');
    const seen = { ...this.#sight, path: `${this.#table}.${column}`, reason: why, absent: true };
    this.#gaps.set(column, seen);
    return seen;
  }
}

/** What the API shows is in force; where it shows nothing, what is stored stands in, under its own name. */
export function withStored(shown: Room, stored: Room): Room {
  const merged: Record<string, unknown> = { ...shown };
  for (const [key, own] of Object.entries(stored) as [keyof Room, Room[keyof Room]][]) {
    const first = shown[key];
    if (typeof own === 'string' || typeof first === 'string') continue;
    if (!has(first) && has(own)) merged[key] = own;
  }
  return merged as unknown as Room;
}
