import { z } from 'zod';
import type { AdapterContext, Target } from '../contract/adapter.ts';
import {
  type Ms,
  notConfigured,
  notPermitted,
  type Reason,
  reason,
  type SourceId,
} from '../contract/fact.ts';
import { givenLists } from '../contract/releases.ts';
import { field, has, type Seen } from '../contract/seen.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import {
  type ConfigKey,
  configKeyNames,
  configKeys,
  readAppConfig,
  readApps,
  readServerInfo,
} from './admin.ts';
import { type Call, openClient, paths, type Reply, type TalkClient } from './client.ts';
import { TalkDatabase } from './database/talk-database.ts';
import { noSummary } from './database/types.ts';
import type { Observation, Witness } from './facts/observation.ts';
import { outsideAllowedGroups } from './facts/observation.ts';
import { readLoginPage } from './login-page.ts';
import { outcomesOf, type Told } from './outcomes.ts';
import { noPeople, readPeople } from './people.ts';
import { releases } from './releases.ts';
import { readRooms, sortRooms } from './rooms.ts';
import { readAccount, readCapabilities, readSignaling, readStatus } from './schema.ts';
import type { TalkSettings } from './settings.ts';
import { notAdministrator } from './sources.ts';

/** How the server names a call of an app that is not enabled. */
const unknownRoute = 998;
/** What the server would wait before a login once it takes an address for an attacker. */
const blockedDelay: Ms = 25_000;

export interface Gathered {
  observation: Observation;
  outcomes: SourceOutcome[];
  /** Open: rooms are read from it as they are emitted. Null where none is configured. */
  database: TalkDatabase | null;
}

/** All calls of one scan, in the order that feeds no guard: the server's state first, one login, then the lists. */
export async function gather(
  target: Target<TalkSettings>,
  context: AdapterContext,
  people: 'where needed' | 'nowhere' = 'where needed',
): Promise<Gathered> {
  const client = await openClient(target, context);
  try {
    return await ask(target, context, client, people);
  } finally {
    client.close();
  }
}

async function ask(
  target: Target<TalkSettings>,
  context: AdapterContext,
  client: TalkClient,
  people: 'where needed' | 'nowhere',
): Promise<Gathered> {
  const unasked = (source: SourceId, why: Reason): Reply => {
    const at = context.now();
    return { source, locator: locators[source] ?? '', at, clock: at, reason: why };
  };
  const st = await client.json({ source: 'ST', path: paths.status });
  const closed = outOfService(st);
  const open = (source: SourceId, call: () => Promise<Reply>): Promise<Reply> =>
    closed === null ? call() : Promise.resolve(unasked(source, closed));
  const c0 = await open('C0', () => client.ocs({ source: 'C0', path: paths.capabilities }));
  const lg = await open('LG', () => loginPage(client));
  const anonymous = readCapabilities(c0);
  const guard = closed ?? loginForbidden(target.settings, anonymous.bruteForceDelay);
  let refused: Reason | null = guard;
  const signedIn = async (call: Call): Promise<Reply> => {
    if (refused !== null) return unasked(call.source, refused);
    const reply = await client.ocs({ ...call, signedIn: true });
    if ('reason' in reply && isRefusal(reply)) refused = reply.reason;
    return reply;
  };
  const c1 = signedInOnly(await signedIn({ source: 'C1', path: paths.capabilities }));
  if ('reason' in c1 && c1.reason.code === 'not_permitted') refused ??= c1.reason;
  const account = readCapabilities(c1);
  const me = await signedIn({ source: 'ME', path: paths.self });
  const barred =
    has(account.core) && !has(account.spreed) && account.spreed.absent ? outsideAllowedGroups : null;
  const talk = (call: Call): Promise<Reply> =>
    barred === null ? signedIn(call) : Promise.resolve(unasked(call.source, barred));
  const rl = await talk({
    source: 'RL',
    path: paths.rooms,
    query: 'noStatusUpdate=1&includeLastMessage=false',
  });
  const lr = await talk({ source: 'LR', path: paths.listed });
  const sg = await talk({ source: 'SG', path: paths.signaling });
  const witness = async (block: Seen<unknown>, path: string): Promise<Witness | null> =>
    !has(block) && block.absent && has(account.core)
      ? witnessOf(await signedIn({ source: 'AW', path, readNotFound: true }))
      : null;
  const presenceApp = await witness(account.userStatus, paths.presence);
  const passwordApp = await witness(account.passwordPolicy, paths.passwordPolicy);
  const admin = await asAdministrator(me, signedIn, unasked);
  const si = await open('SI', () => serverInfo(target.settings, client, unasked));
  // Not the login page's: anything that answers with a page would set the clock.
  const now = lastClock([rl, c0, st], context.now());
  const { database: ref } = target.settings;
  const database = ref === undefined ? null : await TalkDatabase.open(target, context, ref, now);
  const member = readRooms(rl, 'member');
  const outside = readRooms(lr, 'listed');
  const rooms = sortRooms(member.rooms, outside.rooms, now);
  const observation: Observation = {
    now,
    scannedAt: context.now(),
    settings: target.settings,
    live: context.live,
    status: readStatus(st),
    anonymous,
    account,
    self: readAccount(me),
    signaling: readSignaling(sg),
    login: readLoginPage(lg),
    list: field(
      rl,
      'ocs.data',
      '',
      z.array(z.unknown()).transform((list) => list.length),
    ),
    presenceApp,
    passwordApp,
    config: readAppConfig(admin.config),
    apps: readApps(admin.apps),
    serverInfo: readServerInfo(si),
    token: client.token,
    database: database?.summary ?? noSummary(now),
    releases: await givenLists(releases, context),
    rooms,
  };
  const seen = people === 'nowhere' ? noPeople : await readPeople(observation, talk);
  const told: Told = {
    replies: [st, c0, c1, sg, lg, me, si, admin.apps],
    config: Object.values(admin.config),
    member,
    outside,
    people: seen,
    presenceApp,
    passwordApp,
  };
  return { observation, outcomes: outcomesOf(told, observation), database };
}

