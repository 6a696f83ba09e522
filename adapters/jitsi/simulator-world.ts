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
  /** Text of the password; default: invented. */
  secret?: string;
  /** The room outlives its people. */
  persistent?: boolean;
  /** Title in the settings. */
  title?: string;
  /** Recorders and telephones in it. */
  recorders?: number;
  telephones?: number;
  /** How many of its people came in over the guest domain; default: all where there is one. */
  guests?: number;
  mutedOnEntry?: boolean;
  /** The list of running rooms says something else: an older state, a service that was taken off. */
  listedParticipants?: number;
}

/** What an administrator may open: Prosody's HTTP modules, jicofo, the bridge, an account. */
export interface Backend {
  /** Accepted by room-info; null = asked for none. */
  token: string | null;
  /** Local part and password of an account on `auth.`; `admin` = among the admins of the room service. */
  account: { user: string; password: string; admin: boolean };
  jicofo: string;
  jvb: string;
  /** Modules of Prosody that are not loaded. */
  missing?: readonly string[];
  /** Rooms of other services that the lists show too, as whole addresses. */
  others?: readonly string[];
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
  backend?: Backend;
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
  /** The services behind, where the world has them. */
  readonly backends: readonly SimulatorServer[];
  /** What stands under the target: address and rooms. */
  settings(): { url: string; rooms: string[] };
  /** The same with every service behind; secrets stand in `secretValues`. */
  openSettings(): Record<string, unknown> & { url: string };
  readonly secretValues: Readonly<Record<string, string>>;
}

export function nodeOf(room: SimulatedRoom): string {
  const name = canonicalPart(room.name);
  return room.tenant === undefined ? name : `[${canonicalPart(room.tenant)}]${name}`;
}

export function mucOf(world: JitsiWorld): string {
  return `${world.kind === 'legacy' ? 'conference' : 'muc'}.${world.domain}`;
}

/** What the simulator takes for a password that a world does not spell out. */
export function secretOf(room: SimulatedRoom): string {
  return room.password === true || room.secret !== undefined ? (room.secret ?? 'Kiefer-77-simulated') : '';
}
