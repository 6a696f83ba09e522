import { type Ms, type Reason, reason } from '../contract/fact.ts';
import { failureOf, type Info, infoOf } from './disco.ts';
import { type Read, unknownRead } from './known.ts';
import { type LobbyProbe, probeLobby } from './lobby.ts';
import { readForm } from './owner.ts';
import type { AboutRoom, ProsodyHttp } from './prosody-http.ts';
import type { Candidate, Candidates } from './room-lists.ts';
import type { JitsiSettings } from './schema.ts';
import type { RoomSeen, RoomsSeen, Seen } from './seen.ts';
import type { XmppOptions, XmppSession } from './xmpp.ts';

export interface RoomOptions {
  settings: JitsiSettings;
  signal: AbortSignal;
  timeoutMs: Ms;
  base: Omit<XmppOptions, 'domain'>;
  gap(signal: AbortSignal): Promise<void>;
  muc: Read<string | null>;
  domain: string | null;
  /** Whoever gets in; a reason where nobody does. */
  session: XmppSession | Reason;
  anonymous: boolean;
  account: XmppSession | Reason;
  http: ProsodyHttp;
  candidates: Candidates;
  live: boolean;
}

export type Existence =
  | { state: 'exists'; info: Info | 'hidden' }
  | { state: 'absent' }
  | { state: 'failed'; reason: Reason };

/** Asks about each configured or listed room without entering it. */
export async function askRooms(seen: Pick<Seen, 'domain'>, options: RoomOptions): Promise<RoomsSeen> {
  const { candidates } = options;
  const found: RoomsSeen = { rooms: [], absent: 0, auxiliary: candidates.auxiliary, failed: 0, reason: null };
  for (const candidate of candidates.rooms) {
    const before = await existenceOf(candidate, options);
    if (before.state === 'failed') {
      found.failed++;
      found.reason ??= before.reason;
    }
    const room = before.state === 'absent' ? 'absent' : await described(candidate, before, seen, options);
    if (room === 'absent') found.absent++;
    else if (room !== null) found.rooms.push(room);
  }
  return found;
}

async function existenceOf({ address }: Candidate, options: RoomOptions): Promise<Existence> {
  const { muc, session } = options;
  const jid = jidOf(address.node, muc);
  if ('code' in session) return { state: 'failed', reason: session };
  return typeof jid === 'string' ? existence(session, jid) : { state: 'failed', reason: jid };
}

function jidOf(node: string, muc: Read<string | null>): string | Reason {
  if (muc.state === 'unknown') return muc.reason;
  return muc.value === null
    ? reason('invalid_answer', 'config.js names no hosts.muc')
    : `${node}@${muc.value}`;
}

export async function existence(session: XmppSession, jid: string): Promise<Existence> {
  const answer = await session.ask({ kind: 'info', to: jid });
  if (answer.state === 'result') return { state: 'exists', info: infoOf(answer.payload) };
  if (answer.state === 'error' && answer.condition === 'forbidden' && answer.kind === 'auth')
    return { state: 'exists', info: 'hidden' };
  if (answer.state === 'error' && answer.condition === 'item-not-found') return { state: 'absent' };
  return { state: 'failed', reason: failureOf(answer) };
}

/** Null = nothing tells whether the room exists. */
async function described(
  candidate: Candidate,
  before: Exclude<Existence, { state: 'absent' }>,
  seen: Pick<Seen, 'domain'>,
  options: RoomOptions,
): Promise<RoomSeen | 'absent' | null> {
  const { address, from, census, conference } = candidate;
  const { http, muc, domain, live } = options;
  const form = await formOf(candidate, options);
  const shown = await http.room(address, muc.state === 'known' ? muc.value : null);
  const counted = census.state === 'known' || !live || domain === null;
  const size: AboutRoom<number> = counted ? notAsked : await http.size(address, domain);
  const listed = census.state === 'known' || conference.state === 'known';
  const answered =
    listed || before.state === 'exists' || [form, shown, size].some(({ state }) => state === 'known');
  if (!answered) {
    const gone = [form, shown].some(({ state }) => state === 'absent') || candidate.absent;
    return gone ? 'absent' : null;
  }
  const room: RoomSeen = {
    address,
    from,
    census,
    conference,
    info: before.state === 'exists' ? before.info : unknownRead(before.reason),
    lobbyProbe: { state: 'not_asked' },
    size: present(size),
    shown: present(shown),
    form: present(form),
  };
  const lobbyProbe = before.state === 'exists' ? await probed(room, seen, options) : room.lobbyProbe;
  return lobbyProbe === 'absent' ? 'absent' : { ...room, lobbyProbe };
}

const notAsked = unknownRead(reason('not_running', 'not asked'));

/** A room that other sources show, but not this one: it has ended, or this source knows it by another name. */
function present<T>(answer: AboutRoom<T>): Read<T> {
  return answer.state === 'absent'
    ? unknownRead(reason('not_running', 'this source knows no such room'))
    : answer;
}

async function formOf({ address }: Candidate, options: RoomOptions): Promise<ReturnType<typeof readForm>> {
  const { account, muc } = options;
  if ('code' in account) return unknownRead(account);
  const jid = jidOf(address.node, muc);
  if (typeof jid !== 'string') return unknownRead(jid);
  return readForm(await account.ask({ kind: 'owner', to: jid }), address);
}

/** Not asked where another source shows the lobby; its own answer counts only for a room that exists before and after it. */
async function probed(
  room: RoomSeen,
  seen: Pick<Seen, 'domain'>,
  options: RoomOptions,
): Promise<LobbyProbe | 'absent'> {
  const { session, muc, anonymous } = options;
  const jid = jidOf(room.address.node, muc);
  const enough = [
    room.shown.state === 'known' ? room.shown.value.lobby : null,
    room.conference.state === 'known' ? room.conference.value.lobby : null,
  ].some((value) => value !== null);
  if (room.info !== 'hidden' || enough || !anonymous || 'code' in session || typeof jid !== 'string')
    return { state: 'not_asked' };
  const probe = await probeLobby(session.domain, room.address, seen, options);
  if (probe.state === 'not_asked') return probe;
  const after = await existence(session, jid);
  if (after.state === 'absent') return 'absent';
  return after.state === 'failed' ? { state: 'failed', reason: after.reason } : probe;
}
