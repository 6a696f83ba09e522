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

/** A room as it is stored, which is not always what holds. Null where the row cannot be told from others. */
export function storedRoom(row: SqlRow, sight: Sight, catalogue: Catalogue): Room | null {
  const table = catalogue.name('talk_rooms');
  const at = <T>(column: string, schema: z.ZodType<T>): Seen<T> => {
    if (catalogue.has('talk_rooms', column)) return field({ ...sight, data: row }, table, column, schema);
    const why = catalogue.gap('talk_rooms', [column]) ?? reason('incomplete');
    return { ...sight, path: `${table}.${column}`, reason: why, absent: true };
  };
  const never = <T>(path: string, why: Reason): Seen<T> => ({ ...sight, path, reason: why, absent: true });
  const token = at('token', Token);
  if (!has(token)) return null;
  const remote = at('remote_server', Text);
  return {
    token: token.value,
    view: 'stored',
    type: at('type', Whole),
    objectType: at('object_type', Text),
    objectId: at('object_id', Text),
    remoteServer: remote,
    // Its value would open the room on the other server; it comes with the server's name and is not asked for.
    remoteToken: has(remote) ? { ...remote, value: remote.value === '' ? '' : 'set' } : remote,
    name: at('name', Text),
    description: at('description', Text),
    participantType: never(
      `${table}: role`,
      reason('not_observable', 'a room of the database has no reader'),
    ),
    hasPassword: at('has_password', Flag),
    lobbyState: at('lobby_state', upTo.one),
    lobbyTimer: at('lobby_timer', InstantOrZero),
    listable: at('listable', twoOrUnset),
    readOnly: at('read_only', upTo.one),
    sipEnabled: at('sip_enabled', upTo.two),
    recordingConsent: at('recording_consent', upTo.one),
    callRecording: at('call_recording', upTo.five),
    callStartTime: at('active_since', InstantOrZero),
    messageExpiration: at('message_expiration', Natural),
    defaultPermissions: at('default_permissions', Natural),
    lastActivity: at('last_activity', InstantOrZero),
    breakoutRoomMode: at('breakout_room_mode', upTo.three),
    breakoutRoomStatus: at('breakout_room_status', upTo.one),
    attributes: never(
      `${table}: attributes`,
      notPermitted('member of the room', 'attributes are read over the API only'),
    ),
  };
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
