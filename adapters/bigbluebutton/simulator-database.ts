import { shippedOptions } from './simulator-world.ts';

/** A room as Greenlight stores it; an option that is null has no row. */
export interface SimulatedStoredRoom {
  meetingId: string;
  friendlyId: string;
  name: string;
  provider?: string;
  /** Default: a role without the right to record. */
  role?: 'recorder' | 'user' | null;
  /** Roles of those who share the room. */
  sharedWith?: readonly ('recorder' | 'user')[];
  /** Over the values that Greenlight gives a new room. */
  options?: Readonly<Record<string, string | null>>;
  presentations?: number;
  recordings?: readonly { id: string; visibility?: string }[];
}

export interface SimulatedDatabase {
  /** Site values over those that Greenlight ships with; null = no row. */
  site?: Readonly<Record<string, string | null>>;
  rooms: readonly SimulatedStoredRoom[];
  /** Where files are kept. */
  storage?: readonly string[];
  /** Texts that must never come out: names, addresses, digests, secrets of the people in the tables. */
  canary?: string;
}

/** Tables as Greenlight 3 makes them, as far as somebody might look into them. */
export const greenlightTables = `
CREATE TABLE roles (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar, provider varchar);
CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar NOT NULL, email varchar NOT NULL,
  password_digest varchar, external_id varchar, provider varchar NOT NULL, role_id uuid REFERENCES roles,
  status integer DEFAULT 0, session_token varchar);
CREATE TABLE permissions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar NOT NULL UNIQUE);
CREATE TABLE role_permissions (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), role_id uuid REFERENCES roles,
  permission_id uuid REFERENCES permissions, value varchar NOT NULL);
CREATE TABLE rooms (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid REFERENCES users, name varchar,
  friendly_id varchar UNIQUE, meeting_id varchar UNIQUE, last_session timestamp, online boolean DEFAULT false,
  recordings_processing integer DEFAULT 0, created_at timestamp DEFAULT now());
CREATE TABLE shared_accesses (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid REFERENCES users,
  room_id uuid REFERENCES rooms);
CREATE TABLE meeting_options (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar UNIQUE, default_value varchar);
CREATE TABLE room_meeting_options (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), room_id uuid REFERENCES rooms,
  meeting_option_id uuid REFERENCES meeting_options, value varchar);
CREATE INDEX ON room_meeting_options (room_id);
CREATE TABLE rooms_configurations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  meeting_option_id uuid REFERENCES meeting_options, provider varchar NOT NULL, value varchar NOT NULL);
CREATE TABLE recordings (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), room_id uuid REFERENCES rooms, name varchar,
  record_id varchar, visibility varchar, length integer, participants integer, protectable boolean, recorded_at timestamp);
CREATE INDEX ON recordings (room_id);
CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar, client_secret varchar);
CREATE TABLE active_storage_blobs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), key varchar, filename varchar,
  service_name varchar NOT NULL);
CREATE TABLE active_storage_attachments (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name varchar, record_type varchar,
  record_id uuid, blob_id uuid, created_at timestamp DEFAULT now());
CREATE INDEX ON active_storage_attachments (record_type, record_id);`;

/** Options that a room of a fresh Greenlight has. */
export const shippedRoom: Readonly<Record<string, string>> = {
  record: 'true',
  muteOnStart: 'true',
  guestPolicy: 'ALWAYS_ACCEPT',
  glAnyoneCanStart: 'false',
  glAnyoneJoinAsModerator: 'false',
  glRequireAuthentication: 'false',
  glViewerAccessCode: '',
  glModeratorAccessCode: '',
};

