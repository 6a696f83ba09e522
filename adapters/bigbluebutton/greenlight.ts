import { z } from 'zod';
import { cleanText, type Ms, type Reason, reason, type SourceId } from '../contract/fact.ts';
import { type AllowedCall, type BoundedHttp, SourceError } from '../contract/http.ts';
import { type Answer, answered, type Call, whyNot } from './answer.ts';
import { callOf } from './api.ts';
import type { Read } from './schema.ts';

export const siteOptions = [
  'record',
  'muteOnStart',
  'guestPolicy',
  'glAnyoneJoinAsModerator',
  'glRequireAuthentication',
  'glViewerAccessCode',
] as const;
export type SiteOption = (typeof siteOptions)[number];
export const siteValues = ['true', 'false', 'optional', 'default_enabled'] as const;
export type SiteValue = (typeof siteValues)[number];
export const siteSettings = ['PrivacyPolicy', 'RegistrationMethod'] as const;
export type SiteSetting = (typeof siteSettings)[number];

export const allowedGreenlightCalls: readonly AllowedCall[] = [
  { method: 'GET', path: '/api/v1/env.json' },
  { method: 'GET', path: '/api/v1/site_settings.json' },
  ...siteOptions.map((name) => ({
    method: 'GET' as const,
    path: `/api/v1/rooms_configurations/${name}.json`,
  })),
  { method: 'GET', path: /^\/api\/v1\/rooms\/[A-Za-z0-9][A-Za-z0-9_-]{0,63}\/public\.json$/ },
];

export interface Environment {
  /** `3.8.2.4`; null where the tag is no version. */
  version: string | null;
  externalLogin: Read<boolean>;
}

export interface PublicRoom {
  name: Read<string>;
  viewerCode: Read<boolean>;
  moderatorCode: Read<boolean>;
  requiresLogin: Read<boolean>;
  anyoneModerates: Read<boolean>;
  recordingConsent: Read<boolean>;
}

export interface Greenlight {
  env: Answer<Environment>;
  options: Record<SiteOption, Answer<SiteValue>>;
  /** An empty text is a value: nothing is set. */
  settings: Record<SiteSetting, Answer<string>>;
}

const Text = z.string().transform(cleanText);
/** Greenlight sends some of its booleans as texts. */
const TextFlag = z.enum(['true', 'false']).transform((text) => text === 'true');

export async function askGreenlight(http: BoundedHttp, now: () => Ms): Promise<Greenlight> {
  const env = await askJson(http, now, 'G0', { path: '/api/v1/env.json' }, readEnvironment);
  const options = {} as Greenlight['options'];
  for (const name of siteOptions) {
    const path = `/api/v1/rooms_configurations/${name}.json`;
    options[name] = await askJson(http, now, 'G1', { path }, read(z.enum(siteValues)));
  }
  const settings = {} as Greenlight['settings'];
  for (const name of siteSettings) {
    const request = { path: '/api/v1/site_settings.json', query: `names=${name}` };
    settings[name] = await askJson(http, now, 'G2', request, read(Text));
  }
  return { env, options, settings };
}

/** The address of a room is an address to join it: it never reaches a locator. */
export async function askPublicRoom(
  http: BoundedHttp,
  now: () => Ms,
  friendlyId: string,
): Promise<Answer<PublicRoom>> {
  const request = { path: `/api/v1/rooms/${friendlyId}/public.json`, locator: roomLocator };
  return askJson(http, now, 'G3', request, (data) => readRoom(data, friendlyId));
}

const roomLocator = '/api/v1/rooms/{friendly_id}/public.json';

