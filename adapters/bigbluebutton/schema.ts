import { z } from 'zod';
import { cleanText, type Reason, reason } from '../contract/fact.ts';
import { hostOf } from '../contract/hosts.ts';
import { sessionOf } from './session.ts';
import { child, childrenOf, textOf, type XmlNode } from './xml.ts';

/** One field of an answer: a wrong one costs the facts it carries, not the record. */
export type Read<T> = { ok: true; value: T } | { ok: false; reason: Reason };

/** Older templates group digits by locale: `1,234`, `1.234`. */
const Count = z
  .string()
  .trim()
  .transform((text) =>
    /^\d{1,3}(?:[.,'\u2019\u00a0\u202f ]\d{3})+$/.test(text) ? text.replace(/\D/g, '') : text,
  )
  .refine((text) => /^\d{1,15}$/.test(text))
  .transform(Number);
const Flag = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.enum(['true', 'false']))
  .transform((text) => text === 'true');
const Id = z.string().min(1).max(1024).transform(cleanText);
const PinLength = z
  .string()
  .trim()
  .regex(/^\d{1,32}$/)
  .transform((digits) => digits.length);

export const recordingStates = ['processing', 'processed', 'published', 'unpublished', 'deleted'] as const;
export type RecordingState = (typeof recordingStates)[number];
const State = z.string().trim().pipe(z.enum(recordingStates));

/** What BigBlueButton prints where no telephone access exists. */
const placeholderNumber = '6135551234';
/** Free text on the server's side; what has no form of a number is no evidence that there is one. */
const Dial = z
  .string()
  .trim()
  .regex(/^(?:x|ext\.?)?[+(]*\d(?:[\d\s+()/.,;:#*x\u2013-]|ext)+$/i)
  .refine((text) => text.replace(/\D/g, '').length >= 3)
  .transform((text) => (text.replace(/\D/g, '') === placeholderNumber ? ('placeholder' as const) : 'number'));

export interface People {
  listed: number;
  greenlightGuests: number;
  telephone: number;
}

export interface Meeting {
  id: string;
  /** Which of the room's meetings, as a hash; null where it is not shown. */
  session: string | null;
  name: Read<string>;
  createTime: Read<number>;
  startTime: Read<number>;
  running: Read<boolean>;
  recording: Read<boolean>;
  /** Digits of the telephone PIN, leading zeros counted; the PIN itself is dropped here. */
  pinLength: Read<number>;
  dial: Read<'number' | 'placeholder'>;
  participants: Read<number>;
  maxUsers: Read<number>;
  people: Read<People>;
  breakout: boolean;
  /** Made by Greenlight 3; any other front end is unknown to us. */
  greenlight: boolean;
  friendlyId: string | null;
  sendsStatistics: boolean;
  statisticsHost: string | null;
  hosts: string[];
}

export interface Recording {
  id: string;
  roomId: Read<string>;
  name: Read<string>;
  state: Read<RecordingState>;
  startTime: Read<number>;
  endTime: Read<number>;
  /** null: the front end stored no such flag. */
  listed: Read<boolean> | null;
  formats: string[];
  hosts: string[];
}

export interface Hook {
  host: string | null;
  global: boolean;
  raw: boolean;
}

/** null: without an id nothing can be said about the entry. */
export function readMeeting(node: XmlNode): Meeting | null {
  const id = field(Id, textOf(node, 'meetingID'), 'meetingID');
  if (!id.ok) return null;
  const metadata = child(node, 'metadata');
  const statistics = textOf(metadata, 'analytics-callback-url')?.trim() ?? '';
  const urls = ['analytics-callback-url', 'endcallbackurl', 'bbb-recording-ready-url'];
  return {
    id: id.value,
    session: sessionOf(textOf(node, 'internalMeetingID')?.trim()),
    name: field(z.string().min(1).transform(cleanText), textOf(node, 'meetingName'), 'meetingName'),
    createTime: field(Count, textOf(node, 'createTime'), 'createTime'),
    startTime: field(Count, textOf(node, 'startTime'), 'startTime'),
    running: field(Flag, textOf(node, 'running'), 'running'),
    recording: field(Flag, textOf(node, 'recording'), 'recording'),
    pinLength: field(PinLength, textOf(node, 'voiceBridge'), 'voiceBridge'),
    dial: field(Dial, textOf(node, 'dialNumber'), 'dialNumber'),
    participants: field(Count, textOf(node, 'participantCount'), 'participantCount'),
    maxUsers: field(Count, textOf(node, 'maxUsers'), 'maxUsers'),
    people: readPeople(child(node, 'attendees')),
    breakout: isBreakout(node),
    greenlight: isGreenlight(metadata),
    friendlyId: readFriendlyId(metadata),
    sendsStatistics: statistics !== '',
    statisticsHost: webHost(statistics),
    hosts: urls.map((key) => webHost(textOf(metadata, key))).filter((host) => host !== null),
  };
}

export function readRecording(node: XmlNode): Recording | null {
  const id = field(Id, textOf(node, 'recordID'), 'recordID');
  if (!id.ok) return null;
  const listed = textOf(child(node, 'metadata'), 'gl-listed');
  const formats = childrenOf(child(node, 'playback'), 'format');
  return {
    id: id.value,
    roomId: field(Id, textOf(node, 'meetingID'), 'meetingID'),
    name: field(z.string().min(1).transform(cleanText), textOf(node, 'name'), 'name'),
    state: field(State, textOf(node, 'state'), 'state'),
    startTime: field(Count, textOf(node, 'startTime'), 'startTime'),
    endTime: field(Count, textOf(node, 'endTime'), 'endTime'),
    listed: listed === undefined || listed.trim() === '' ? null : field(Flag, listed, 'gl-listed'),
    formats: formats.map((format) => textOf(format, 'type')?.trim() ?? ''),
    hosts: formats.map((format) => webHost(textOf(format, 'url'))).filter((host) => host !== null),
  };
}

export function readHook(node: XmlNode): Hook {
  return {
    host: webHost(textOf(node, 'callbackURL')),
    global: (textOf(node, 'meetingID')?.trim() ?? '') === '',
    raw: textOf(node, 'rawData')?.trim() === 'true',
  };
}

export function readCount(text: string | undefined, what: string): Read<number> {
  return field(Count, text, what);
}

/** Host of a web address; user, path and query are dropped. null where there is none. */
export function webHost(text: string | undefined): string | null {
  if (text === undefined || !/^\s*(https?|wss?):\/\//i.test(text)) return null;
  return hostOf(text) ?? null;
}

function field<T>(schema: z.ZodType<T, string>, text: string | undefined, what: string): Read<T> {
  if (text === undefined) return { ok: false, reason: reason('invalid_answer', `${what} is missing`) };
  const result = schema.safeParse(text);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, reason: reason('invalid_answer', `${what} is not of its form`) };
}

/** The ids are read for their prefix only; nothing of a person is kept. */
function readPeople(attendees: XmlNode | undefined): Read<People> {
  if (attendees === undefined)
    return { ok: false, reason: reason('invalid_answer', 'attendees are missing') };
  const people: People = { listed: 0, greenlightGuests: 0, telephone: 0 };
  for (const attendee of childrenOf(attendees, 'attendee')) {
    const id = textOf(attendee, 'userID')?.trim() ?? '';
    if (id === '') return { ok: false, reason: reason('invalid_answer', 'an attendee without userID') };
    people.listed += 1;
    if (id.startsWith('gl-guest-')) people.greenlightGuests += 1;
    if (id.startsWith('v_')) people.telephone += 1;
  }
  return { ok: true, value: people };
}

/** The parent stands beside the flag, so that either of the two is enough. */
function isBreakout(node: XmlNode): boolean {
  const flag = textOf(node, 'isBreakout')?.trim().toLowerCase();
  if (flag === 'true') return true;
  return flag !== 'false' && child(node, 'parentMeetingID') !== undefined;
}

function isGreenlight(metadata: XmlNode | undefined): boolean {
  if (textOf(metadata, 'bbb-origin')?.trim() !== 'greenlight') return false;
  const version = textOf(metadata, 'bbb-origin-version')?.trim() ?? '';
  return version === '' || /^(release-|v)?3(\.|$)/.test(version);
}

function readFriendlyId(metadata: XmlNode | undefined): string | null {
  const id = textOf(metadata, 'bbb-context-id')?.trim() ?? '';
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id) ? id : null;
}
