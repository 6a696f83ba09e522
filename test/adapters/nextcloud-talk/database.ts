import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { grantScript } from '../../../adapters/nextcloud-talk/database/grants.ts';
import type { SimulatedRoom, SimulatedWorld } from '../../../adapters/nextcloud-talk/simulator.ts';
import { plantedMessages, plantedPersons } from '../../../adapters/nextcloud-talk/simulator.ts';
import { talkTables } from '../../../adapters/nextcloud-talk/simulator-tables.ts';
import { administer, freshDatabase } from '../../store/helper.ts';
import { commandMariadb, freshMariadb, type Mariadb, withMariadb } from '../../store/mariadb.ts';

type Value = string | number | null;
type Row = Record<string, Value>;

export interface TalkTables {
  /** Address of the auditor: views only, or everything where `owner` was asked for. */
  url: string;
  /** Runs a statement as the owner. */
  run(statement: string): Promise<void>;
  drop(): Promise<void>;
}

/** Values that must never come out. */
export const storedSecrets = [
  '$2y$10$roomhashcanary',
  'pin-canary-4711',
  'sessioncanary99',
  'access-canary-5',
];
const [hash = '', pin = '', session = '', access = ''] = storedSecrets;

/** What a scan of this world finds in the tables. */
export function rowsOf(world: SimulatedWorld): Record<string, Row[]> {
  const now = Math.floor(world.now() / 1000);
  const tables: Record<string, Row[]> = {
    oc_talk_rooms: [],
    oc_talk_attendees: [],
    oc_talk_sessions: [],
    oc_comments: [],
    oc_talk_attachments: [],
    oc_jobs: [],
    oc_filecache: [],
  };
  const add = (table: string, row: Row): number => {
    const list = tables[table] ?? [];
    list.push({ [table === 'oc_filecache' ? 'fileid' : 'id']: list.length + 1, ...row });
    return list.length;
  };
  for (const room of world.rooms) {
    const id = add('oc_talk_rooms', roomRow(room, now));
    const self = { actorType: 'users', displayName: 'P', participantType: 3 };
    const people = [...(room.role === undefined ? [] : [self]), ...(room.people ?? [])];
    for (const person of people) {
      const own = 'permissions' in person ? person.permissions : undefined;
      const attendee = add('oc_talk_attendees', {
        room_id: id,
        actor_type: person.actorType,
        actor_id: plantedPersons[3] ?? '',
        display_name: person.displayName,
        pin,
        access_token: access,
        participant_type: person.participantType ?? 3,
        permissions: own ?? 0,
        phone_number: plantedPersons[2] ?? '',
      });
      const sessions = 'sessions' in person ? (person.sessions ?? 0) : 0;
      const inCall = 'inCall' in person ? (person.inCall ?? 0) : 0;
      for (let count = 0; count < sessions; count++) {
        add('oc_talk_sessions', { attendee_id: attendee, session_id: session, in_call: inCall });
      }
    }
    for (const { age, expires, verb } of room.messages ?? []) {
      add('oc_comments', {
        object_type: 'chat',
        object_id: String(id),
        verb: verb ?? 'comment',
        actor_id: plantedPersons[3] ?? '',
        message: plantedMessages[0] ?? '',
        creation_timestamp: dateTime(now - age),
        expire_date: expires === undefined ? null : dateTime(expires),
      });
    }
    for (const { type, age } of room.files ?? []) {
      add('oc_talk_attachments', {
        room_id: id,
        object_type: type,
        message_time: now - age,
        actor_id: plantedPersons[3] ?? '',
      });
    }
    for (const age of room.recordings ?? []) {
      add('oc_filecache', {
        path: `files/Talk/Recording/${room.token}/Aufnahme ${age}.webm`,
        mtime: now - age,
      });
    }
  }
  add('oc_comments', {
    object_type: 'files',
    object_id: '1',
    verb: 'comment',
    actor_id: '',
    message: 'x',
    creation_timestamp: dateTime(1),
    expire_date: dateTime(2),
  });
  add('oc_filecache', { path: 'files/Privat/geheim.txt', mtime: 1 });
  for (const [name, age] of Object.entries(world.jobs)) {
    const space =
      name === 'MonthlyReport' ? 'OCA\\Survey_Client\\BackgroundJobs' : 'OCA\\Talk\\BackgroundJob';
    add('oc_jobs', { class: `${space}\\${name}`, argument: 'null', last_run: age === null ? 0 : now - age });
  }
  add('oc_jobs', { class: 'OCA\\TalkXtra\\Other', argument: 'null', last_run: 0 });
  return tables;
}

