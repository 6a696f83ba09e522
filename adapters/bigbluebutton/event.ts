import { z } from 'zod';
import { cleanText, type Reason, reason } from '../contract/fact.ts';
import type { Read } from './schema.ts';

/** Settings of a meeting at its creation, as the raw event carries them; secrets and texts are gone. */
export interface CreatedMeeting {
  id: string;
  name: string | null;
  createTime: number | null;
  breakout: boolean;
  greenlight: boolean;
  friendlyId: string | null;
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
  dial: Read<string>;
}

const Group = z.record(z.string(), z.unknown());
const Names = z.array(z.string().max(100)).max(200);
const Text = z.string().max(2000);

/** null: not the event of a creation, or without the id of its meeting. */
export function readCreated(event: unknown): CreatedMeeting | null {
  const props = path(event, ['core', 'body', 'props']);
  const meeting = path(props, ['meetingProp']);
  const id = Text.min(1).safeParse(path(meeting, ['extId']));
  if (!id.success) return null;
  const metadata = path(props, ['metadataProp', 'metadata']);
  const origin = path(metadata, ['bbb-origin']);
  const friendly = path(metadata, ['bbb-context-id']);
  const at = <T>(keys: string[], schema: z.ZodType<T>): Read<T> => field(props, keys, schema);
  const mapped = <T, V>(read: Read<T>, map: (value: T) => V): Read<V> =>
    read.ok ? { ok: true, value: map(read.value) } : read;
  return {
    id: cleanText(id.data),
    name: textOr(path(meeting, ['name'])),
    createTime: numberOr(path(props, ['durationProps', 'createdTime'])),
    breakout: path(meeting, ['isBreakout']) === true,
    greenlight: origin === 'greenlight',
    friendlyId:
      typeof friendly === 'string' && /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(friendly) ? friendly : null,
    disabledFeatures: at(['meetingProp', 'disabledFeatures'], Names),
    asksConsent: at(['meetingProp', 'notifyRecordingIsOn'], z.boolean()),
    record: at(['recordProp', 'record'], z.boolean()),
    autoStart: at(['recordProp', 'autoStartRecording'], z.boolean()),
    keepsEvents: at(['recordProp', 'keepEvents'], z.boolean()),
    guestPolicy: at(
      ['usersProp', 'guestPolicy'],
      z.enum(['ALWAYS_ACCEPT', 'ALWAYS_ACCEPT_AUTH', 'ALWAYS_DENY', 'ASK_MODERATOR']),
    ),
    authenticatedGuest: at(['usersProp', 'authenticatedGuest'], z.boolean()),
    moderatorsUnmute: at(['usersProp', 'allowModsToUnmuteUsers'], z.boolean()),
    mutedOnStart: at(['voiceProp', 'muteOnStart'], z.boolean()),
    inspectMinutes: at(['durationProps', 'userInactivityInspectTimerInMinutes'], z.number().int().min(0)),
    dashboard: mapped(at(['password', 'learningDashboardAccessToken'], z.string()), (token) => token !== ''),
    pinLength: mapped(at(['voiceProp', 'telVoice'], z.string().regex(/^\d{1,32}$/)), (pin) => pin.length),
    dial: at(['voiceProp', 'dialNumber'], Text),
  };
}

/** A meeting of the mapped events; only what tells when recording was switched. */
export interface MappedEvent {
  kind: 'ended' | 'recording_started' | 'recording_stopped';
  meetingId: string;
}

const mappedKinds: Readonly<Record<string, MappedEvent['kind']>> = {
  'meeting-ended': 'ended',
  'meeting-recording-started': 'recording_started',
  'meeting-recording-stopped': 'recording_stopped',
};

export function readMapped(event: unknown): MappedEvent | null {
  const kind = mappedKinds[String(path(event, ['data', 'id']))];
  const meetingId = path(event, ['data', 'attributes', 'meeting', 'external-meeting-id']);
  if (kind === undefined || typeof meetingId !== 'string' || meetingId === '') return null;
  return { kind, meetingId: cleanText(meetingId) };
}

/** When the sender made it, ms. */
export function sentAt(event: unknown): number | null {
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
