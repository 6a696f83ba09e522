import type { SqlStatement } from '../../contract/sql.ts';
import type { Catalogue } from './catalogue.ts';
import { type Dialect, like } from './dialect.ts';
import { columns, type Table } from './tables.ts';

export const roomsPerBatch = 500;
/** Conversations with recordings, hosts, breakout rooms: more than this is not kept in memory. */
export const mostListed = 20_000;

/** Questions about the rooms of one batch: those between two ids, or a few that are named. */
export type BatchStatement = 'participants' | 'participants in calls' | 'messages' | 'shared files';
export type StatementName =
  | 'rooms'
  | 'rooms of a slice'
  | 'rooms by token'
  | 'cuts'
  | BatchStatement
  | `${BatchStatement} by room`
  | 'room count'
  | 'expiring rooms'
  | 'foreign hosts'
  | 'breakout rooms'
  | 'participants of breakout rooms'
  | 'moderating guests'
  | 'overdue messages'
  | 'shared files of breakout rooms'
  | 'jobs'
  | 'recordings';

/** Every question that is put to the database. Columns that cannot be read are left out, and told of elsewhere. */
export function statementsOf(dialect: Dialect, catalogue: Catalogue): Record<StatementName, SqlStatement> {
  const { table, reads } = namesOf(dialect, catalogue);
  const { time } = dialect;
  const rooms = table('talk_rooms');
  const attendees = table('talk_attendees');
  const comments = table('comments');
  const between = batchStatements(dialect, catalogue, (column) => `${column} > $1 AND ${column} <= $2`, '$3');
  const byRoom = batchStatements(dialect, catalogue, oneOfMany, `$${roomsPerBatch + 1}`);
  const breakout = "r.object_type = 'room'";
  const page = (where: string): SqlStatement => ({
    text: `SELECT ${roomColumns(dialect, catalogue)} FROM ${rooms} r WHERE ${where} ORDER BY r.id LIMIT ${roomsPerBatch}`,
    ...reads('talk_rooms'),
  });
  return {
    rooms: page('r.id > $1'),
    'rooms of a slice': page('r.id > $1 AND r.id <= $2'),
    'rooms by token': page(oneOfMany('r.token')),
    cuts: {
      text: `SELECT k.id FROM (SELECT r.id, ROW_NUMBER() OVER (ORDER BY r.id) AS place FROM ${rooms} r) k
        WHERE k.place > 1 AND (k.place - 1) % $1 = 0 ORDER BY k.id LIMIT 10000`,
      ...reads('talk_rooms'),
    },
    ...between,
    'participants by room': byRoom.participants,
    'participants in calls by room': byRoom['participants in calls'],
    'messages by room': byRoom.messages,
    'shared files by room': byRoom['shared files'],
    'room count': { text: `SELECT COUNT(*) AS n FROM ${rooms} r`, ...reads('talk_rooms') },
    'expiring rooms': {
      text: `SELECT COUNT(*) AS n FROM ${rooms} r WHERE r.message_expiration > 0`,
      ...reads('talk_rooms'),
    },
    'foreign hosts': {
      text: `SELECT DISTINCT SUBSTR(r.remote_server, 1, 512) AS remote_server FROM ${rooms} r
        WHERE r.remote_server <> '' LIMIT ${mostListed}`,
      ...reads('talk_rooms'),
    },
    'breakout rooms': {
      text: `SELECT r.object_id AS parent, COUNT(*) AS n,
        SUM(CASE WHEN r.call_recording IN (1, 2, 3, 4) THEN 1 ELSE 0 END) AS recording
        FROM ${rooms} r WHERE ${breakout} GROUP BY r.object_id LIMIT ${mostListed}`,
      ...reads('talk_rooms'),
    },
    'participants of breakout rooms': {
      text: present(
        'r.object_id',
        `${rooms} r JOIN ${attendees} a ON a.room_id = r.id`,
        breakout,
        table('talk_sessions'),
      ),
      ...reads('talk_rooms', 'talk_attendees', 'talk_sessions'),
    },
    'moderating guests': {
      text: `SELECT COUNT(*) AS n FROM ${attendees} a WHERE a.participant_type = 6`,
      ...reads('talk_attendees'),
    },
    'overdue messages': {
      text: `SELECT COUNT(*) AS n FROM ${comments} c WHERE ${written} AND c.expire_date < ${time('$1')}`,
      ...reads('comments'),
    },
    'shared files of breakout rooms': {
      text: `SELECT r.object_id AS place, f.object_type, COUNT(*) AS n, MIN(f.message_time) AS oldest
        FROM ${rooms} r JOIN ${table('talk_attachments')} f ON f.room_id = r.id
        WHERE ${breakout} GROUP BY r.object_id, f.object_type LIMIT ${mostListed}`,
      ...reads('talk_rooms', 'talk_attachments'),
    },
    jobs: {
      text: `SELECT j.class, j.last_run FROM ${table('jobs')} j WHERE j.class ${like('$1')} OR j.class ${like('$2')}`,
      ...reads('jobs'),
    },
    recordings: {
      text: `SELECT v.token, v.files, v.oldest, v.newest FROM ${table('roomwarden_recordings')} v LIMIT ${mostListed}`,
      ...reads('roomwarden_recordings'),
    },
  };
}