interface AdminReplies {
  apps: Reply;
  config: Record<ConfigKey, Reply>;
}

/** Asked only of an account that is known to be an administrator; another one would be refused each time. */
async function asAdministrator(
  me: Reply,
  signedIn: (call: Call) => Promise<Reply>,
  unasked: (source: SourceId, why: Reason) => Reply,
): Promise<AdminReplies> {
  const { groups } = readAccount(me);
  let refused: Reason | null = has(groups) && groups.value.includes('admin') ? null : notAdministrator;
  const ask = async (call: Call): Promise<Reply> => {
    if (refused !== null) return unasked(call.source, refused);
    const reply = await signedIn(call);
    if ('reason' in reply && reply.reason.code === 'not_permitted') refused = reply.reason;
    return reply;
  };
  const apps = await ask({ source: 'AP', path: paths.apps, query: 'filter=enabled' });
  const config = {} as Record<ConfigKey, Reply>;
  for (const key of configKeyNames) {
    const path = paths.config(configKeys[key]);
    config[key] = await ask({ source: 'AC', path, query: 'defaultValue=__unset__' });
  }
  return { apps, config };
}

/** Never with the account: the server takes that for an attack. */
async function serverInfo(
  settings: TalkSettings,
  client: TalkClient,
  unasked: (source: SourceId, why: Reason) => Reply,
): Promise<Reply> {
  if (settings.serverinfo_token === undefined) return unasked('SI', notConfigured('serverinfo_token'));
  const query = 'skipApps=false&skipUpdate=false';
  return client.ocs({ source: 'SI', path: paths.serverInfo, query, withToken: true });
}

const locators: Readonly<Record<SourceId, string>> = {
  ST: `GET ${paths.status}`,
  C0: `GET ${paths.capabilities}`,
  C1: `GET ${paths.capabilities}`,
  LG: `GET ${paths.login}`,
  ME: `GET ${paths.self}`,
  RL: `GET ${paths.rooms}`,
  LR: `GET ${paths.listed}`,
  SG: `GET ${paths.signaling}`,
  AP: `GET ${paths.apps}`,
  AC: `GET ${paths.config('{app}/{key}')}`,
  SI: `GET ${paths.serverInfo}`,
  PT: `GET ${paths.participants('{token}')}`,
};

function outOfService(st: Reply): Reason | null {
  const { installed, maintenance } = readStatus(st);
  if (has(installed) && !installed.value) return reason('unreachable', 'Nextcloud is not installed');
  if (has(maintenance) && maintenance.value) return reason('unreachable', 'maintenance mode');
  return null;
}

/** A server without address rewriting keeps its login page below index.php. */
async function loginPage(client: TalkClient): Promise<Reply> {
  const first = await client.page({ source: 'LG', path: paths.login });
  if (!('reason' in first) || first.status !== 404) return first;
  return client.page({ source: 'LG', path: paths.loginWithoutRewriting });
}

function loginForbidden(
  settings: TalkSettings,
  delay: ReturnType<typeof readCapabilities>['bruteForceDelay'],
): Reason | null {
  if (settings.user === undefined) return notConfigured('user');
  if (settings.password === undefined) return notConfigured('password');
  if (!has(delay) || delay.value < blockedDelay) return null;
  return reason('throttled', 'the brute-force guard blocks this address; no login is tried');
}

function isRefusal(reply: Reply & { reason: Reason }): boolean {
  return (
    reply.status === 401 ||
    reply.reason.code === 'throttled' ||
    /no further login/.test(reply.reason.detail ?? '')
  );
}

/** Behind a proxy that drops the Authorization header the answer is an anonymous one. */
function signedInOnly(c1: Reply): Reply {
  if ('reason' in c1 || has(readCapabilities(c1).core)) return c1;
  const { data: _, ...rest } = c1;
  return {
    ...rest,
    reason: notPermitted('app password', 'answered as to a visitor: the Authorization header got lost'),
  };
}

function witnessOf(reply: Reply): Witness {
  const { source, locator, at } = reply;
  if (!('reason' in reply)) return { source, locator, at, state: 'on' };
  if (reply.status !== 404) return { source, locator, at, reason: reply.reason };
  if (reply.ocsStatus === unknownRoute) return { source, locator, at, state: 'off' };
  return { source, locator, at, reason: reason('unreachable', 'HTTP 404') };
}

function lastClock(replies: readonly Reply[], now: Ms): Ms {
  return replies.find((reply) => !('reason' in reply))?.clock ?? now;
}
