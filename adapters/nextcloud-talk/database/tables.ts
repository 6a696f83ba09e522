/** The columns that are read, by table without its prefix. Nothing else is ever asked for. */
export const columns = {
  talk_rooms: [
    'id',
    'token',
    'type',
    'name',
    'description',
    'read_only',
    'listable',
    'lobby_state',
    'lobby_timer',
    'sip_enabled',
    'has_password',
    'default_permissions',
    'message_expiration',
    'call_recording',
    'recording_consent',
    'active_since',
    'last_activity',
    'object_type',
    'object_id',
    'remote_server',
    'breakout_room_mode',
    'breakout_room_status',
  ],
  talk_attendees: ['id', 'room_id', 'actor_type', 'participant_type', 'permissions'],
  talk_sessions: ['attendee_id', 'in_call'],
  comments: ['object_type', 'object_id', 'verb', 'creation_timestamp', 'expire_date'],
  talk_attachments: ['room_id', 'object_type', 'message_time'],
  jobs: ['class', 'last_run'],
  /** A view of ours over the file cache: one row per conversation with recordings. */
  roomwarden_recordings: ['token', 'files', 'oldest', 'newest'],
} as const satisfies Record<string, readonly string[]>;

export type Table = keyof typeof columns;
export const tableNames = Object.keys(columns) as Table[];

/** Without these a room cannot even be told from others. */
export const essential: readonly string[] = ['id', 'token', 'type'];

/** Columns that no auditor needs: whoever may read one has more than a small role. */
export const secretColumns: Readonly<Record<string, readonly string[]>> = {
  talk_rooms: ['password'],
  talk_attendees: ['pin', 'access_token', 'phone_number'],
  talk_sessions: ['session_id'],
  comments: ['message'],
  users: ['password'],
  authtoken: ['password', 'token', 'private_key'],
  appconfig: ['configvalue'],
};
