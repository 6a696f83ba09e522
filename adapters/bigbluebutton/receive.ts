import { createHash, timingSafeEqual } from 'node:crypto';
import { type AdapterContext, type Pushed, PushRefused, type RawRequest } from '../contract/adapter.ts';
import { type Fact, hole, known, reason } from '../contract/fact.ts';
import { classificationMarking } from '../contract/marking.ts';
import type { Moment } from '../contract/note.ts';
import { configuredRoomFacts } from '../contract/room.ts';
import type { Subject } from '../contract/subject.ts';
import { type Call, notAsked, proof } from './answer.ts';
import type { BigBlueButtonTarget } from './configuration.ts';
import { type CreatedMeeting, happenedAt, readCreated, readMeetingEvent } from './event.ts';
import { createdFacts } from './facts/created.ts';
import { roomFacts } from './facts/room.ts';
import { emptyList } from './recordings.ts';
import { notGiven } from './rows.ts';
import { type Seen, seenRoom } from './seen.ts';
import { noFiles } from './server-files.ts';
import { contentOf, creation } from './told.ts';

export const maxPushBytes = 512 * 1024;
/** A delivery is repeated for about five minutes, that to a permanent address without end. */
const replayWindowMs = 10 * 60_000;

/**
 * One delivery of bbb-webhooks. Its signature covers the registered address, the raw body and the secret; nothing of it
 * is read before it fits. Events but those of creation, end and recording are dropped unread.
 * @throws {PushRefused} 400, 401, 413
 * @throws {SecretMissing}
 */
export async function receive(
  target: BigBlueButtonTarget,
  request: RawRequest,
  context: AdapterContext,
): Promise<Pushed[]> {
  if (!context.live) throw new PushRefused(401, 'the target does not take events');
  if (request.body.byteLength > maxPushBytes) throw new PushRefused(413, 'the body is too large');
  const { settings } = target;
  verify(request, await context.secret(settings.secret), settings.callback_url);
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
  const sent = Number(form.get('timestamp'));
  if (!Number.isFinite(sent) || sent <= 0) throw new PushRefused(400, 'no time of sending');
  const late = context.now() - sent;
  if (Math.abs(late) > replayWindowMs) {
    // Refused, it would be sent again every minute for ever: the sender keeps the time of its first attempt.
    context.log.warn(
      { late_s: Math.round(late / 1000) },
      'an event was dropped: sent too long ago, or too far ahead',
    );
    return [];
  }
  return eventsOf(form.get('event') ?? '').flatMap((event) => itemsOf(event, target, context));
}

const algorithms: Readonly<Record<number, string>> = {
  40: 'sha1',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

/** Of the address nothing but what came is known; behind a proxy that changes it, `callback_url` says what was registered. */
function verify({ target, headers, body }: RawRequest, secret: string, registered: string | undefined): void {
  const match = /[?&]checksum=([0-9a-fA-F]{40,128})$/.exec(target);
  const sent = match?.[1]?.toLowerCase() ?? '';
  const algorithm = algorithms[sent.length];
  if (match === null || algorithm === undefined || secret === '')
    throw new PushRefused(401, 'no checksum of a known kind');
  const hosts = [headers['x-forwarded-host'], headers['host']].flat().filter((host) => host !== undefined);
  const shown = hosts
    .flatMap((list) => list.split(','))
    .flatMap((host) => ['https', 'http'].map((scheme) => `${scheme}://${host.trim()}`))
    .map((origin) => origin + target.slice(0, match.index));
  for (const address of registered === undefined ? shown : [registered]) {
    const own = createHash(algorithm).update(address).update(body).update(secret).digest();
    if (timingSafeEqual(own, Buffer.from(sent, 'hex'))) return;
  }
  throw new PushRefused(401, 'the checksum does not fit');
}

/** Names of the events that are read, raw and mapped; a text that holds none of them is not even parsed. */
const wanted =
  /"(?:MeetingCreatedEvtMsg|MeetingDestroyedEvtMsg|RecordingStatusChangedEvtMsg|meeting-ended|meeting-recording-started|meeting-recording-stopped)"/;

function eventsOf(text: string): unknown[] {
  if (!wanted.test(text)) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.slice(0, 100) : [parsed];
  } catch {
    throw new PushRefused(400, 'no JSON');
  }
}

function itemsOf(event: unknown, target: BigBlueButtonTarget, context: AdapterContext): Pushed[] {
  const name = (event as { envelope?: { name?: unknown } } | null)?.envelope?.name;
  if (name !== 'MeetingCreatedEvtMsg') return momentOf(event, context);
  const created = readCreated(event);
  if (created === null || created.breakout) return [];
  const at = context.now();
  const since = created.createdAt ?? at;
  const call: Call = { ...creation, at, serverDate: null, contentTime: since };
  const { id: room, session, settings } = created;
  const note = { room, session, since, content: contentOf(settings) };
  return [{ note, subject: createdRoom(created, call, target, context) }];
}

/** What was switched on or off, and that a meeting is over: judged at once, not stored. */
function momentOf(event: unknown, context: AdapterContext): Pushed[] {
  const found = readMeetingEvent(event);
  const at = happenedAt(event);
  if (found === null || at === null) return [];
  const { kind, session } = found;
  const call: Call = { source: 'EM', locator: kind, at: context.now(), serverDate: null, contentTime: at };
  const ended = kind === 'ended';
  const facts: Moment['facts'] = { meeting_running: known(!ended, proof(call, 'event')) };
  if (!ended) facts.meeting_recording_in_progress = known(kind === 'recording_started', proof(call, 'event'));
  return [{ moment: { session, at, facts, ended } }];
}

/** Only what the event itself carries; everything else waits for a scan. */
function createdRoom(
  created: CreatedMeeting,
  call: Call,
  target: BigBlueButtonTarget,
  context: AdapterContext,
): Subject {
  const now = context.now();
  const waits = notAsked(reason('not_configured', 'an event tells of one meeting only'));
  const seen: Seen = {
    now,
    settings: target.settings,
    root: waits,
    meetings: waits,
    recordings: { ...emptyList(), gap: waits.reason },
    greenlight: null,
    database: null,
    files: noFiles,
    recordingDoubted: false,
  };
  const { id, name, friendlyId, settings } = created;
  const { greenlight } = settings;
  const room = seenRoom(seen, {
    id,
    name,
    greenlight,
    friendlyId,
    running: null,
    stored: notAsked(notGiven('GS')),
    open: notAsked(notGiven('G3')),
    at: now,
    told: null,
    doubtful: [],
  });
  const facts = {
    ...roomFacts(seen, room, false),
    ...createdFacts(settings, call),
    room_classification_marking: marking(name, call),
    ...configuredRoomFacts(target, context, id, name),
  } as Subject['facts'];
  const aliases = greenlight && friendlyId !== null ? { aliases: [friendlyId] } : {};
  return { kind: 'room', id, name, facts, ...aliases };
}

function marking(name: string | null, call: Call): Fact {
  const evidence = proof(call, 'props.meetingProp.name');
  if (name === null) return hole(reason('invalid_answer', 'the meeting has no name'), evidence);
  const mark = classificationMarking([name]);
  // Names of recordings may be marked, and an event does not tell them.
  return mark === 'none'
    ? hole(reason('incomplete', 'names of recordings are not in the event'), evidence)
    : known(mark, evidence);
}
