import type { SqlStatement } from '../contract/sql.ts';

/** Rooms per question. */
export const pageSize = 500;

export const optionNames = [
  'record',
  'muteOnStart',
  'guestPolicy',
  'glAnyoneCanStart',
  'glAnyoneJoinAsModerator',
  'glRequireAuthentication',
] as const;
export type OptionName = (typeof optionNames)[number];
export const codeNames = ['glViewerAccessCode', 'glModeratorAccessCode'] as const;
export type CodeName = (typeof codeNames)[number];

const isCode = `mo.name IN (${codeNames.map((name) => `'${name}'`).join(', ')})`;

/**
 * Options of rooms without a code: of a code there is the length, which classes of characters occur, and whether the
 * room's name shows it. The same columns make the view that an administrator may grant instead of the table.
 */
export const optionColumns = `rmo.room_id, rmo.meeting_option_id,
  CASE WHEN ${isCode} THEN NULL ELSE left(rmo.value, 100) END AS value,
  CASE WHEN ${isCode} THEN char_length(coalesce(rmo.value, '')) END AS code_length,
  ${isCode} AND rmo.value ~ '[a-z]' AS code_lower,
  ${isCode} AND rmo.value ~ '[A-Z]' AS code_upper,
  ${isCode} AND rmo.value ~ '[0-9]' AS code_digit,
  ${isCode} AND rmo.value ~ '[^a-zA-Z0-9]' AS code_other,
  ${isCode} AND rmo.value <> '' AND strpos(lower(r.name), lower(rmo.value)) > 0 AS code_in_name
FROM room_meeting_options rmo
JOIN meeting_options mo ON mo.id = rmo.meeting_option_id
JOIN rooms r ON r.id = rmo.room_id`;

export const optionsView = 'roomwarden_room_options';

/** SQL that an administrator runs once, so that no code can be read by this account. */
export const viewText = `CREATE VIEW ${optionsView} WITH (security_barrier) AS
SELECT ${optionColumns};`;

const optionRows = (
  from: string,
): string => `SELECT o.room_id, mo.name, o.value, o.code_length::int AS code_length,
  o.code_lower, o.code_upper, o.code_digit, o.code_other, o.code_in_name
FROM ${from} o
JOIN meeting_options mo ON mo.id = o.meeting_option_id
WHERE o.room_id = ANY ($1::uuid[])
  AND mo.name IN (${[...optionNames, ...codeNames].map((name) => `'${name}'`).join(', ')})`;

const roomColumns = `r.id::text AS id, r.meeting_id, r.friendly_id, left(r.name, 1000) AS name,
  u.provider, u.role_id::text AS owner_role
FROM rooms r
LEFT JOIN users u ON u.id = r.user_id`;

const roomReads = {
  rooms: ['id', 'user_id', 'name', 'friendly_id', 'meeting_id'],
  users: ['id', 'provider', 'role_id'],
} as const;

