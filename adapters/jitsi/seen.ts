import type { Ms, Reason } from '../contract/fact.ts';
import type { HostPart } from '../contract/files.ts';
import type { Census, CensusRoom } from './census.ts';
import type { ConfigFile } from './config-js.ts';
import type { Info } from './disco.ts';
import type { Environment } from './environment.ts';
import type { HoconFile } from './hocon.ts';
import type { Conference, Conferences } from './jicofo.ts';
import type { Read, Unread } from './known.ts';
import type { OwnerForm } from './owner.ts';
import type { WebNumber } from './page.ts';
import type { ProsodyConfig } from './prosody-config.ts';
import type { Releases } from './releases.ts';
import type { RoomAddress } from './room-name.ts';

/** Short names of the sources, as the report shows them. */
export type Source =
  | ('C' | 'CI' | 'W' | 'L' | 'P')
  | ('X1' | 'X2' | 'X3' | 'X4' | 'X5' | 'X6' | 'X7' | 'X8')
  | ('N1' | 'N2' | 'N3' | 'K1' | 'K2' | 'K3' | 'V1')
  | FileSource;

export type FileSource = 'E' | 'PC' | 'JC';

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

/** What the token shows of a room. */
export interface RoomInfo {
  password: boolean | null;
  lobby: boolean | null;
}

/** An existing room. */
export interface RoomSeen {
  address: RoomAddress;
  /** Who named it first. */
  from: 'configuration' | 'N1' | 'K1';
  /** Older servers describe a room to anybody; `hidden` = the server answers `forbidden`. */
  info: Info | 'hidden' | Unread;
  /** Silence never means off. */
  lobbyProbe:
    | { state: 'on' }
    | { state: 'silent' }
    | { state: 'not_asked' }
    | { state: 'failed'; reason: Reason };
  /** Entries of the lists, and answers about this room alone. */
  census: Read<CensusRoom>;
  size: Read<number>;
  shown: Read<RoomInfo>;
  conference: Read<Conference>;
  form: Read<OwnerForm>;
}

export interface RoomsSeen {
  rooms: RoomSeen[];
  /** Configured rooms that do not exist now. */
  absent: number;
  /** Breakout, lobby and health-check rooms: no subjects. */
  auxiliary: number;
  /** Rooms that could not be asked about over XMPP. */
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
  /** The auditor's own account; known = it got in. */
  account: Read<{ domain: string }>;
  /** Description of the main domain. `verified`: the server's own checksum fits. */
  domain: Read<{ info: Info; verified: boolean }>;
  items: Read<string[]>;
  software: Read<string>;
  services: Read<string[]>;
  /** Rooms that the room service lists to everybody. */
  listed: Read<string[]>;
  rooms: RoomsSeen;
  running: Read<Census>;
  conferences: Read<Conferences>;
  /** Recorders at work over all rooms. */
  recorders: Read<number>;
  focusVersion: Read<string>;
  bridgeVersion: Read<string>;
  environment: FilesSeen<Environment>;
  prosody: FilesSeen<ProsodyConfig>;
  focus: FilesSeen<HoconFile>;
  releases: Releases;
  /** Live facts may be looked at. */
  live: boolean;
}

/** One part per host; empty = none was given. */
export type FilesSeen<T> = readonly HostPart<T>[];

export function isUnread(info: RoomSeen['info']): info is Unread {
  return typeof info === 'object' && 'state' in info;
}
