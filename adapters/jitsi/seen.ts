import type { Ms, Reason } from '../contract/fact.ts';
import type { ConfigFile } from './config-js.ts';
import type { Info, Read } from './disco.ts';
import type { WebNumber } from './page.ts';
import type { RoomAddress } from './room-name.ts';

/** Short names of the sources, as the report shows them. */
export type Source = 'C' | 'CI' | 'W' | 'L' | 'P' | 'X1' | 'X2' | 'X3' | 'X4' | 'X5' | 'X6' | 'X7';

export interface Attempt {
  /** Which of the three places was tried. */
  role: 'main' | 'guest' | 'guessed';
  domain: string;
  state: 'accepted' | 'refused' | 'unknown_host' | 'failed';
  /** The server's word for a refusal. */
  condition?: string;
  mechanisms?: readonly string[];
  reason?: Reason;
}

/** Whether somebody without an account gets a session. */
export interface Logins {
  attempts: Attempt[];
  /** Refused on the main domain and on every guest domain: nobody gets in. */
  outcome: Read<'accepted' | 'refused'>;
}

/** An existing room. */
export interface RoomSeen {
  address: RoomAddress;
  /** Older servers describe a room to anybody; `hidden` = the server answers `forbidden`. */
  info: Info | 'hidden';
  /** Silence never means off. */
  lobbyProbe:
    | { state: 'on' }
    | { state: 'silent' }
    | { state: 'not_asked' }
    | { state: 'failed'; reason: Reason };
}

export interface RoomsSeen {
  rooms: RoomSeen[];
  /** Configured rooms that do not exist now. */
  absent: number;
  /** Breakout, lobby and health-check rooms: no subjects. */
  auxiliary: number;
  /** Configured rooms that could not be asked about. */
  failed: number;
  reason: Reason | null;
}

/** Everything that one scan saw, before it is judged. */
export interface Seen {
  at: Ms;
  config: Read<ConfigFile>;
  /** Where the configuration was found. */
  configLocator: string;
  interface: Read<ConfigFile>;
  page: Read<WebNumber>;
  /** Rooms that the public address lists to everybody; null = it lists none. */
  census: Read<ReadonlySet<string> | null>;
  logins: Logins;
  /** Description of the main domain. `verified`: the server's own checksum fits. */
  domain: Read<{ info: Info; verified: boolean }>;
  items: Read<string[]>;
  software: Read<string>;
  services: Read<string[]>;
  /** Rooms that the room service lists to everybody. */
  listed: Read<string[]>;
  rooms: RoomsSeen;
}

export function unknownRead(reason: Reason): { state: 'unknown'; reason: Reason } {
  return { state: 'unknown', reason };
}

export function knownRead<T>(value: T): { state: 'known'; value: T } {
  return { state: 'known', value };
}
