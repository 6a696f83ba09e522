import { answered, type Call } from '../../../adapters/bigbluebutton/answer.ts';
import type { CreatedSettings } from '../../../adapters/bigbluebutton/event.ts';
import type { RoomRecordings } from '../../../adapters/bigbluebutton/recordings.ts';
import { type Seen, type SeenRoom, seenRoom } from '../../../adapters/bigbluebutton/seen.ts';
import { noFiles, type Values } from '../../../adapters/bigbluebutton/server-files.ts';
import { type SiteValues, type StoredRoom, siteKey } from '../../../adapters/bigbluebutton/stored.ts';
import type { Told } from '../../../adapters/bigbluebutton/told.ts';
import { reason } from '../../../adapters/contract/fact.ts';
import type { HostPart } from '../../../adapters/contract/files.ts';
import { scanTime } from '../../contract/scan.ts';
import { randomOf } from '../../faults/random.ts';

const call = (source: string, at = scanTime): Call => ({
  source,
  locator: `of ${source}`,
  at,
  serverDate: null,
});
/** Two questions for rooms, each with its moment. */
const asked = [call('GS', scanTime - 9_000), call('GS', scanTime - 5_000)];
const damaged = reason('invalid_answer', 'a row of options is not of its form');

const noDoubt: readonly Told[] = [];
const unread = { ok: false, reason: damaged } as const;
const settings: CreatedSettings = {
  greenlight: true,
  disabledFeatures: { ok: true, value: ['screenshare'] },
  asksConsent: unread,
  record: { ok: true, value: true },
  autoStart: unread,
  keepsEvents: unread,
  guestPolicy: { ok: true, value: 'ALWAYS_ACCEPT' },
  authenticatedGuest: unread,
  moderatorsUnmute: unread,
  mutedOnStart: { ok: true, value: false },
  inspectMinutes: unread,
  dashboard: unread,
  pinLength: { ok: true, value: 7 },
  telephone: unread,
};

function fileOf(name: string, values: Record<string, string>): HostPart<Values>[] {
  const file = { host: 'h', name, locator: `${name} on h`, observedAt: scanTime, contentTime: 1, text: '' };
  return [{ host: 'h', file, content: { value: new Map(Object.entries(values)) } }];
}

function seenWith(site: Record<string, string>, more: Partial<Seen> = {}): Seen {
  const values: SiteValues = new Map(
    Object.entries(site).map(([name, value]) => [siteKey('a', name), value]),
  );
  const roles = new Map([
    ['owner', { provider: 'a', records: true }],
    ['user', { provider: 'a', records: false }],
  ]);
  const list = { call: call('A2'), gap: null, empty: false };
  return {
    now: scanTime,
    settings: { id: 't', vendor: 'bigbluebutton', url: 'https://bbb.example.org' } as Seen['settings'],
    root: { call: call('A0'), value: { version: '3.0.20', build: null, graphql: true } },
    meetings: { call: call('A1'), value: { unreadable: 0, empty: false } },
    recordings: { ...list, rooms: new Map(), ids: new Set(['shown']) },
    greenlight: null,
    database: {
      call: call('GS'),
      value: { site: { ok: true, value: values }, roles: { ok: true, value: roles } },
    },
    files: noFiles,
    recordingDoubted: false,
    ...more,
  };
}

const properties = { authenticatedGuest: 'true', muteOnStart: 'false', defaultGuestPolicy: 'ASK_MODERATOR' };

/** What the rest of a scan may give, by its name. */
export const scans: readonly [string, Seen][] = [
  ['as shipped', seenWith({ record: 'optional' })],
  ['forced by the site', seenWith({ record: 'true', guestPolicy: 'true', glViewerAccessCode: 'false' })],
  [
    'doubted, meetings unread',
    seenWith({}, { recordingDoubted: true, meetings: { call: null, reason: damaged } }),
  ],
  [
    'with the files of the server',
    seenWith(
      {},
      { files: { ...noFiles, properties: fileOf('p', properties), cron: fileOf('c', { history: '7' }) } },
    ),
  ],
  ['the database broke off', seenWith({}, { database: { call: call('GS'), reason: damaged } })],
];

/** Texts that are a room's own. */
export const canary = (place: number): string => `own-${place}-`;

