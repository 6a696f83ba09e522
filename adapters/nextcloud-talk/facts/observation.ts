import {
  type Evidence,
  type Fact,
  type FactValue,
  hole,
  known,
  type Ms,
  notPermitted,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { evidenceOf, factOf, has, type Seen, type Sight } from '../../contract/seen.ts';
import type { CommonTarget } from '../../contract/target.ts';
import { parseVersion } from '../../contract/version.ts';
import type { FactName } from '../../contract/vocabulary.ts';
import type { AppConfig, ServerInfo, TokenStrength } from '../admin.ts';
import type { DatabaseSummary, Held } from '../database/types.ts';
import type { LoginPage } from '../login-page.ts';
import type { Participation } from '../participants.ts';
import { documentedValue, type Releases } from '../releases.ts';
import type { Account, Capabilities, Room, Signaling, Status } from '../schema.ts';
import type { TalkSettings } from '../settings.ts';
import type { RoomKind } from './room-kind.ts';

/** A second look at an app whose block is missing in the signed-in capabilities. */
export type Witness = Sight & ({ state: 'on' | 'off' } | { reason: Reason });

export interface SortedRoom {
  room: Room;
  kind: RoomKind;
  /** Breakout rooms that this account sees. */
  children: SortedRoom[];
  people?: Participation | (Sight & { reason: Reason }) | undefined;
  /** As the database has it, where that was read. */
  stored?: Room | undefined;
  held: Held;
}

/** What facts of rooms rest on besides the rooms: neither of persons nor of this moment alone. */
export interface Surroundings extends Pick<Observation, 'now' | 'live' | 'apps'> {
  anonymous: Pick<Capabilities, (typeof shown)[number]>;
  account: Pick<Capabilities, 'features'>;
  config: Pick<AppConfig, 'publicShares'>;
}

const shown = [
  'version',
  'features',
  'callEnabled',
  'recording',
  'recordingConsent',
  'sipEnabled',
  'defaultPermissions',
  'retentionEvent',
  'retentionInstant',
  'retentionPhone',
  'retentionClassified',
] as const satisfies (keyof Capabilities)[];

export function surroundingsOf(observation: Observation): Surroundings {
  const { now, live, apps, anonymous, account, config } = observation;
  const kept = Object.fromEntries(shown.map((key) => [key, anonymous[key]]));
  return {
    now,
    live,
    apps,
    anonymous: kept as unknown as Surroundings['anonymous'],
    account: { features: account.features },
    config: { publicShares: config.publicShares },
  };
}

/** One scan's answers, read; the facts are pure functions of it. */
export interface Observation {
  /** The server's clock where it differs from ours by more than a minute. */
  now: Ms;
  /** Our own clock. */
  scannedAt: Ms;
  settings: CommonTarget & TalkSettings;
  live: boolean;
  status: Status;
  anonymous: Capabilities;
  account: Capabilities;
  self: Account;
  signaling: Signaling;
  login: LoginPage;
  /** The list as a whole: its length, or why there is none. */
  list: Seen<number>;
  presenceApp: Witness | null;
  passwordApp: Witness | null;
  /** Settings and apps, for server administrators alone. */
  config: AppConfig;
  apps: Seen<string[]>;
  serverInfo: ServerInfo;
  /** Of the configured key; null where none is configured. */
  token: TokenStrength | null;
  database: DatabaseSummary;
  releases: Releases;
  /** Those that the account sees. */
  rooms: SortedRoom[];
}

export type Facts = Partial<Record<FactName, Fact>>;

export const outsideAllowedGroups = notPermitted(
  'member of a group in allowed_groups',
  'the account may not use Talk',
);

/** Holds for every version of the product. */
export function productFact(fact: FactName, value: FactValue, now: Ms, chain?: Evidence['chain']): Fact {
  return known(value, {
    source: 'product',
    locator: 'Nextcloud Talk',
    path: fact,
    observed_at: now,
    provenance: 'documented_default',
    force: 'enforced',
    ...(chain === undefined ? {} : { chain }),
  });
}

/** A property of the installed major, from the shipped table. */
export function versionFact(fact: FactName, observation: { anonymous: Pick<Capabilities, 'version'> }): Fact {
  return factOf(observation.anonymous.version, (talk) => documentedValue(fact, talk), {
    provenance: 'documented_default',
  });
}

/** A source that was not given was not tried: nothing speaks for the hole but its key. */
export function ungiven<T>(seen: Seen<T>): Fact | null {
  return !has(seen) && seen.reason.code === 'not_configured' ? hole(seen.reason) : null;
}

export function talkMajor(observation: { anonymous: Pick<Capabilities, 'version'> }): number | undefined {
  const { version } = observation.anonymous;
  return has(version) ? parseVersion(version.value)?.numbers[0] : undefined;
}

/**
 * One flag of `features`. Its absence means something only where the anonymous and the signed-in answer agree on it.
 */
export function feature(
  name: string,
  { anonymous, account }: Pick<Surroundings, 'anonymous' | 'account'>,
): Fact<boolean> {
  const first = anonymous.features;
  const second = account.features;
  if (!has(first)) return hole(first.reason, evidenceOf(first));
  const seen = first.value.includes(name);
  const path = `${first.path}[${name}]`;
  if (!has(second)) return known(seen, evidenceOf(first, { path }));
  const evidence = [evidenceOf(first, { path }), evidenceOf(second, { path })];
  if (second.value.includes(name) === seen) return known(seen, evidence);
  return hole(reason('conflicting', `only one of two answers has the feature ${name}`), evidence);
}