async function askJson<T>(
  http: BoundedHttp,
  now: () => Ms,
  source: SourceId,
  request: { path: string; query?: string; locator?: string },
  readData: (data: unknown) => Read<T>,
): Promise<Answer<T>> {
  let call: Call = { source, locator: `GET ${request.locator ?? request.path}`, at: now(), serverDate: null };
  try {
    const answer = await http.request({ ...request, headers: { accept: 'application/json' } });
    call = callOf(source, answer);
    const data = parse(answer.text);
    if (!data.ok) return { call, reason: data.reason };
    const value = readData(data.value);
    return value.ok ? { call, value: value.value } : { call, reason: value.reason };
  } catch (error) {
    return { call, reason: missing(source, error) ?? whyNot(error) };
  }
}

/** An option that a version does not know is answered with 404. */
function missing(source: SourceId, error: unknown): Reason | null {
  if (source !== 'G1' || !(error instanceof SourceError) || error.status !== 404) return null;
  return reason('not_supported_by_version', 'this version of Greenlight does not know the option');
}

function parse(text: string): Read<unknown> {
  if (/^\s*</.test(text)) return { ok: false, reason: reason('unreachable', 'HTML instead of data') };
  if (text.trim() === '')
    return {
      ok: false,
      reason: reason('not_supported_by_version', 'an empty answer: the name is not known'),
    };
  try {
    const parsed = z.looseObject({ data: z.unknown() }).safeParse(JSON.parse(text));
    if (parsed.success && parsed.data.data !== undefined) return { ok: true, value: parsed.data.data };
    return { ok: false, reason: reason('invalid_answer', 'no data in the answer') };
  } catch {
    return { ok: false, reason: reason('invalid_answer', 'no JSON') };
  }
}

function read<T>(schema: z.ZodType<T>): (data: unknown) => Read<T> {
  return (data) => {
    const result = schema.safeParse(data);
    if (result.success) return { ok: true, value: result.data };
    return { ok: false, reason: reason('invalid_answer', 'a value that is not known') };
  };
}

function fieldOf<T>(schema: z.ZodType<T>, data: Record<string, unknown>, key: string): Read<T> {
  if (data[key] === undefined) return { ok: false, reason: reason('invalid_answer', `${key} is missing`) };
  const result = schema.safeParse(data[key]);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, reason: reason('invalid_answer', `${key} is not of its form`) };
}

const Data = z.record(z.string(), z.unknown());

function readEnvironment(data: unknown): Read<Environment> {
  const parsed = Data.safeParse(data);
  if (!parsed.success) return { ok: false, reason: reason('invalid_answer', 'data is no object') };
  const tag = fieldOf(Text, parsed.data, 'VERSION_TAG');
  const version = tag.ok ? /^(?:release-|v)?(\d+(?:\.\d+){1,3})$/.exec(tag.value.trim())?.[1] : undefined;
  return {
    ok: true,
    value: { version: version ?? null, externalLogin: fieldOf(z.boolean(), parsed.data, 'EXTERNAL_AUTH') },
  };
}

/** Names and ids of the owner and of those who share the room are in the answer; they are not read. */
function readRoom(data: unknown, friendlyId: string): Read<PublicRoom> {
  const parsed = Data.safeParse(data);
  if (!parsed.success) return { ok: false, reason: reason('invalid_answer', 'data is no object') };
  const room = parsed.data;
  if (room['friendly_id'] !== friendlyId)
    return { ok: false, reason: reason('invalid_answer', 'the answer is about another room') };
  return {
    ok: true,
    value: {
      name: fieldOf(Text, room, 'name'),
      viewerCode: fieldOf(z.boolean(), room, 'viewer_access_code'),
      moderatorCode: fieldOf(z.boolean(), room, 'moderator_access_code'),
      requiresLogin: fieldOf(TextFlag, room, 'require_authentication'),
      anyoneModerates: fieldOf(TextFlag, room, 'anyone_join_as_moderator'),
      recordingConsent: fieldOf(TextFlag, room, 'recording_consent'),
    },
  };
}

/** Reason of the first answer of a group that is none. */
export function firstReason(answers: readonly Answer<unknown>[]): Reason | null {
  for (const answer of answers) if (!answered(answer)) return answer.reason;
  return null;
}
