import { z } from 'zod';
import { type Ms, reason } from '../contract/fact.ts';
import type { Kept, Moment, Note } from '../contract/note.ts';
import type { Answer, Call } from './answer.ts';
import { answered } from './answer.ts';
import type { MeetingList } from './api.ts';
import { type CreatedSettings, guestPolicies, tellingFeatures } from './event.ts';
import type { Read } from './schema.ts';

/** What an event told of a meeting at its creation, and what was heard since. */
export interface Told {
  settings: CreatedSettings;
  call: Call;
  moment: Moment | null;
}

export const creation = { source: 'EV', locator: 'MeetingCreatedEvtMsg' } as const;

/** A balancer's list of meetings may be that old, and one that has just begun may be missing on any. */
const graceMs = 120_000;

const Content = z.object({
  greenlight: z.boolean(),
  disabledFeatures: z.array(z.enum(tellingFeatures)).optional(),
  asksConsent: z.boolean().optional(),
  record: z.boolean().optional(),
  autoStart: z.boolean().optional(),
  keepsEvents: z.boolean().optional(),
  guestPolicy: z.enum(guestPolicies).optional(),
  authenticatedGuest: z.boolean().optional(),
  moderatorsUnmute: z.boolean().optional(),
  mutedOnStart: z.boolean().optional(),
  inspectMinutes: z.number().int().min(0).optional(),
  dashboard: z.boolean().optional(),
  pinLength: z.number().int().min(1).optional(),
  telephone: z.boolean().optional(),
});

/** What is kept until the meeting is over; what the event did not carry well is left out. */
export function contentOf({ greenlight, ...reads }: CreatedSettings): Note['content'] {
  const values = Object.entries(reads).flatMap(([name, read]) => (read.ok ? [[name, read.value]] : []));
  return { greenlight, ...Object.fromEntries(values) };
}

/** null: kept by another version of this program. */
function readContent(content: unknown): CreatedSettings | null {
  const parsed = Content.safeParse(content);
  if (!parsed.success) return null;
  const { greenlight, ...values } = parsed.data;
  const read = <K extends keyof typeof values>(name: K): Read<NonNullable<(typeof values)[K]>> => {
    const value = values[name];
    return value === undefined
      ? { ok: false, reason: reason('invalid_answer', `${name} was missing in the event or not of its form`) }
      : { ok: true, value };
  };
  return {
    greenlight,
    disabledFeatures: read('disabledFeatures'),
    asksConsent: read('asksConsent'),
    record: read('record'),
    autoStart: read('autoStart'),
    keepsEvents: read('keepsEvents'),
    guestPolicy: read('guestPolicy'),
    authenticatedGuest: read('authenticatedGuest'),
    moderatorsUnmute: read('moderatorsUnmute'),
    mutedOnStart: read('mutedOnStart'),
    inspectMinutes: read('inspectMinutes'),
    dashboard: read('dashboard'),
    pinLength: read('pinLength'),
    telephone: read('telephone'),
  };
}

/** The events of meetings that the list of meetings shows, and those of which it cannot be told whether they last. */
export interface ToldMeetings {
  bySession: ReadonlyMap<string, Told>;
  /** Room to the events of meetings that may run or not. */
  doubtful: ReadonlyMap<string, readonly Told[]>;
  /** Sessions whose meetings are over. */
  over: readonly string[];
}

/** Only a whole list proves that a meeting is over; a list that failed proves nothing. */
export function toldMeetings(
  kept: readonly Kept[],
  listed: Answer<MeetingList>,
  whole: boolean,
): ToldMeetings {
  const meetings = answered(listed) ? listed.value.meetings : [];
  const running = new Map(meetings.map((meeting) => [meeting.session, meeting]));
  const unclear = new Set(meetings.filter(({ session }) => session === null).map(({ id }) => id));
  const bySession = new Map<string, Told>();
  const doubtful = new Map<string, Told[]>();
  const over: string[] = [];
  for (const { room, session, since, at, content, moment } of kept) {
    const settings = readContent(content);
    const meeting = running.get(session);
    if (meeting === undefined && whole && !unclear.has(room) && isOld(at, listed)) over.push(session);
    else if (settings === null) continue;
    else {
      const call: Call = {
        ...creation,
        at: meeting !== undefined && listed.call !== null ? listed.call.at : at,
        serverDate: null,
        contentTime: since,
      };
      const greenlight = settings.greenlight || meeting?.greenlight === true;
      const told: Told = { settings: { ...settings, greenlight }, call, moment };
      if (meeting !== undefined) bySession.set(session, told);
      else doubtful.set(room, [...(doubtful.get(room) ?? []), told]);
    }
  }
  return { bySession, doubtful, over };
}

function isOld(at: Ms, { call }: Answer<MeetingList>): boolean {
  return call !== null && at + graceMs < call.at;
}
