export type Server = 'postgres' | 'mysql' | 'sqlite';

const time = { postgres: 'TIMESTAMP', mysql: 'DATETIME', sqlite: 'DATETIME' } as const;

/** Tables as the app's migrations make them, with the columns that are not to be read. */
export function talkTables(server: Server): string[] {
  const [at, text] = [time[server], server === 'mysql' ? 'LONGTEXT' : 'TEXT'];
  return [
    `CREATE TABLE oc_talk_rooms (id BIGINT PRIMARY KEY, token VARCHAR(32) NOT NULL, type INT NOT NULL, name VARCHAR(255),
      description ${text}, password VARCHAR(255), read_only SMALLINT, listable SMALLINT, lobby_state SMALLINT,
      lobby_timer ${at}, sip_enabled SMALLINT, default_permissions INT, message_expiration INT, call_recording INT,
      recording_consent INT, active_since ${at}, last_activity ${at}, object_type VARCHAR(64), object_id VARCHAR(64),
      remote_server VARCHAR(512), remote_token VARCHAR(32), breakout_room_mode INT, breakout_room_status INT)`,
    `CREATE TABLE oc_talk_attendees (id BIGINT PRIMARY KEY, room_id BIGINT, actor_type VARCHAR(32),
      actor_id VARCHAR(255), display_name VARCHAR(255), pin VARCHAR(32), access_token VARCHAR(64), participant_type INT,
      permissions INT, phone_number VARCHAR(32))`,
    `CREATE TABLE oc_talk_sessions (id BIGINT PRIMARY KEY, attendee_id BIGINT, session_id VARCHAR(255), in_call INT)`,
    `CREATE TABLE oc_comments (id BIGINT PRIMARY KEY, object_type VARCHAR(64), object_id VARCHAR(64), verb VARCHAR(64),
      actor_id VARCHAR(64), message ${text}, creation_timestamp ${at}, expire_date ${at})`,
    `CREATE TABLE oc_talk_attachments (id BIGINT PRIMARY KEY, room_id BIGINT, object_type VARCHAR(64), message_time BIGINT,
      actor_id VARCHAR(64))`,
    `CREATE TABLE oc_jobs (id BIGINT PRIMARY KEY, class VARCHAR(255), argument ${text}, last_run INT)`,
    `CREATE TABLE oc_filecache (fileid BIGINT PRIMARY KEY, path VARCHAR(4000), mtime BIGINT)`,
  ];
}
