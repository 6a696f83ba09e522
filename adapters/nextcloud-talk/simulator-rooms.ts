export interface SimulatedPerson {
  actorType: 'users' | 'guests' | 'emails' | 'phones' | 'federated_users' | 'groups' | 'bots';
  displayName: string;
  participantType?: number;
  inCall?: number;
  permissions?: number;
  sessions?: number;
  phoneNumber?: string;
  mail?: string;
}

/** A room as it is stored; what the API shows of it is another matter. */
export interface SimulatedRoom {
  token: string;
  type: number;
  name: string;
  description?: string;
  objectType?: string;
  objectId?: string;
  /** The auditing account's role; absent = not a member. */
  role?: 'owner' | 'moderator' | 'user';
  hasPassword?: boolean;
  lobby?: boolean;
  /** Unix seconds; 0 = opened by hand. */
  lobbyTimer?: number;
  listable?: 0 | 1 | 2;
  readOnly?: boolean;
  sip?: 0 | 1 | 2;
  consent?: boolean;
  recording?: number;
  callSince?: number;
  expiration?: number;
  permissions?: number;
  lastActivity?: number;
  breakouts?: { mode: number; started: boolean };
  /** Sent from Talk 24 on; null = left out. */
  attributes?: number | null;
  remote?: { server: string; token: string };
  people?: SimulatedPerson[];
  /** Only in the database: seconds since each was written, and unix seconds when it should go. */
  messages?: { age: number; expires?: number; verb?: string }[];
  files?: { type: string; age: number }[];
  /** Files of recordings, by age in seconds. */
  recordings?: number[];
}

/** Planted in answers; none of it may be found in what an adapter gives. */
export const plantedPersons = [
  'Wilhelmine Überacker',
  'extern.gast@example.net',
  '+493615550199',
  'w.ueberacker',
];
export const plantedMessages = ['Bitte den Haushaltsentwurf bis Freitag lesen'];

const [ownerName = '', guestMail = '', callerNumber = '', ownerId = ''] = plantedPersons;
const hour = 3600;
const day = 24 * hour;

/** One room of each kind, and of each trap. */
export function showcase(now: number): SimulatedRoom[] {
  const active = now - 2 * day;
  const meeting = people(5);
  const room = (
    token: string,
    type: number,
    name: string,
    more: Partial<SimulatedRoom> = {},
  ): SimulatedRoom => ({
    token,
    type,
    name,
    role: 'user',
    lastActivity: active,
    ...more,
  });
  return [
    room('4100000011', 4, 'auditor', { readOnly: true }),
    room('4100000012', 6, 'Note to self', { objectType: 'note_to_self', objectId: 'auditor', role: 'owner' }),
    room('4100000013', 2, 'Erste Schritte', { objectType: 'sample', objectId: 'auditor', role: 'owner' }),
    room('4100000014', 1, ownerId, { role: 'owner' }),
    room('4100000015', 5, ownerName, { role: 'owner', readOnly: true }),
    room('4200000021', 2, 'Haushaltsrunde', {
      description: plantedMessages[0] ?? '',
      messages: [{ age: 40 * day }, { age: hour }, { age: 90 * day, verb: 'system' }],
      files: [
        { type: 'file', age: 35 * day },
        { type: 'media', age: day },
        { type: 'poll', age: 50 * day },
      ],
    }),
    room('4200000022', 3, 'Offene Sprechstunde'),
    room('4200000023', 3, 'Sprechstunde mit Kennwort', { hasPassword: true }),
    room('4200000024', 3, 'Anhörung', { lobby: true, people: meeting, callSince: now - hour }),
    room('4200000025', 3, 'Anhörung mit Frist', { lobby: true, lobbyTimer: now + day }),
    room('4200000026', 3, 'Anhörung vorbei', { lobby: true, lobbyTimer: now - day }),
    room('4200000027', 3, 'Warteraum ohne Wirkung', { lobby: true, permissions: 254 }),
    room('4200000028', 2, 'Auffindbar', { listable: 1, hasPassword: true }),
    room('4200000029', 2, 'Kennwort von früher', { hasPassword: true }),
    room('4200000031', 2, 'Löscht nach einer Woche', {
      expiration: 604_800,
      messages: [{ age: 2 * day, expires: now + 5 * day }],
    }),
    room('4200000032', 3, 'Einwahl mit PIN', { hasPassword: true, sip: 1 }),
    room('4200000033', 2, 'Einwahl ohne PIN', { sip: 2 }),
    room('4200000034', 2, 'Mit Einwilligung', { consent: true, recordings: [20 * day, 3 * day] }),
    room('4200000035', 3, 'Ortstermin', event(now - hour, now + hour)),
    room('4200000036', 3, 'Ortstermin von einst', {
      ...event(now - 40 * day, now - 40 * day + hour),
      lastActivity: now - 40 * day,
    }),
    room('4200000037', 3, 'Kurzfristig', { objectType: 'instant_meeting', objectId: String(now - hour) }),
    room('4200000038', 2, callerNumber, { objectType: 'phone_temporary', objectId: String(now) }),
    room('4200000039', 3, 'protokoll.pdf', { objectType: 'file', objectId: '4711' }),
    room('4200000041', 2, 'Gesperrt', { readOnly: true }),
    room('4200000042', 2, 'Nur Ton', { permissions: 149, people: people(3) }),
    room('4200000043', 2, 'Werkstatt', { breakouts: { mode: 1, started: false } }),
    room('4200000044', 2, 'Gruppe 1', {
      objectType: 'room',
      objectId: '4200000043',
      lobby: true,
      files: [{ type: 'file', age: 9 * day }],
    }),
    room('4200000045', 2, 'Aus Zweiergespräch', {
      objectType: 'extended_conversation',
      objectId: '4100000014',
    }),
    room('4200000046', 3, 'Gäste und Telefon', {
      people: [...people(2), ...outsiders()],
      callSince: now - 600,
      sip: 1,
      recording: 1,
      files: [{ type: 'recording', age: 100 }],
    }),
    room('4200000047', 2, 'Kennwort: Sommer-2026', { description: 'Einwahl folgt' }),
    room('4200000048', 2, 'VS-NfD Lage'),
    room('4200000049', 2, 'Partnerhaus', {
      remote: { server: 'https://talk.partner.example', token: 'abcd1234' },
    }),
    { token: '4300000051', type: 2, name: 'Bekanntmachungen', listable: 1, lastActivity: active },
    {
      token: '4300000052',
      type: 3,
      name: 'Treffpunkt',
      listable: 2,
      lobby: true,
      hasPassword: true,
      sip: 2,
      lastActivity: active,
    },
  ];
}

function event(start: number, end: number): Partial<SimulatedRoom> {
  return { objectType: 'event', objectId: `${start}#${end}` };
}

function people(count: number): SimulatedPerson[] {
  return Array.from({ length: count }, (_, place) => ({
    actorType: 'users' as const,
    displayName: ownerName,
    participantType: place === 0 ? 1 : 3,
    inCall: 7,
    sessions: 1,
  }));
}

function outsiders(): SimulatedPerson[] {
  return [
    { actorType: 'guests', displayName: ownerName, participantType: 4, inCall: 7, sessions: 1 },
    { actorType: 'guests', displayName: '', participantType: 4, inCall: 7, sessions: 1 },
    { actorType: 'emails', displayName: '', participantType: 4, mail: guestMail },
    { actorType: 'phones', displayName: '', participantType: 3, phoneNumber: callerNumber },
    { actorType: 'groups', displayName: 'Personalrat', participantType: 3 },
  ];
}
