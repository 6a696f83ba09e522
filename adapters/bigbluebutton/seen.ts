import { type Ms, type Reason, reason } from '../contract/fact.ts';
import type { CommonTarget } from '../contract/target.ts';
import { type Answer, answered, type Call } from './answer.ts';
import type { MeetingList, Root } from './api.ts';
import type { Greenlight, PublicRoom } from './greenlight.ts';
import type { Probes } from './probes.ts';
import type { RecordingList, RoomRecordings } from './recordings.ts';
import type { Releases } from './releases.ts';
import type { Hook, Meeting } from './schema.ts';
import type { ServerFiles } from './server-files.ts';
import type { GreenlightData, SiteData, StoredRoom } from './stored.ts';
import type { Told } from './told.ts';

export type Settings = CommonTarget & { url: string; greenlight?: { url?: string | undefined } | undefined };

export interface Ids {
  has(id: string): boolean;
  keys(): Iterable<string>;
}

/** What the sources of the deployment gave, as far as rooms are read by it. Of meetings and recordings no names are in it. */
export interface Seen {
  now: Ms;
  settings: Settings;
  root: Answer<Root>;
  meetings: Answer<Pick<MeetingList, 'unreadable' | 'empty'>>;
  recordings: Pick<RecordingList, 'call' | 'gap' | 'empty' | 'rooms'> & { ids: Ids };
  /** null: Greenlight's address is not configured. */
  greenlight: Greenlight | null;
  /** null: Greenlight's database is not configured. */
  database: Answer<SiteData> | null;
  files: ServerFiles;
  /** A running meeting is not recorded though its room in Greenlight would be: the server may forbid it. */
  recordingDoubted: boolean;
}

/** Everything that one scan got from the sources of the deployment; the rooms follow one by one. */
export interface AllSeen extends Seen {
  secret: { length: number; publicValue: boolean };
  meetings: Answer<MeetingList>;
  recordings: RecordingList;
  hooks: Answer<Hook[]>;
  database: Answer<GreenlightData> | null;
  /** null: not asked for. */
  probes: Probes | null;
  releases: Releases;
}

/** One room, running or stored, with what each source shows of it. */
export interface SeenRoom {
  id: string;
  name: string | null;
  /** A room of Greenlight 3; any other front end is unknown to us. */
  greenlight: boolean;
  friendlyId: string | null;
  running: { meeting: Meeting; call: Call } | null;
  /** null: the database was asked and does not know it. */
  stored: Answer<StoredRoom> | null;
  /** When the room is told. */
  at: Ms;
  /** null: the room is not of Greenlight 3, or its id there is unknown. */
  open: Answer<PublicRoom> | null;
  /** What an event told of the meeting that runs; null: none did. */
  told: Told | null;
  /** What events told of meetings that may run or not: the list of meetings does not tell. */
  doubtful: readonly Told[];
  /** The address is one that Greenlight 3 draws at random: three letters or digits four times; older versions had others. */
  randomLink: boolean;
  /** null: the server lists no recording of the room. */
  recorded: RoomRecordings | null;
  /** Recordings that Greenlight lists and the server does not. */
  hidden: number;
}

/** With what follows from its ids, so that facts need not read those. */
export function seenRoom(
  seen: Pick<Seen, 'recordings'>,
  room: Omit<SeenRoom, 'randomLink' | 'recorded' | 'hidden'>,
): SeenRoom {
  const { id, friendlyId, stored } = room;
  const listed = stored !== null && answered(stored) ? stored.value.recordings : null;
  return {
    ...room,
    randomLink: friendlyId !== null && /^[a-z0-9]{3}(-[a-z0-9]{3}){3}$/.test(friendlyId),
    recorded: seen.recordings.rooms.get(id) ?? null,
    hidden: listed?.ok === true ? listed.value.filter((own) => !seen.recordings.ids.has(own)).length : 0,
  };
}

/** A balancer, or perhaps one: it leaves the version out, and a list of it may be switched off and look empty. */
export function mayBeBalancer(root: Answer<Root>): boolean {
  return !answered(root) || root.value.build !== null || root.value.version === undefined;
}

/** A balancer says that it is one. */
export function behindBalancer(root: Answer<Root>): boolean {
  return answered(root) && root.value.build !== null;
}

/** The balancer's own settings say that this list is not switched off in it. */
export function listIsOn(
  seen: Pick<Seen, 'files'>,
  key: 'GET_MEETINGS_API_DISABLED' | 'RECORDING_DISABLED',
): boolean {
  const parts = seen.files.balancer;
  if (parts === null) return false;
  return parts.every(({ content }) => {
    if (!('value' in content)) return false;
    const value = content.value.get(key);
    return value === undefined || (value !== null && /^(false|0|no|off|)$/i.test(value.trim()));
  });
}

/** Why a meeting that is not listed may run nevertheless, or null where it cannot. */
export function meetingsGap(seen: Pick<Seen, 'meetings' | 'root' | 'files'>): Reason | null {
  const { meetings } = seen;
  if (!answered(meetings)) return meetings.reason;
  const { unreadable, empty } = meetings.value;
  if (unreadable > 0) return reason('incomplete', `${unreadable} entries without an id of their own`);
  if (!empty || !mayBeBalancer(seen.root) || listIsOn(seen, 'GET_MEETINGS_API_DISABLED')) return null;
  return reason(
    'incomplete',
    'a balancer may answer with an empty list where the call is switched off in it',
    {
      kind: 'config',
      name: 'balancer_env',
    },
  );
}

/** How far the server's clock is ahead of ours; 0 up to a minute, in either direction. */
export function skewOf({ at, serverDate }: Pick<Call, 'at' | 'serverDate'>): Ms {
  if (serverDate === null || Math.abs(serverDate - at) <= 60_000) return 0;
  return serverDate - at;
}

/** The clock for ages. */
export function clockOf(call: Pick<Call, 'at' | 'serverDate'> | null, now: Ms): Ms {
  return call === null ? now : now + skewOf(call);
}

/** Another front end than Greenlight runs meetings here: what Greenlight forces does not hold for those. */
export function hasOtherFrontEnd({ meetings }: MeetingList): boolean {
  return meetings.some((meeting) => !meeting.greenlight);
}

/** Why the list of recordings does not decide what is not in it, or null where it does. */
export function recordingsGap(seen: Pick<Seen, 'recordings' | 'root' | 'files'>): Reason | null {
  const { gap, empty } = seen.recordings;
  if (gap !== null) return gap;
  if (!empty || !mayBeBalancer(seen.root) || listIsOn(seen, 'RECORDING_DISABLED')) return null;
  return reason(
    'incomplete',
    'a balancer may answer with an empty list where recordings are switched off in it',
    {
      kind: 'config',
      name: 'balancer_env',
    },
  );
}