/** Rooms of which each says something else by a few values that all of them share. */
export function roomsOf(seen: Seen, many: number, seed: number): SeenRoom[] {
  const random = randomOf(seed);
  const pick = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const flag = (): string | null => pick('true', 'false', 'false', null);
  const options = (): StoredRoom['options'] => {
    const value = {
      record: flag(),
      muteOnStart: flag(),
      guestPolicy: pick('ASK_MODERATOR', 'ALWAYS_ACCEPT', 'ALWAYS_ACCEPT_AUTH', 'odd', null),
      glAnyoneCanStart: flag(),
      glAnyoneJoinAsModerator: flag(),
      glRequireAuthentication: pick('true', 'false', 'odd'),
    };
    return random() < 0.05 ? { ok: false, reason: damaged } : { ok: true, value };
  };
  const code = () => {
    const value = { length: pick(4, 6), alphabet: pick(10, 36), inName: pick(false, false, true) };
    return pick(null, null, value);
  };
  const codes = (): StoredRoom['codes'] =>
    random() < 0.05
      ? { ok: false, reason: damaged }
      : { ok: true, value: { glViewerAccessCode: code(), glModeratorAccessCode: code() } };
  return Array.from({ length: many }, (_, place) => {
    const id = `${canary(place)}id`;
    const recordings = pick([], [], ['shown'], ['shown', `${canary(place)}hidden`]);
    if (random() < 0.3)
      (seen.recordings.rooms as Map<string, unknown>).set(id, {
        count: pick(1, 2),
        byState: pick<object>({ published: 1 }, { published: 1, deleted: 1 }, { deleted: 1, published: 1 }),
        oldestEnd: pick(null, scanTime - place * 1_000),
        newestStart: scanTime - place * 1_000,
        timesUnread: pick(null, null, damaged),
        mark: pick('none', 'none', 'vs_nfd'),
        namesUnread: pick(null, null, damaged),
      });
    const value: StoredRoom = {
      key: `${canary(place)}key`,
      id,
      friendlyId: `${canary(place)}friend`,
      name: pick(null, `${canary(place)}name`),
      mark: pick('none', 'geheim', null),
      provider: pick('a', 'a', 'b', null),
      ownerRole: pick('owner', 'user', null),
      options: options(),
      codes: codes(),
      sharedRoles: pick<StoredRoom['sharedRoles']>(
        { ok: true, value: [] },
        { ok: true, value: ['owner', 'user'] },
        { ok: false, reason: damaged },
      ),
      presentations: pick<StoredRoom['presentations']>(
        { ok: true, value: 0 },
        { ok: true, value: 3 },
        { ok: false, reason: damaged },
      ),
      recordings: { ok: true, value: recordings },
    };
    return seenRoom(seen, {
      id,
      name: value.name,
      greenlight: true,
      friendlyId: pick(value.friendlyId, 'abc-def-ghi-jkl'),
      running: null,
      stored: { call: pick(...asked), value },
      open: null,
      at: scanTime + place,
      told: null,
      doubtful: random() < 0.03 ? [{ settings, call: call('EV', scanTime - place), moment: null }] : noDoubt,
    });
  });
}

/** Another room that says the same: its ids, its texts and its moment are its own. */
export function twinOf(seen: Seen, room: SeenRoom): SeenRoom {
  const { stored } = room;
  if (stored === null || !answered(stored)) throw new Error('every room here is stored');
  const id = `twin of ${room.id}`;
  const rooms = seen.recordings.rooms as Map<string, RoomRecordings>;
  const recorded = rooms.get(room.id);
  if (recorded !== undefined) rooms.set(id, { ...recorded, byState: { ...recorded.byState } });
  const { value, call } = stored;
  const friendlyId = room.friendlyId === value.friendlyId ? `twin of ${room.friendlyId}` : 'xyz-xyz-xyz-xyz';
  return seenRoom(seen, {
    ...room,
    id,
    friendlyId,
    name: value.name === null ? null : `twin of ${value.name}`,
    at: room.at + 1_000,
    stored: { call, value: { ...copyOf(value), id, key: `twin of ${value.key}`, friendlyId } },
  });
}

/** With parts of its own, as rows of the database give them; reasons and lists of roles are those of all rooms. */
function copyOf(value: StoredRoom): StoredRoom {
  const { options, codes, presentations } = value;
  return {
    ...value,
    options: options.ok ? structuredClone(options) : options,
    codes: codes.ok ? structuredClone(codes) : codes,
    presentations: { ...presentations },
  };
}
