import type { AdapterContext } from '../contract/adapter.ts';
import { notConfigured, type Reason, reason } from '../contract/fact.ts';
import type { BoundedHttp } from '../contract/http.ts';
import { type Census, countOf, parsed, readCensus } from './census.ts';
import { knownRead, type Read, type Unread, unknownRead } from './known.ts';
import { type RoomAddress, roomQuery } from './room-name.ts';
import { type JitsiSettings, originOf } from './schema.ts';
import type { RoomInfo } from './seen.ts';
import { openService, prosodyCalls, roomInfoCalls, textOf } from './services.ts';

/** `absent`: the server says that there is no such room. */
export type AboutRoom<T> = Read<T> | { state: 'absent' };

/** Prosody's HTTP modules, asked for lists and for single rooms. */
export class ProsodyHttp {
  readonly #lists: BoundedHttp | Unread;
  readonly #rooms: BoundedHttp | Unread;

  private constructor(lists: BoundedHttp | Unread, rooms: BoundedHttp | Unread) {
    this.#lists = lists;
    this.#rooms = rooms;
  }

  static async open(context: AdapterContext, settings: JitsiSettings): Promise<ProsodyHttp> {
    const { prosody_http: base, room_info: info } = settings;
    const lists =
      base === undefined
        ? unknownRead(notConfigured('prosody_http'))
        : opened(openService(context, settings, { base, allow: prosodyCalls }));
    if (info === undefined) return new ProsodyHttp(lists, unknownRead(notConfigured('room_info')));
    const token = await context.secret(info.token);
    const place = info.url ?? base ?? `${originOf(settings)}/_api`;
    const rooms = opened(openService(context, settings, { base: place, allow: roomInfoCalls, token }));
    return new ProsodyHttp(lists, rooms);
  }

  async census(): Promise<Read<Census>> {
    if ('state' in this.#lists) return this.#lists;
    const answer = await textOf(this.#lists, { path: '/room-census' });
    if (answer.state === 'unknown')
      return unknownRead(notLoaded(answer.reason, 'muc_census', 'prosody_http'));
    return readCensus(answer.value.text);
  }

  /** One may mean nobody: the module takes the focus off only where there are more. */
  async size(address: RoomAddress, domain: string): Promise<AboutRoom<number>> {
    if ('state' in this.#lists) return this.#lists;
    const tenant = address.tenant === null ? '' : `&subdomain=${encodeURIComponent(address.tenant)}`;
    const query = `room=${encodeURIComponent(address.room)}&domain=${encodeURIComponent(domain)}${tenant}`;
    const answer = await textOf(this.#lists, { path: '/room-size', query, accept: [200, 404] });
    if (answer.state === 'unknown') return answer;
    if (answer.value.status === 404) return { state: 'absent' };
    const count = countOf((parsed(answer.value.text) as { participants?: unknown } | null)?.participants);
    return count === null
      ? unknownRead(reason('invalid_answer', 'no number of participants'))
      : knownRead(count);
  }

  /** `muc`: the room service that must answer, so that a wrong tenant is noticed. */
  async room(address: RoomAddress, muc: string | null): Promise<AboutRoom<RoomInfo>> {
    if ('state' in this.#rooms) return this.#rooms;
    const request = { path: '/room-info', query: roomQuery(address), accept: [200, 404] };
    const answer = await textOf(this.#rooms, request);
    if (answer.state === 'unknown') return unknownRead(refusedToken(answer.reason));
    if (answer.value.status === 404) return { state: 'absent' };
    return roomInfoOf(answer.value.text, address, muc);
  }

  close(): void {
    for (const client of [this.#lists, this.#rooms]) if (!('state' in client)) client.close();
  }
}

function opened(client: BoundedHttp | Reason): BoundedHttp | Unread {
  return 'code' in client ? unknownRead(client) : client;
}

/** 404 or somebody's page at the place of a module. */
export function notLoaded(why: Reason, module: string, key: string): Reason {
  if (why.code !== 'unreachable' || !/^HTML|404/.test(why.detail ?? '')) return why;
  return notConfigured(key, `${why.detail}: Prosody does not serve ${module} there`);
}

function refusedToken(why: Reason): Reason {
  if (why.code !== 'not_permitted') return notLoaded(why, 'muc_password_check', 'room_info');
  return { ...why, fill: { kind: 'permission', name: 'a token that room-info accepts' } };
}

function roomInfoOf(text: string, address: RoomAddress, muc: string | null): Read<RoomInfo> {
  const body = parsed(text) as {
    conference?: unknown;
    passcodeProtected?: unknown;
    lobbyEnabled?: unknown;
  } | null;
  const invalid = (detail: string): Unread => unknownRead(reason('invalid_answer', detail));
  if (typeof body !== 'object' || body === null) return invalid('no description of a room');
  const { conference, passcodeProtected: password, lobbyEnabled: lobby } = body;
  const jid = typeof conference === 'string' ? conference.toLowerCase() : '';
  if (!jid.startsWith(`${address.node}@`) || (muc !== null && jid !== `${address.node}@${muc}`))
    return invalid('the description of another room');
  return knownRead({ password: bit(password), lobby: bit(lobby) });
}

function bit(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}
