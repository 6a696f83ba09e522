import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { greenlightRows, greenlightTables } from '../adapters/bigbluebutton/simulator-database.ts';
import { talkTables } from '../adapters/nextcloud-talk/simulator-tables.ts';

const days = (place: string, most: number): string => `${place} % ${most}`;

/** Greenlight with as many rooms: eight options each, one in ten shared, one in three with files, in fifty a recording. */
export async function fillGreenlight(url: string, rooms: number): Promise<void> {
  await withPostgres(url, async (run) => {
    await run(greenlightTables);
    // Foreign keys are not looked up for each of a million rows.
    await run('SET session_replication_role = replica');
    const first = {
      meetingId: 'first-room-of-greenlight',
      friendlyId: 'aaa-bbb-ccc-ddd',
      name: 'Erster Raum',
    };
    for (const { text, values } of greenlightRows({ rooms: [{ ...first, sharedWith: ['user'] }] }))
      await run(text, values);
    const place = `generate_series(1, ${rooms - 1}) AS place`;
    await run(`INSERT INTO users (name, email, provider, role_id)
      SELECT 'Person ' || place, 'person' || place || '@example.org', 'greenlight',
        CASE WHEN place % 2 = 0 THEN (SELECT min(id::text) FROM roles)::uuid ELSE (SELECT max(id::text) FROM roles)::uuid END
      FROM ${place}`);
    await run(`INSERT INTO rooms (user_id, name, friendly_id, meeting_id)
      SELECT id, 'Raum ' || email, left(md5(email), 12), md5(email) || left(md5(email || 'x'), 8) FROM users
      WHERE name LIKE 'Person %'`);
    await run('ANALYZE');
    await run(`INSERT INTO room_meeting_options (room_id, meeting_option_id, value)
      SELECT r.id, mo.id, CASE WHEN mo.name LIKE '%AccessCode' THEN
          CASE WHEN r.friendly_id < '8' THEN left(md5(r.friendly_id), 6) ELSE '' END
        WHEN mo.name = 'guestPolicy' THEN CASE WHEN r.friendly_id < '4' THEN 'ASK_MODERATOR' ELSE 'ALWAYS_ACCEPT' END
        ELSE CASE WHEN md5(r.friendly_id || mo.name) < '6' THEN 'true' ELSE 'false' END END
      FROM rooms r, meeting_options mo WHERE r.meeting_id <> 'first-room-of-greenlight'`);
    await run(`INSERT INTO shared_accesses (user_id, room_id)
      SELECT (SELECT id FROM users LIMIT 1), id FROM rooms WHERE friendly_id < '1a'`);
    await run(`INSERT INTO active_storage_attachments (name, record_type, record_id)
      SELECT 'presentation', 'Room', id FROM rooms WHERE friendly_id < '5'`);
    await run(`INSERT INTO recordings (room_id, record_id, visibility)
      SELECT id, 'rec-' || friendly_id, 'Published' FROM rooms WHERE friendly_id < '05'`);
    await run('ANALYZE');
  });
}

/** Talk with as many conversations: two people and a message in each, files in one of ten, a recording in one of fifty. */
function talkRows(
  rooms: number,
  place: string,
  at: (daysAgo: string) => string,
  recordings: boolean,
): string[] {
  const past = at(days('place', 90));
  return [
    `INSERT INTO oc_talk_rooms (id, token, type, name, description, password, read_only, listable, lobby_state, sip_enabled,
        default_permissions, message_expiration, call_recording, recording_consent, last_activity, object_id,
        breakout_room_mode, breakout_room_status)
      SELECT place, CAST(5100000000 + place AS VARCHAR(32)), 2 + place % 2, 'Runde ' || place, '',
        CASE WHEN place % 8 = 0 THEN 'hash' END, 0, place % 3, place % 2, place % 3, 0, (place % 4) * 86400, 0, place % 2,
        ${past}, '', 0, 0 FROM ${place}`,
    ...[1, 2].map(
      (
        person,
      ) => `INSERT INTO oc_talk_attendees (id, room_id, actor_type, actor_id, display_name, participant_type, permissions)
        SELECT place * 2 + ${person - 1}, place, 'users', 'person' || place, 'Person', ${person * 2 - 1}, 0 FROM ${place}`,
    ),
    `INSERT INTO oc_comments (id, object_type, object_id, verb, actor_id, message, creation_timestamp)
      SELECT place, 'chat', CAST(place AS VARCHAR(64)), 'comment', 'person', 'Text', ${past} FROM ${place}`,
    `INSERT INTO oc_talk_attachments (id, room_id, object_type, message_time, actor_id)
      SELECT place, place * 10, 'file', 1767225600, 'person' FROM ${place} WHERE place * 10 <= ${rooms}`,
    ...(recordings
      ? [
          `INSERT INTO oc_roomwarden_recordings (token, files, oldest, newest)
            SELECT CAST(5100000000 + place * 50 AS VARCHAR(32)), 1, 1767225600, 1767225600
            FROM ${place} WHERE place * 50 <= ${rooms}`,
        ]
      : []),
    'CREATE INDEX oc_a ON oc_talk_attendees (room_id)',
    'CREATE INDEX oc_c ON oc_comments (object_type, object_id)',
    'CREATE INDEX oc_f ON oc_talk_attachments (room_id)',
  ];
}

const recordingsTable =
  'CREATE TABLE oc_roomwarden_recordings (token VARCHAR(32), files INT, oldest BIGINT, newest BIGINT)';

export async function fillTalkPostgres(url: string, rooms: number): Promise<void> {
  await withPostgres(url, async (run) => {
    for (const text of [...talkTables('postgres'), recordingsTable]) await run(text);
    const place = `generate_series(1, ${rooms}) AS place`;
    const at = (ago: string): string => `TIMESTAMP '2026-10-01' - (${ago}) * INTERVAL '1 day'`;
    for (const text of talkRows(rooms, place, at, true)) await run(text);
    await run('ANALYZE');
  });
}

export function fillTalkSqlite(file: string, rooms: number): void {
  const database = new DatabaseSync(file);
  for (const text of [...talkTables('sqlite'), recordingsTable]) database.exec(text);
  database.exec('CREATE TABLE places (place INTEGER PRIMARY KEY)');
  database.exec(`WITH RECURSIVE p(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM p WHERE place < ${rooms})
    INSERT INTO places SELECT place FROM p`);
  const at = (ago: string): string => `datetime('2026-10-01', '-' || (${ago}) || ' days')`;
  for (const text of talkRows(rooms, 'places', at, true)) database.exec(text);
  database.exec('DROP TABLE places; ANALYZE');
  database.close();
}

export async function freshDatabase(base: string, name: string): Promise<string> {
  await withPostgres(base, (run) => run(`CREATE DATABASE ${name}`));
  const url = new URL(base);
  url.pathname = `/${name}`;
  return url.href;
}

async function withPostgres(
  url: string,
  work: (run: (text: string, values?: unknown[]) => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work((text, values = []) => client.query(text, values));
  } finally {
    await client.end();
  }
}
