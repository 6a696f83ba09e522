import type { Evidence, Fact, Ms, Reason } from '../../contract/fact.ts';
import type { Seen, Sight } from '../../contract/seen.ts';
import type { CommonTarget } from '../../contract/target.ts';
import type { FactName } from '../../contract/vocabulary.ts';
import type { Reply } from '../client.ts';
import type { Releases } from '../releases.ts';
import type { Room, RoomList } from '../rooms.ts';
import type { AppSettings, CallRecord, Info, PasswordPolicy, ProviderApp, Team } from '../schema.ts';
import type { RocketSettings } from '../settings.ts';
import type { PrivateSettings, PublicSettings } from '../settings-read.ts';

/** Whether calls are possible at all, and whose they are. Derived once; an empty default provider decides nothing. */
export type Calls =
  | { state: 'none'; evidence: Evidence[] }
  | { state: 'provider'; provider: string; evidence: Evidence[] }
  | { state: 'unknown'; reason: Reason; evidence: Evidence[] };

export interface Account {
  /** Role ids of the auditing account. */
  roles: Seen<string[]>;
  /** Permission to the roles that hold it; an entry that cannot be read is a hole of its own. */
  permissions: Permissions;
  /** Role ids to names, and names to ids. */
  roleNames: Seen<ReadonlyMap<string, string>>;
}

export interface Permissions extends Sight {
  list: Seen<number>;
  unreadable: number;
  holders: ReadonlyMap<string, Seen<string[]>>;
}

/** Calls of one room; only the newest is asked for. */
export type RoomCall = Sight & ({ newest: CallRecord | null } | { reason: Reason });

/** One scan's answers, read; the facts are pure functions of it. */
export interface Observation {
  now: Ms;
  settings: CommonTarget & RocketSettings;
  live: boolean;
  anonymous: Info;
  signedIn: Info;
  published: PublicSettings;
  privileged: PrivateSettings;
  passwordPolicy: PasswordPolicy;
  account: Account;
  capabilities: Reply;
  calls: Calls;
  apps: Sight & { list: ProviderApp[] };
  appSettings: AppSettings;
  /** Whether the licence brings usage statistics for administrators. */
  dashboard: Seen<boolean>;
  lists: { admin: RoomList; channels: RoomList; groups: RoomList };
  teams: { list: ReadonlyMap<string, Team>; sight: Sight; gap: Reason | null };
  rooms: ReadonlyMap<string, Room>;
  roomCalls: ReadonlyMap<string, RoomCall>;
  releases: Releases;
  /** Host of the target on which calls are judged; null where none is linked or it has no address. */
  linkedHost: string | null;
}

export type Facts = Partial<Record<FactName, Fact>>;
