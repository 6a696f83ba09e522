import { reason } from '../contract/fact.ts';
import { failureOf, infoOf } from './disco.ts';
import { type RoomAddress, roomQuery } from './room-name.ts';
import type { RoomSeen, Seen } from './seen.ts';
import { loginAnonymously, type XmppOptions } from './xmpp.ts';

export type LobbyProbe = RoomSeen['lobbyProbe'];

export interface ProbeOptions {
  base: Omit<XmppOptions, 'domain'>;
  gap(signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
}

/** A connection of its own, whose address names the room: the lobby tells whether a name is demanded there. */
export async function probeLobby(
  domain: string,
  address: RoomAddress,
  seen: Pick<Seen, 'domain'>,
  options: ProbeOptions,
): Promise<LobbyProbe> {
  const lobby = lobbyAddress(seen.domain);
  if (lobby === null) return { state: 'not_asked' };
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

function lobbyAddress(domain: Seen['domain']): string | null {
  const name =
    domain.state === 'known' ? domain.value.info.identities.get('component/lobbyrooms') : undefined;
  return name === undefined || !/^[a-z0-9.-]{1,255}$/i.test(name) ? null : name.toLowerCase();
}
