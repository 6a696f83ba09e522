import { createHash, timingSafeEqual } from 'node:crypto';
import { type AdapterContext, PushRefused, type RawRequest } from '../contract/adapter.ts';
import { reason } from '../contract/fact.ts';
import { configuredRoomFacts } from '../contract/room.ts';
import type { Item, Subject } from '../contract/subject.ts';
import { type Call, notAsked } from './answer.ts';
import type { BigBlueButtonTarget } from './configuration.ts';
import { type CreatedMeeting, readCreated, readMapped, sentAt } from './event.ts';
import { createdFacts } from './facts/created.ts';
import { roomFacts } from './facts/room.ts';
import { emptyList } from './recordings.ts';
import { notGiven } from './rows.ts';
import type { Seen, SeenRoom } from './seen.ts';
import { noFiles } from './server-files.ts';

export const maxPushBytes = 512 * 1024;
/** A delivery is repeated for about five minutes. */
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
): Promise<Item[]> {
  if (!context.live) throw new PushRefused(401, 'the target does not take events');
  if (request.body.byteLength > maxPushBytes) throw new PushRefused(413, 'the body is too large');
  verify(request, await context.secret(target.settings.secret));
  const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
  const sent = Number(form.get('timestamp'));
  const now = context.now();
  if (!Number.isFinite(sent) || sent <= 0) throw new PushRefused(400, 'no time of sending');
  if (Math.abs(now - sent) > replayWindowMs)
    throw new PushRefused(401, 'sent too long ago, or too far ahead');
  const items: Item[] = [];
  for (const event of eventsOf(form.get('event') ?? '')) items.push(...itemsOf(event, target, context));
  return items;
}

const algorithms: Readonly<Record<number, string>> = {
  40: 'sha1',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

/** Both schemes are tried: which one the sender was told cannot be seen behind a proxy. */
function verify({ target, headers, body }: RawRequest, secret: string): void {
  const match = /[?&]checksum=([0-9a-fA-F]{40,128})$/.exec(target);
  const sent = match?.[1]?.toLowerCase() ?? '';
  const algorithm = algorithms[sent.length];
  if (match === null || algorithm === undefined || secret === '')
    throw new PushRefused(401, 'no checksum of a known kind');
  const registered = target.slice(0, match.index);
  const hosts = [headers['x-forwarded-host'], headers['host']].flat().filter((host) => host !== undefined);
  for (const host of hosts.flatMap((list) => list.split(',')).map((name) => name.trim())) {
    for (const scheme of ['https', 'http']) {
      const own = createHash(algorithm)
        .update(`${scheme}://${host}${registered}`)
        .update(body)
        .update(secret)
        .digest();
      if (timingSafeEqual(own, Buffer.from(sent, 'hex'))) return;
    }
  }
  throw new PushRefused(401, 'the checksum does not fit');
}

/** Names of the events that are read; a text that holds none of them is not even parsed. */
const wanted = /"(?:MeetingCreatedEvtMsg|meeting-ended|meeting-recording-started|meeting-recording-stopped)"/;

function eventsOf(text: string): unknown[] {
  if (!wanted.test(text)) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.slice(0, 100) : [parsed];
  } catch {
    throw new PushRefused(400, 'no JSON');
  }
}

function itemsOf(event: unknown, target: BigBlueButtonTarget, context: AdapterContext): Item[] {
  const at = context.now();
  const name = (event as { envelope?: { name?: unknown } } | null)?.envelope?.name;
  if (name === 'MeetingCreatedEvtMsg') {
    const created = readCreated(event);
    if (created === null || created.breakout) return [];
    const call: Call = {
      source: 'EV',
      locator: 'MeetingCreatedEvtMsg',
      at: sentAt(event) ?? at,
      serverDate: null,
    };
    return [{ subject: createdRoom(created, call, target, context) }, complete('EV')];
  }
  // What was switched on or off belongs to the moment: it is judged with the next scan and not stored.
  return readMapped(event) === null ? [] : [complete('EM')];
}

function complete(source: string): Item {
  return { source: { source, population: 'running', state: 'complete', count: 1 } };
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
    secret: { length: 0, publicValue: false },
    root: waits,
    meetings: waits,
    recordings: { ...emptyList(), gap: waits.reason },
    hooks: waits,
    greenlight: null,
    database: null,
    files: noFiles,
    probes: null,
    recordingDoubted: false,
  };
  const { id, name, greenlight, friendlyId } = created;
  const room: SeenRoom = {
    id,
    name,
    greenlight,
    friendlyId,
    running: null,
    stored: notAsked(notGiven('GS')),
    open: notAsked(notGiven('G3')),
    at: now,
  };
  const facts = {
    ...roomFacts(seen, room, false),
    ...createdFacts(created, call),
    ...configuredRoomFacts(target, context, id, name),
  } as Subject['facts'];
  const aliases = greenlight && friendlyId !== null ? { aliases: [friendlyId] } : {};
  return { kind: 'room', id, name, facts, ...aliases };
}
