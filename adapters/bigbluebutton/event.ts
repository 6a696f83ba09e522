import { z } from 'zod';
import { cleanText, type Reason, reason } from '../contract/fact.ts';
import type { Read } from './schema.ts';
import { sessionOf } from './session.ts';
import { isTelephoneNumber } from './telephone.ts';

/** A meeting at its creation, as the raw event carries it; secrets and texts are gone. */
export interface CreatedMeeting {
  id: string;
  name: string | null;
  session: string;
  breakout: boolean;
  friendlyId: string | null;
  /** By the server's clock; null where the event does not say. */
  createdAt: number | null;
  settings: CreatedSettings;
}

export interface CreatedSettings {
  greenlight: boolean;
  /** Of `tellingFeatures` those that are switched off. */
  disabledFeatures: Read<string[]>;
  asksConsent: Read<boolean>;
  record: Read<boolean>;
  autoStart: Read<boolean>;
  keepsEvents: Read<boolean>;
  guestPolicy: Read<string>;
  authenticatedGuest: Read<boolean>;
  moderatorsUnmute: Read<boolean>;
  mutedOnStart: Read<boolean>;
  inspectMinutes: Read<number>;
  /** A token for the dashboard was made: it is on. */
  dashboard: Read<boolean>;
  pinLength: Read<number>;
  /** A telephone number is given out; the number itself is dropped. */
  telephone: Read<boolean>;
}

export const guestPolicies = ['ALWAYS_ACCEPT', 'ALWAYS_ACCEPT_AUTH', 'ALWAYS_DENY', 'ASK_MODERATOR'] as const;
export const tellingFeatures = ['chat', 'learningDashboard', 'screenshare'] as const;

const Group = z.record(z.string(), z.unknown());
const Names = z.array(z.string().max(100)).max(200);
const Text = z.string().max(2000);

/** null: not the event of a creation, or without the ids of room and meeting. */
export function readCreated(event: unknown): CreatedMeeting | null {
  const props = path(event, ['core', 'body', 'props']);
  const meeting = path(props, ['meetingProp']);
  const id = Text.min(1).safeParse(path(meeting, ['extId']));
  const session = sessionOf(path(meeting, ['intId']));
  if (!id.success || session === null) return null;
  const metadata = path(props, ['metadataProp', 'metadata']);
  const friendly = path(metadata, ['bbb-context-id']);
  return {
    id: cleanText(id.data),
    name: textOr(path(meeting, ['name'])),
    session,
    breakout: path(meeting, ['isBreakout']) === true,
    friendlyId:
      typeof friendly === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(friendly) ? friendly : null,
    createdAt: numberOr(path(props, ['durationProps', 'createdTime'])) ?? happenedAt(event),
    settings: readSettings(props, metadata),
  };
}

function readSettings(props: unknown, metadata: unknown): CreatedSettings {
  const at = <T>(keys: string[], schema: z.ZodType<T>): Read<T> => field(props, keys, schema);
  const mapped = <T, V>(read: Read<T>, map: (value: T) => V): Read<V> =>
    read.ok ? { ok: true, value: map(read.value) } : read;
  const asksConsent = at(['meetingProp', 'notifyRecordingIsOn'], z.boolean());
  const origin = at(['metadataProp', 'metadata'], Group);
  return {
    greenlight: path(metadata, ['bbb-origin']) === 'greenlight',
    disabledFeatures: mapped(at(['meetingProp', 'disabledFeatures'], Names), (names) =>
      tellingFeatures.filter((name) => names.includes(name)),
    ),
    // Greenlight's page asks by itself: where the front end is not told, nobody is known not to be asked.
    asksConsent: asksConsent.ok && asksConsent.value ? asksConsent : origin.ok ? asksConsent : origin,
    record: at(['recordProp', 'record'], z.boolean()),
    autoStart: at(['recordProp', 'autoStartRecording'], z.boolean()),
    keepsEvents: at(['recordProp', 'keepEvents'], z.boolean()),
    guestPolicy: at(['usersProp', 'guestPolicy'], z.enum(guestPolicies)),
    authenticatedGuest: at(['usersProp', 'authenticatedGuest'], z.boolean()),
    moderatorsUnmute: at(['usersProp', 'allowModsToUnmuteUsers'], z.boolean()),
    mutedOnStart: at(['voiceProp', 'muteOnStart'], z.boolean()),
    inspectMinutes: at(['durationProps', 'userInactivityInspectTimerInMinutes'], z.number().int().min(0)),
    dashboard: mapped(at(['password', 'learningDashboardAccessToken'], z.string()), (token) => token !== ''),
    pinLength: mapped(at(['voiceProp', 'telVoice'], z.string().regex(/^\d{1,32}$/)), (pin) => pin.length),
    telephone: mapped(at(['voiceProp', 'dialNumber'], Text), isTelephoneNumber),
  };
}

/** What happened to a meeting that runs. */
export interface MeetingEvent {
  kind: 'ended' | 'recording_started' | 'recording_stopped';
  session: string;
}

const mappedKinds: Readonly<Record<string, MeetingEvent['kind']>> = {
  'meeting-ended': 'ended',
  'meeting-recording-started': 'recording_started',
  'meeting-recording-stopped': 'recording_stopped',
};

/** A hook with `getRaw` gets the raw form, any other the mapped one. */
export function readMeetingEvent(event: unknown): MeetingEvent | null {
  const mapped = mappedKinds[String(path(event, ['data', 'id']))];
  const kind = mapped ?? rawKind(event);
  const session = sessionOf(
    mapped === undefined
      ? (path(event, ['envelope', 'routing', 'meetingId']) ?? path(event, ['core', 'body', 'meetingId']))
      : path(event, ['data', 'attributes', 'meeting', 'internal-meeting-id']),
  );
  return kind === null || session === null ? null : { kind, session };
}

function rawKind(event: unknown): MeetingEvent['kind'] | null {
  switch (path(event, ['envelope', 'name'])) {
    case 'MeetingDestroyedEvtMsg':
      return 'ended';
    case 'RecordingStatusChangedEvtMsg': {
      const recording = path(event, ['core', 'body', 'recording']);
      if (typeof recording !== 'boolean') return null;
      return recording ? 'recording_started' : 'recording_stopped';
    }
    default:
      return null;
  }
}

/** When it happened by the sender's clock, ms. */
export function happenedAt(event: unknown): number | null {
  return numberOr(path(event, ['envelope', 'timestamp'])) ?? numberOr(path(event, ['data', 'event', 'ts']));
}

function field<T>(props: unknown, keys: string[], schema: z.ZodType<T>): Read<T> {
  const parsed = schema.safeParse(path(props, keys));
  const why = (): Reason => reason('invalid_answer', `${keys.join('.')} is missing or not of its form`);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, reason: why() };
}

function path(node: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => {
    const group = Group.safeParse(at);
    return group.success && Object.hasOwn(group.data, key) ? group.data[key] : undefined;
  }, node);
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? cleanText(value).slice(0, 1000) : null;
}

function numberOr(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
