import { type Ms, type Reason, reason } from '../contract/fact.ts';
import { failureOf, infoOf, type Read } from './disco.ts';
import { isAuxiliaryRoom, type RoomAddress, roomAddress, roomQuery } from './room-name.ts';
import type { JitsiSettings } from './schema.ts';
import type { RoomSeen, RoomsSeen, Seen } from './seen.ts';
import { loginAnonymously, type XmppOptions, type XmppSession } from './xmpp.ts';

export interface RoomOptions {
  settings: JitsiSettings;
  signal: AbortSignal;
  timeoutMs: Ms;
  base: Omit<XmppOptions, 'domain'>;
  gap(signal: AbortSignal): Promise<void>;
  muc: Read<string | null>;
}

type Existence =
  | { state: 'exists'; info: RoomSeen['info'] }
  | { state: 'absent' }
  | { state: 'failed'; reason: Reason };

/** After so many questions in a row without an answer the server is left alone. */
const patience = 3;

/** Asks about each configured room without entering it. */
export async function askRooms(
  session: XmppSession,
  seen: Pick<Seen, 'domain'>,
  options: RoomOptions,
): Promise<RoomsSeen> {
  const found: RoomsSeen = { rooms: [], absent: 0, auxiliary: 0, failed: 0, reason: null };
  const addresses = new Map((options.settings.rooms ?? []).map(roomAddress).map((room) => [room.node, room]));
  const { muc } = options;
  const fail = (why: Reason): void => {
    found.failed++;
    found.reason ??= why;
  };
  let unanswered = 0;
  let silence: Reason | null = null;
  for (const address of addresses.values()) {
    if (isAuxiliaryRoom(address.node)) {
      found.auxiliary++;
      continue;
    }
    if (muc.state === 'unknown' || muc.value === null) {
      fail(muc.state === 'unknown' ? muc.reason : reason('invalid_answer', 'config.js names no hosts.muc'));
      continue;
    }
    if (silence !== null) {
      fail(silence);
      continue;
    }
    const jid = `${address.node}@${muc.value}`;
    const before = await existence(session, jid);
    if (before.state === 'absent') found.absent++;
    else if (before.state === 'failed') {
      fail(before.reason);
      unanswered = before.reason.code === 'unreachable' ? unanswered + 1 : 0;
      if (unanswered >= patience) silence = before.reason;
    } else {
      unanswered = 0;
      const room = await probed(session, { address, jid, info: before.info }, seen, options);
      if (room === null) found.absent++;
      else found.rooms.push(room);
    }
  }
  return found;
}

export async function existence(session: XmppSession, jid: string): Promise<Existence> {
  const answer = await session.ask({ kind: 'info', to: jid });
  if (answer.state === 'result') return { state: 'exists', info: infoOf(answer.payload) };
  if (answer.state === 'error' && answer.condition === 'forbidden' && answer.kind === 'auth')
    return { state: 'exists', info: 'hidden' };
  if (answer.state === 'error' && answer.condition === 'item-not-found') return { state: 'absent' };
  return { state: 'failed', reason: failureOf(answer) };
}

/** The lobby's own answer counts only for a room that exists before and after it. Null = the room has ended. */
async function probed(
  session: XmppSession,
  room: { address: RoomAddress; jid: string; info: RoomSeen['info'] },
  seen: Pick<Seen, 'domain'>,
  options: RoomOptions,
): Promise<RoomSeen | null> {
  const { address, info } = room;
  const lobby = lobbyAddress(seen.domain);
  if (info !== 'hidden' || lobby === null) return { address, info, lobbyProbe: { state: 'not_asked' } };
  const lobbyProbe = await probe(session.domain, address, lobby, options);
  const after = await existence(session, room.jid);
  if (after.state === 'absent') return null;
  if (after.state === 'failed')
    return { address, info, lobbyProbe: { state: 'failed', reason: after.reason } };
  return { address, info, lobbyProbe };
}

function lobbyAddress(domain: Seen['domain']): string | null {
  const name =
    domain.state === 'known' ? domain.value.info.identities.get('component/lobbyrooms') : undefined;
  return name === undefined || !/^[a-z0-9.-]{1,255}$/i.test(name) ? null : name.toLowerCase();
}

async function probe(
  domain: string,
  address: RoomAddress,
  lobby: string,
  options: RoomOptions,
): Promise<RoomSeen['lobbyProbe']> {
  await options.gap(options.signal);
  const login = await loginAnonymously({ ...options.base, domain, query: roomQuery(address) });
  if (login.state === 'failed') return { state: 'failed', reason: login.reason };
  if (login.state !== 'accepted')
    return { state: 'failed', reason: reason('not_permitted', 'login refused') };
  try {
    const answer = await login.session.ask({ kind: 'lobby', to: lobby });
    if (answer.state !== 'result') return { state: 'failed', reason: failureOf(answer) };
    const { features } = infoOf(answer.payload);
    return {
      state: features.has('http://jitsi.org/protocol/lobbyrooms#displayname_required') ? 'on' : 'silent',
    };
  } finally {
    login.session.close();
  }
}
