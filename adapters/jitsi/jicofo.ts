import type { AdapterContext } from '../contract/adapter.ts';
import { cleanText, notConfigured, type Reason, reason } from '../contract/fact.ts';
import type { BoundedHttp } from '../contract/http.ts';
import { countOf, parsed } from './census.ts';
import { knownRead, type Read, unknownRead } from './known.ts';
import type { JitsiSettings } from './schema.ts';
import { bridgeCalls, jicofoCalls, openService, textOf } from './services.ts';

/** People in one conference, counted by where they signed in; recorders and gateways apart. */
export interface Members {
  /** Domain of the signed-in address to the number of people. */
  byDomain: Record<string, number>;
  /** Callers and called ones, transcribers apart. */
  telephones: number;
}

/** One conference as jicofo shows it; null = that field could not be read. */
export interface Conference {
  jid: string;
  lobby: boolean | null;
  participants: number | null;
  recorders: number | null;
  startAudioMuted: boolean | null;
  startVideoMuted: boolean | null;
  members: Members | null;
}

export interface Conferences {
  rooms: Conference[];
  damaged: Reason | null;
}

export interface FocusSeen {
  conferences: Read<Conferences>;
  recorders: Read<number>;
  focusVersion: Read<string>;
}

/** Jicofo's REST. */
export async function readJicofo(context: AdapterContext, settings: JitsiSettings): Promise<FocusSeen> {
  const { jicofo: base } = settings;
  const none = (why: Reason): FocusSeen => {
    const hole = unknownRead(why);
    return { conferences: hole, recorders: hole, focusVersion: hole };
  };
  if (base === undefined) return none(notConfigured('jicofo'));
  const http = openService(context, settings, { base, allow: jicofoCalls });
  if ('code' in http) return none(http);
  try {
    const [conferences, recorders, focusVersion] = await Promise.all([
      jsonOf(http, '/debug/conferences-full', conferencesOf),
      context.live
        ? jsonOf(http, '/stats', recordersOf)
        : unknownRead(notConfigured('live.purpose', 'recorders at work are looked at only with a purpose')),
      jsonOf(http, '/about/version', (body) => versionOf(body, 'JiCoFo')),
    ]);
    return { conferences, recorders, focusVersion };
  } finally {
    http.close();
  }
}

/** The version of the video bridge. */
export async function readBridge(context: AdapterContext, settings: JitsiSettings): Promise<Read<string>> {
  const { jvb: base } = settings;
  if (base === undefined) return unknownRead(notConfigured('jvb'));
  const http = openService(context, settings, { base, allow: bridgeCalls });
  if ('code' in http) return unknownRead(http);
  try {
    return await jsonOf(http, '/about/version', (body) => versionOf(body, 'JVB'));
  } finally {
    http.close();
  }
}

async function jsonOf<T>(
  http: BoundedHttp,
  path: string,
  read: (body: unknown) => T | null,
): Promise<Read<T>> {
  const answer = await textOf(http, { path });
  if (answer.state === 'unknown') return answer;
  const value = read(parsed(answer.value.text));
  return value === null
    ? unknownRead(reason('invalid_answer', `no answer of that kind at ${path}`))
    : knownRead(value);
}

function versionOf(body: unknown, name: string): string | null {
  const answer = fieldsOf(body);
  const version = answer?.['version'];
  if (answer?.['name'] !== name || typeof version !== 'string') return null;
  return /^\d+\.\d+[\w.+-]{0,60}$/.test(version) ? version : null;
}

/** Recordings and streams at work, over all rooms. */
function recordersOf(body: unknown): number | null {
  const jibri = fieldsOf(fieldsOf(body)?.['jibri']);
  const recording = countOf(jibri?.['recording_active']);
  const streaming = countOf(jibri?.['live_streaming_active']);
  return recording === null || streaming === null ? null : recording + streaming;
}

function conferencesOf(body: unknown): Conferences | null {
  const rooms = fieldsOf(body);
  if (rooms === null) return null;
  const found: Conferences = { rooms: [], damaged: null };
  for (const [key, value] of Object.entries(rooms)) {
    const conference = fieldsOf(value);
    const jid = key.toLowerCase();
    if (conference !== null && /^[^@]+@[^@]+$/.test(jid) && conference['name'] === key)
      found.rooms.push(conferenceOf(cleanText(jid), conference));
    else if (!key.startsWith('_'))
      found.damaged ??= reason('invalid_answer', 'an entry that is no conference');
  }
  return found;
}

function conferenceOf(jid: string, conference: Record<string, unknown>): Conference {
  const room = fieldsOf(conference['chat_room']);
  return {
    jid,
    lobby: bit(room?.['lobby_enabled']),
    participants: countOf(conference['participant_count']),
    recorders: countOf(conference['jibri_count']),
    startAudioMuted: bit(conference['start_audio_muted']),
    startVideoMuted: bit(conference['start_video_muted']),
    members: membersOf(room?.['members']),
  };
}

/** Only the domains of addresses are kept. One member that cannot be read makes every count unknown. */
function membersOf(value: unknown): Members | null {
  const members = fieldsOf(value);
  if (members === null) return null;
  const found: Members = { byDomain: {}, telephones: 0 };
  for (const each of Object.values(members)) {
    const member = fieldsOf(each);
    const jid = member?.['jid'];
    const [jibri, jigasi, transcriber] = ['is_jibri', 'is_jigasi', 'is_transcriber'].map((key) =>
      bit(member?.[key]),
    );
    if (jibri == null || jigasi == null || transcriber == null) return null;
    if (jibri || transcriber) continue;
    if (jigasi) {
      found.telephones += 1;
      continue;
    }
    const domain =
      typeof jid === 'string' ? /^[^@/]+@([^@/]+)(?:\/|$)/.exec(jid)?.[1]?.toLowerCase() : undefined;
    if (domain === undefined) return null;
    found.byDomain[domain] = (found.byDomain[domain] ?? 0) + 1;
  }
  return found;
}

function fieldsOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function bit(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}