function roomRow(room: SimulatedRoom, now: number): Row {
  return {
    token: room.token,
    type: room.type,
    name: room.name,
    description: room.description ?? '',
    password: room.hasPassword === true ? hash : room.type === 3 ? '' : null,
    read_only: room.readOnly === true ? 1 : 0,
    listable: room.listable ?? null,
    lobby_state: room.lobby === true ? 1 : 0,
    lobby_timer: (room.lobbyTimer ?? 0) === 0 ? null : dateTime(room.lobbyTimer ?? 0),
    sip_enabled: room.sip ?? 0,
    default_permissions: room.permissions ?? 0,
    message_expiration: room.expiration ?? 0,
    call_recording: room.recording ?? 0,
    recording_consent: room.consent === true ? 1 : 0,
    active_since: room.callSince === undefined ? null : dateTime(room.callSince),
    last_activity: dateTime(room.lastActivity ?? now),
    object_type: room.objectType ?? null,
    object_id: room.objectId ?? '',
    remote_server: room.remote?.server ?? null,
    remote_token: room.remote?.token ?? null,
    breakout_room_mode: room.breakouts?.mode ?? 0,
    breakout_room_status: room.breakouts?.started === true ? 1 : 0,
  };
}

function dateTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

interface Insert {
  text: string;
  values: Value[];
}

/** In portions: a hundred thousand rooms are more than one statement takes. */
function inserts(world: SimulatedWorld, parameter: (place: number) => string): Insert[] {
  return Object.entries(rowsOf(world)).flatMap(([table, rows]) => {
    const names = Object.keys(rows[0] ?? {});
    const portions = Math.ceil(rows.length / 500);
    return Array.from({ length: portions }, (_, portion): Insert => {
      const part = rows.slice(portion * 500, (portion + 1) * 500);
      let place = 0;
      const tuples = part.map(() => `(${names.map(() => parameter(++place)).join(', ')})`);
      return {
        text: `INSERT INTO ${table} (${names.join(', ')}) VALUES ${tuples.join(', ')}`,
        values: part.flatMap((row) => names.map((name) => row[name] ?? null)),
      };
    });
  });
}

const password = 'db-canary-91 %&x';

export async function talkPostgres(world: SimulatedWorld, owner = false): Promise<TalkTables> {
  const { url, drop } = await freshDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const text of talkTables('postgres')) await client.query(text);
  for (const { text, values } of inserts(world, (place) => `$${place}`)) await client.query(text, values);
  const address = new URL(url);
  const role = `talk_${address.pathname.slice(1)}`;
  if (!owner) {
    // Roles belong to the whole server: each database gets one of its own name.
    const script = grantScript('postgres', 'oc_').map((line) =>
      line
        .replace('ROLE roomwarden', `ROLE ${role}`)
        .replace('TO roomwarden;', `TO ${role};`)
        .replace('CHOOSE-ONE', password),
    );
    for (const line of script) await client.query(line);
    address.username = role;
    address.password = encodeURIComponent(password);
  }
  await client.end();
  return {
    url: address.href,
    run: (statement) => administer(url, statement),
    async drop() {
      if (!owner) await administer(url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
      await drop();
    },
  };
}

let views = 0;

export async function talkMariadb(
  server: Mariadb,
  world: SimulatedWorld,
  owner = false,
): Promise<TalkTables> {
  const url = await freshMariadb(server);
  await commandMariadb(url, talkTables('mysql'));
  await withMariadb(url, async (connection) => {
    for (const { text, values } of inserts(world, () => '?')) await connection.query(text, values);
  });
  const tables = { run: (statement: string) => commandMariadb(url, [statement]) };
  if (owner) return { ...tables, url, drop: async () => {} };
  const name = `roomwarden${++views}`;
  const from = new URL(url).pathname.slice(1);
  const script = grantScript('mysql', 'oc_', from).map((line) =>
    line.replace(/\broomwarden\b/g, name).replace('CHOOSE-ONE', password),
  );
  await commandMariadb(url, script);
  const address = new URL(name, url);
  address.username = name;
  address.password = encodeURIComponent(password);
  return { ...tables, url: address.href, drop: async () => {} };
}

/** SQLite knows no rights; the view on recordings has no counterpart there and is a table. */
export function talkSqlite(world: SimulatedWorld): TalkTables & { file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-talk-'));
  const file = join(folder, 'owncloud.db');
  const database = new DatabaseSync(file);
  for (const text of talkTables('sqlite')) database.exec(text);
  database.exec('BEGIN');
  for (const { text, values } of inserts(world, () => '?')) database.prepare(text).run(...values);
  database.exec('COMMIT');
  database.exec('CREATE TABLE oc_roomwarden_recordings (token TEXT, files INT, oldest INT, newest INT)');
  const add = database.prepare('INSERT INTO oc_roomwarden_recordings VALUES (?, ?, ?, ?)');
  const now = Math.floor(world.now() / 1000);
  for (const { token, recordings = [] } of world.rooms) {
    if (recordings.length > 0)
      add.run(token, recordings.length, now - Math.max(...recordings), now - Math.min(...recordings));
  }
  database.close();
  return {
    url: `sqlite:${file}`,
    file,
    async run(statement) {
      const open = new DatabaseSync(file);
      open.exec(statement);
      open.close();
    },
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @param mariadb running, where the tables are to be there */
export async function talkStored(
  server: string,
  world: SimulatedWorld,
  { mariadb, owner = false }: { mariadb: Mariadb | undefined; owner?: boolean },
): Promise<TalkTables> {
  if (server === 'sqlite') return talkSqlite(world);
  if (server === 'postgres') return talkPostgres(world, owner);
  return talkMariadb(mariadb as Mariadb, world, owner);
}