const written = "c.object_type = 'chat' AND c.verb IN ('comment', 'object_shared')";

/** As many as a batch has: a shorter list is filled up with its last element. */
const oneOfMany = (column: string): string =>
  `${column} IN (${Array.from({ length: roomsPerBatch }, (_, place) => `$${place + 1}`).join(', ')})`;

/** `moment`: the parameter behind those of `batch`. */
function batchStatements(
  dialect: Dialect,
  catalogue: Catalogue,
  batch: (column: string) => string,
  moment: string,
): Record<BatchStatement, SqlStatement> {
  const { table, reads } = namesOf(dialect, catalogue);
  const { seconds, time, text } = dialect;
  const attendees = table('talk_attendees');
  return {
    participants: {
      text: `SELECT a.room_id AS place, a.actor_type, a.participant_type, a.permissions, 0 AS in_call, 0 AS present,
        COUNT(*) AS n FROM ${attendees} a WHERE ${batch('a.room_id')}
        GROUP BY a.room_id, a.actor_type, a.participant_type, a.permissions`,
      ...reads('talk_attendees'),
    },
    'participants in calls': {
      text: present('a.room_id', `${attendees} a`, batch('a.room_id'), table('talk_sessions')),
      ...reads('talk_attendees', 'talk_sessions'),
    },
    messages: {
      text: `SELECT r.id AS place, ${seconds('MIN(c.creation_timestamp)')} AS oldest,
        SUM(CASE WHEN c.expire_date < ${time(moment)} THEN 1 ELSE 0 END) AS overdue
        FROM ${table('talk_rooms')} r JOIN ${table('comments')} c ON c.object_id = ${text('r.id')}
        WHERE ${batch('r.id')} AND ${written} GROUP BY r.id`,
      ...reads('talk_rooms', 'comments'),
    },
    'shared files': {
      text: `SELECT f.room_id AS place, f.object_type, COUNT(*) AS n, MIN(f.message_time) AS oldest
        FROM ${table('talk_attachments')} f WHERE ${batch('f.room_id')} GROUP BY f.room_id, f.object_type`,
      ...reads('talk_attachments'),
    },
  };
}

function namesOf({ identifier }: Dialect, catalogue: Catalogue) {
  return {
    table: (name: Table): string => identifier(catalogue.name(name)),
    reads: (...names: Table[]): Pick<SqlStatement, 'reads'> => ({
      reads: Object.fromEntries(names.map((name) => [catalogue.name(name), columns[name]])),
    }),
  };
}

const times: readonly string[] = ['lobby_timer', 'active_since', 'last_activity'];

function roomColumns({ seconds }: Dialect, catalogue: Catalogue): string {
  const expression = (column: string): string => {
    const own = `r.${column}`;
    if (times.includes(column)) return `${seconds(own)} AS ${column}`;
    if (column === 'name') return `SUBSTR(${own}, 1, 512) AS ${column}`;
    if (column === 'description') return `SUBSTR(${own}, 1, 4000) AS ${column}`;
    if (column === 'has_password' && catalogue.computesPassword()) {
      return "CASE WHEN r.password IS NULL OR r.password = '' THEN 0 ELSE 1 END AS has_password";
    }
    return own;
  };
  return columns.talk_rooms
    .filter((column) => catalogue.has('talk_rooms', column))
    .map(expression)
    .join(', ');
}

/** Attendees with what their sessions do, as numbers: one attendee may have several sessions. */
function present(place: string, from: string, where: string, sessions: string): string {
  const kept = 'place, actor_type, participant_type, permissions';
  return `SELECT ${kept}, in_call, present, COUNT(*) AS n FROM (
      SELECT a.id, ${place} AS place, a.actor_type, a.participant_type, a.permissions,
        COALESCE(MAX(s.in_call), 0) AS in_call, CASE WHEN COUNT(s.attendee_id) > 0 THEN 1 ELSE 0 END AS present
      FROM ${from} LEFT JOIN ${sessions} s ON s.attendee_id = a.id WHERE ${where}
      GROUP BY a.id, ${place}, a.actor_type, a.participant_type, a.permissions) p
    GROUP BY ${kept}, in_call, present`;
}
