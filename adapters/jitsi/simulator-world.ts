import type { SimulatorServer } from '../contract/simulator.ts';
import { canonicalPart } from './room-name.ts';
import type { XmppFault } from './simulator-faults.ts';

export interface SimulatedRoom {
  name: string;
  tenant?: string;
  password?: boolean;
  lobby?: boolean;
  /** Without the conference focus; default 1. */
  participants?: number;
  /** Listed by the room service to everybody. */
  listed?: boolean;
  /** Milliseconds; default: fixed. */
  createdAt?: number;
}

export interface JitsiWorld {
  /**
   * `current`: rooms answer `forbidden`. `legacy`: rooms describe themselves to anybody. `secure`: accounts, and guests on
   * a domain of their own. `jwt`: ANONYMOUS is offered and refused.
   */
  kind: 'current' | 'legacy' | 'secure' | 'jwt';
  domain: string;
  /** `secure` only; null = no guests. */
  guestDomain?: string | null;
  rooms: SimulatedRoom[];
  /** Number in the page's script addresses; null = none is shown. */
  web: number | string | null;
  /** Keys of config.js, over a small base; a value undefined takes a key out. */
  config?: Record<string, unknown>;
  /** Whole text of config.js or interface_config.js instead. */
  configText?: string;
  interfaceText?: string;
  /** The room list is reachable from outside. */
  publicCensus?: boolean;
  /** Components that the server runs. */
  components?: string[];
  /** Further domains, as `hidden` or `recorder`. */
  extraDomains?: string[];
  /** STUN and TURN servers that are handed out; null = the module is missing. */
  services?: { host: string; type: string }[] | null;
}

export const usualComponents = [
  'lobbyrooms',
  'speakerstats',
  'conference_duration',
  'end_conference',
  'av_moderation',
  'room_metadata',
  'breakout_rooms',
  'polls',
];

export interface JitsiSimulator extends SimulatorServer {
  world: JitsiWorld;
  /** Every frame that clients sent. */
  readonly frames: string[];
  /** Queries of the WebSocket addresses, as sent. */
  readonly queries: string[];
  xmppFaults: XmppFault[];
  /** What stands under the target: address and rooms. */
  settings(): { url: string; rooms: string[] };
}

export function nodeOf(room: SimulatedRoom): string {
  const name = canonicalPart(room.name);
  return room.tenant === undefined ? name : `[${canonicalPart(room.tenant)}]${name}`;
}

export function mucOf(world: JitsiWorld): string {
  return `${world.kind === 'legacy' ? 'conference' : 'muc'}.${world.domain}`;
}