/** Statements that fill the tables; every text stands in one JSON parameter. */
export function greenlightRows(world: SimulatedDatabase): { text: string; values: unknown[] }[] {
  const canary = world.canary ?? 'canary';
  const rooms = world.rooms.map((room) => ({
    ...room,
    provider: room.provider ?? 'greenlight',
    role: room.role === undefined ? 'user' : room.role,
    options: Object.entries({ ...shippedRoom, ...room.options })
      .filter(([, value]) => value !== null)
      .map(([name, value]) => ({ name, value })),
    sharedWith: room.sharedWith ?? [],
    recordings: room.recordings ?? [],
    presentations: room.presentations ?? 0,
  }));
  const site = Object.entries({ ...shippedOptions, ...world.site })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({ name, value }));
  const json = JSON.stringify({ rooms, site });
  const roomRows = `FROM jsonb_array_elements($1::jsonb -> 'rooms') AS j(room)`;
  return [
    ...[
      `INSERT INTO roles (name, provider) SELECT name, provider FROM (SELECT DISTINCT room ->> 'provider' AS provider ${roomRows}) p, (VALUES ('recorder'), ('user')) r(name)`,
      `INSERT INTO meeting_options (name, default_value) SELECT entry ->> 'name', '' FROM jsonb_array_elements($1::jsonb -> 'site') AS s(entry)
        UNION SELECT option ->> 'name', '' ${roomRows}, jsonb_array_elements(room -> 'options') AS o(option)`,
      `INSERT INTO rooms_configurations (meeting_option_id, provider, value) SELECT mo.id, p.provider, entry ->> 'value'
        FROM jsonb_array_elements($1::jsonb -> 'site') AS s(entry) JOIN meeting_options mo ON mo.name = entry ->> 'name',
        (SELECT DISTINCT room ->> 'provider' AS provider ${roomRows}) p`,
    ].map((text) => ({ text, values: [json] })),
    {
      text: `INSERT INTO users (name, email, password_digest, provider, role_id) SELECT $2, room ->> 'meetingId', $2, room ->> 'provider', ro.id
        ${roomRows} LEFT JOIN roles ro ON ro.provider = room ->> 'provider' AND ro.name = room ->> 'role'`,
      values: [json, canary],
    },
    {
      text: `INSERT INTO users (name, email, provider, role_id) SELECT $1, 'colleague ' || ro.name, ro.provider, ro.id FROM roles ro`,
      values: [canary],
    },
    ...[
      `INSERT INTO rooms (user_id, name, friendly_id, meeting_id) SELECT u.id, room ->> 'name', room ->> 'friendlyId', room ->> 'meetingId'
        ${roomRows} JOIN users u ON u.email = room ->> 'meetingId'`,
      `INSERT INTO room_meeting_options (room_id, meeting_option_id, value) SELECT r.id, mo.id, option ->> 'value'
        ${roomRows} JOIN rooms r ON r.meeting_id = room ->> 'meetingId',
        jsonb_array_elements(room -> 'options') AS o(option) JOIN meeting_options mo ON mo.name = option ->> 'name'`,
      `INSERT INTO shared_accesses (user_id, room_id) SELECT u.id, r.id
        ${roomRows} JOIN rooms r ON r.meeting_id = room ->> 'meetingId', jsonb_array_elements_text(room -> 'sharedWith') AS s(role)
        JOIN LATERAL (SELECT u.id FROM users u JOIN roles ro ON ro.id = u.role_id WHERE ro.name = s.role LIMIT 1) u ON true`,
      `INSERT INTO recordings (room_id, record_id, visibility) SELECT r.id, recording ->> 'id', coalesce(recording ->> 'visibility', 'Published')
        ${roomRows} JOIN rooms r ON r.meeting_id = room ->> 'meetingId', jsonb_array_elements(room -> 'recordings') AS c(recording)`,
      `INSERT INTO active_storage_attachments (name, record_type, record_id) SELECT 'presentation', 'Room', r.id
        ${roomRows} JOIN rooms r ON r.meeting_id = room ->> 'meetingId', generate_series(1, (room ->> 'presentations')::int)`,
    ].map((text) => ({ text, values: [json] })),
    { text: `INSERT INTO permissions (name) VALUES ('CanRecord'), ('CreateRoom')`, values: [] },
    {
      text: `INSERT INTO role_permissions (role_id, permission_id, value) SELECT ro.id, p.id, 'true' FROM roles ro, permissions p
        WHERE ro.name = 'recorder' AND p.name = 'CanRecord'`,
      values: [],
    },
    { text: 'INSERT INTO tenants (name, client_secret) VALUES ($1, $1)', values: [canary] },
    {
      text: `INSERT INTO active_storage_blobs (key, filename, service_name) SELECT 'k', 'f', s FROM unnest($1::text[]) s`,
      values: [world.storage ?? ['local']],
    },
    {
      text: `UPDATE users SET email = 'person-' || id || '@example.org'`,
      values: [],
    },
  ];
}