/** Everything that Greenlight's database is asked; none selects a code, a password, a name or an address of a person. */
export const statements = {
  rooms: {
    text: `SELECT ${roomColumns}
WHERE r.meeting_id > $1 AND ($2::text IS NULL OR r.meeting_id < $2)
ORDER BY r.meeting_id LIMIT ${pageSize}`,
    reads: roomReads,
  },
  first_rooms: {
    text: `SELECT ${roomColumns}
WHERE ($1::text IS NULL OR r.meeting_id >= $1) AND ($2::text IS NULL OR r.meeting_id < $2)
ORDER BY r.meeting_id LIMIT ${pageSize}`,
    reads: roomReads,
  },
  cuts: {
    text: `SELECT k.meeting_id FROM (
  SELECT r.meeting_id, row_number() OVER (ORDER BY r.meeting_id) AS place FROM rooms r) k
WHERE k.meeting_id IS NULL OR (k.place > 1 AND (k.place - 1) % $1::int = 0)
ORDER BY k.meeting_id LIMIT 10000`,
    reads: { rooms: ['meeting_id'] },
  },
  running_rooms: {
    text: `SELECT ${roomColumns}
WHERE r.meeting_id = ANY ($1::text[])
ORDER BY r.meeting_id`,
    reads: roomReads,
  },
  view: { text: `SELECT to_regclass('${optionsView}') IS NOT NULL AS given` },
  options: {
    text: optionRows(`(SELECT ${optionColumns} WHERE rmo.room_id = ANY ($1::uuid[]))`),
    reads: {
      meeting_options: ['id', 'name'],
      room_meeting_options: ['room_id', 'meeting_option_id', 'value'],
    },
  },
  options_of_view: {
    text: optionRows(optionsView),
    reads: { meeting_options: ['id', 'name'] },
  },
  site: {
    text: `SELECT rc.provider, mo.name, left(rc.value, 100) AS value
FROM rooms_configurations rc
JOIN meeting_options mo ON mo.id = rc.meeting_option_id
ORDER BY rc.provider, mo.name LIMIT 100000`,
    reads: {
      rooms_configurations: ['meeting_option_id', 'provider', 'value'],
      meeting_options: ['id', 'name'],
    },
  },
  roles: {
    text: `SELECT ro.id::text AS id, ro.provider, coalesce(bool_or(lower(rp.value) = 'true'), false) AS records
FROM roles ro
LEFT JOIN (role_permissions rp JOIN permissions p ON p.id = rp.permission_id AND p.name = 'CanRecord')
  ON rp.role_id = ro.id
GROUP BY ro.id, ro.provider
ORDER BY ro.id LIMIT 100000`,
    reads: {
      roles: ['id', 'provider'],
      role_permissions: ['role_id', 'permission_id', 'value'],
      permissions: ['id', 'name'],
    },
  },
  shared: {
    text: `SELECT sa.room_id::text AS room_id, array_agg(DISTINCT u.role_id::text) AS roles
FROM shared_accesses sa
JOIN users u ON u.id = sa.user_id
WHERE sa.room_id = ANY ($1::uuid[])
GROUP BY sa.room_id`,
    reads: { shared_accesses: ['room_id', 'user_id'], users: ['id', 'role_id'] },
  },
  presentations: {
    text: `SELECT a.record_id::text AS room_id, count(*)::int AS number,
  (extract(epoch FROM min(a.created_at)) * 1000)::float8 AS oldest
FROM active_storage_attachments a
WHERE a.record_type = 'Room' AND a.name = 'presentation' AND a.record_id = ANY ($1::uuid[])
GROUP BY a.record_id`,
    reads: { active_storage_attachments: ['record_id', 'record_type', 'name', 'created_at'] },
  },
  room_recordings: {
    text: `SELECT rec.room_id::text AS room_id, rec.record_id
FROM recordings rec
WHERE rec.room_id = ANY ($1::uuid[])`,
    reads: { recordings: ['room_id', 'record_id'] },
  },
  visibility: {
    text: `SELECT rec.record_id, rec.visibility LIKE 'Public%' AS public
FROM recordings rec
WHERE rec.visibility IS NOT NULL
ORDER BY rec.record_id LIMIT 1000000`,
    reads: { recordings: ['record_id', 'visibility'] },
  },
  storage: {
    text: 'SELECT DISTINCT b.service_name FROM active_storage_blobs b ORDER BY b.service_name LIMIT 100',
    reads: { active_storage_blobs: ['service_name'] },
  },
  code_missing: {
    text: codeMissing(`SELECT 1 FROM room_meeting_options rmo
    WHERE rmo.room_id = r.id AND rmo.meeting_option_id = mo.id AND coalesce(rmo.value, '') <> ''`),
    reads: {
      rooms: ['id', 'user_id'],
      users: ['id', 'provider'],
      meeting_options: ['id', 'name'],
      rooms_configurations: ['meeting_option_id', 'provider', 'value'],
      room_meeting_options: ['room_id', 'meeting_option_id', 'value'],
    },
  },
  code_missing_of_view: {
    text: codeMissing(`SELECT 1 FROM ${optionsView} o
    WHERE o.room_id = r.id AND o.meeting_option_id = mo.id AND o.code_length > 0`),
  },
  privileges: {
    text: `SELECT current_setting('is_superuser') = 'on' AS superuser,
  coalesce(bool_or(has_table_privilege(c.oid, 'INSERT') OR has_any_column_privilege(c.oid, 'INSERT')), false) AS inserts,
  coalesce(bool_or(has_table_privilege(c.oid, 'UPDATE') OR has_any_column_privilege(c.oid, 'UPDATE')), false) AS updates,
  coalesce(bool_or(has_table_privilege(c.oid, 'DELETE') OR has_table_privilege(c.oid, 'TRUNCATE')), false) AS deletes,
  coalesce(bool_or(c.relname = 'users' AND has_column_privilege(c.oid, a.attnum, 'SELECT') AND a.attname = 'email'), false) AS emails,
  coalesce(bool_or(c.relname = 'users' AND has_column_privilege(c.oid, a.attnum, 'SELECT') AND a.attname = 'name'), false) AS names,
  coalesce(bool_or(c.relname = 'users' AND has_column_privilege(c.oid, a.attnum, 'SELECT') AND a.attname = 'password_digest'), false) AS passwords,
  coalesce(bool_or(c.relname = 'tenants' AND has_column_privilege(c.oid, a.attnum, 'SELECT') AND a.attname = 'client_secret'), false) AS tenants,
  coalesce(bool_or(c.relname = 'room_meeting_options' AND has_column_privilege(c.oid, a.attnum, 'SELECT') AND a.attname = 'value'), false) AS codes
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND pg_table_is_visible(c.oid)
  AND c.relnamespace <> 'pg_catalog'::regnamespace`,
  },
} as const satisfies Record<string, SqlStatement>;
export type StatementName = keyof typeof statements;

/** Whether a code that the site forces is missing in any room. */
function codeMissing(stored: string): string {
  return `SELECT EXISTS (
  SELECT 1 FROM rooms r
  JOIN users u ON u.id = r.user_id
  JOIN meeting_options mo ON ${isCode}
  JOIN rooms_configurations rc ON rc.meeting_option_id = mo.id AND rc.provider = u.provider AND rc.value = 'true'
  WHERE NOT EXISTS (${stored})) AS missing`;
}

/** The smallest rights, as SQL: by table what all statements together read. `view`: with the view for codes. */
export function grants(role: string, view: boolean): string[] {
  const tables = new Map<string, Set<string>>();
  for (const [name, statement] of Object.entries(statements) as [StatementName, SqlStatement][]) {
    if (view && (name === 'options' || name === 'code_missing')) continue;
    for (const [table, columns] of Object.entries(statement.reads ?? {}))
      tables.set(table, new Set([...(tables.get(table) ?? []), ...columns]));
  }
  const lines = [...tables].map(
    ([table, columns]) => `GRANT SELECT (${[...columns].join(', ')}) ON ${table} TO ${role};`,
  );
  return view ? [...lines, `GRANT SELECT ON ${optionsView} TO ${role};`] : lines;
}
