import { setTimeout as wait } from 'node:timers/promises';
import { type Ms, notConfigured, type Reason, reason } from '../contract/fact.ts';
import type { ConfigFile } from './config-js.ts';
import { matchesCaps, readInfo, readItems, readServices, readSoftware } from './disco.ts';
import { knownRead, type Read, unknownRead } from './known.ts';
import { isLoopback, mucOf, placeOf } from './place.ts';
import type { ProsodyHttp } from './prosody-http.ts';
import type { Candidates } from './room-lists.ts';
import { askRooms, type RoomOptions } from './rooms.ts';
import type { JitsiSettings } from './schema.ts';
import type { Attempt, Logins, Seen } from './seen.ts';
import {
  type Login,
  loginAnonymously,
  loginWithAccount,
  type XmppOptions,
  type XmppSession,
} from './xmpp.ts';

export interface SignallingOptions {
  settings: JitsiSettings;
  signal: AbortSignal;
  timeoutMs: Ms;
  /** Of the auditor's account. */
  password: string | null;
  http: ProsodyHttp;
  candidates: Candidates;
  live: boolean;
}

export type SignallingSeen = Pick<
  Seen,
  'logins' | 'account' | 'domain' | 'items' | 'software' | 'services' | 'listed' | 'rooms'
>;

/** Servers may limit logins per address to three a second; loopback is not limited. */
const gapMs = 400;

export async function readSignalling(
  config: Read<ConfigFile>,
  options: SignallingOptions,
): Promise<SignallingSeen> {
  const place = placeOf(config, options.settings);
  const muc = mucOf(config);
  if ('reason' in place) {
    const rooms = await askRooms(
      { domain: unknownRead(place.reason) },
      withoutXmpp(options, muc, place.reason),
    );
    return { ...nothing(place.reason, []), account: notAsked(options, place.reason), rooms };
  }
  const { url, domain, guest } = place;
  const base: Omit<XmppOptions, 'domain'> = {
    url,
    signal: options.signal,
    timeoutMs: options.timeoutMs,
    ...(options.settings.tls === undefined ? {} : { ca: options.settings.tls.ca }),
    ...(options.settings.proxy === undefined ? {} : { proxy: options.settings.proxy }),
  };
  const gap = paced(url);
  const { attempts, session } = await attemptLogins(base, domain, guest, gap);
  await gap(options.signal);
  const account = await signIn(base, options);
  const outcome = outcomeOf(attempts);
  const why =
    outcome.state === 'unknown' ? outcome.reason : reason('not_permitted', 'no login without an account');
  const asking = session ?? ('code' in account ? null : account);
  try {
    const seen = asking === null ? nothing(why, attempts) : await describe(asking, domain, config);
    const rooms = await askRooms(seen, {
      ...options,
      base,
      gap,
      muc,
      domain,
      session: asking ?? why,
      anonymous: session !== null,
      account,
    });
    const signedIn = 'code' in account ? unknownRead(account) : knownRead({ domain: account.domain });
    return { ...seen, logins: { attempts, outcome }, account: signedIn, rooms };
  } finally {
    session?.close();
    if (!('code' in account)) account.close();
  }
}

/** One attempt; a refused account is not tried again. */
async function signIn(
  base: Omit<XmppOptions, 'domain'>,
  options: SignallingOptions,
): Promise<XmppSession | Reason> {
  const { account } = options.settings;
  if (account === undefined || options.password === null) return notConfigured('account');
  const [user = '', domain = ''] = account.jid.split('@');
  const url = new URL(base.url);
  const encrypted = url.protocol === 'wss:' || isLoopback(url.hostname);
  const credentials = { user: user.toLowerCase(), password: options.password, encrypted };
  const maxTotal = formBytes * (options.candidates.rooms.length + 100);
  const login = await loginWithAccount({ ...base, domain: domain.toLowerCase(), maxTotal }, credentials);
  if (login.state === 'accepted') return login.session;
  if (login.state === 'failed') return login.reason;
  const detail =
    login.state === 'refused'
      ? `the account is refused (${login.condition})`
      : 'the domain of the account is not served';
  return reason('not_permitted', detail, { kind: 'permission', name: 'an account that may sign in' });
}

/** A form has about four thousand. Bytes. */
const formBytes = 65_536;

function withoutXmpp(options: SignallingOptions, muc: Read<string | null>, why: Reason): RoomOptions {
  const base = { url: '', signal: options.signal, timeoutMs: options.timeoutMs };
  return {
    ...options,
    base,
    gap: async () => {},
    muc,
    domain: null,
    session: why,
    anonymous: false,
    account: accountReason(options, why),
  };
}

function accountReason(options: SignallingOptions, why: Reason): Reason {
  return options.settings.account === undefined ? notConfigured('account') : why;
}

const notAsked = (options: SignallingOptions, why: Reason): Seen['account'] =>
  unknownRead(accountReason(options, why));

function nothing(why: Reason, attempts: Attempt[]): Omit<SignallingSeen, 'account' | 'rooms'> {
  const hole = unknownRead(why);
  return {
    logins: { attempts, outcome: attempts.length === 0 ? hole : outcomeOf(attempts) },
    domain: hole,
    items: hole,
    software: hole,
    services: hole,
    listed: hole,
  };
}

/** Waits so that connections do not come faster than servers allow. */
function paced(url: string): (signal: AbortSignal) => Promise<void> {
  if (isLoopback(new URL(url).hostname)) return async () => {};
  let next = 0;
  return async (signal) => {
    const now = performance.now();
    const delay = Math.max(0, next - now);
    next = now + delay + gapMs;
    if (delay > 0) await wait(delay, undefined, { signal });
  };
}

/** At most three attempts; the first that gets in ends them. */
async function attemptLogins(
  base: Omit<XmppOptions, 'domain'>,
  domain: string,
  guest: Read<string | null>,
  gap: (signal: AbortSignal) => Promise<void>,
): Promise<{ attempts: Attempt[]; session: XmppSession | null }> {
  const named = guest.state === 'known' ? guest.value : null;
  const guessed = `guest.${domain}`;
  const places: { role: Attempt['role']; domain: string }[] = [
    { role: 'main', domain },
    ...(named === null || named === domain ? [] : [{ role: 'guest' as const, domain: named }]),
    ...(named === guessed || domain.startsWith('guest.')
      ? []
      : [{ role: 'guessed' as const, domain: guessed }]),
  ];
  const attempts: Attempt[] = [];
  for (const place of places) {
    await gap(base.signal);
    const login = await loginAnonymously({ ...base, domain: place.domain });
    attempts.push({ ...place, ...attemptOf(login) });
    if (login.state === 'accepted') return { attempts, session: login.session };
    if (login.state === 'failed' && login.reason.code !== 'invalid_answer') break;
  }
  if (guest.state === 'unknown')
    attempts.push({ role: 'guest', domain: '', state: 'failed', reason: guest.reason });
  return { attempts, session: null };
}

function attemptOf(login: Login): Pick<Attempt, 'state' | 'condition' | 'mechanisms' | 'reason'> {
  switch (login.state) {
    case 'refused':
      return { state: 'refused', condition: login.condition, mechanisms: login.mechanisms };
    case 'failed':
      return { state: 'failed', reason: login.reason };
    default:
      return { state: login.state };
  }
}

/** Only the guessed guest domain may be one that the server does not know. */
export function outcomeOf(attempts: readonly Attempt[]): Logins['outcome'] {
  if (attempts.some((attempt) => attempt.state === 'accepted')) return knownRead('accepted' as const);
  for (const attempt of attempts) {
    if (attempt.state === 'failed') return unknownRead(attempt.reason ?? reason('unreachable'));
    if (attempt.state === 'unknown_host' && attempt.role !== 'guessed')
      return unknownRead(
        reason('unreachable', `the server does not serve the ${attempt.role} domain of config.js`),
      );
  }
  if (attempts.length === 0) return unknownRead(reason('unreachable', 'no login was tried'));
  return knownRead('refused' as const);
}

async function describe(
  session: XmppSession,
  domain: string,
  config: Read<ConfigFile>,
): Promise<Omit<SignallingSeen, 'logins' | 'account' | 'rooms'>> {
  const answer = await session.ask({ kind: 'info', to: domain });
  const info = readInfo(answer);
  const caps =
    answer.state === 'result' && session.domain === domain ? matchesCaps(answer.payload, session.caps) : null;
  const items = await withRecorders(
    session,
    domain,
    readItems(await session.ask({ kind: 'items', to: domain })),
  );
  const software = readSoftware(await session.ask({ kind: 'version', to: domain }));
  const services = readServices(await session.ask({ kind: 'services', to: domain }));
  const muc = mucOf(config);
  const listed =
    muc.state === 'known' && muc.value !== null
      ? readItems(await session.ask({ kind: 'items', to: muc.value }))
      : unknownRead(
          muc.state === 'unknown' ? muc.reason : reason('invalid_answer', 'config.js names no hosts.muc'),
        );
  return {
    domain:
      info.state === 'unknown'
        ? info
        : caps === false
          ? unknownRead(reason('invalid_answer', 'the description does not fit its own checksum'))
          : knownRead({ info: info.value, verified: caps === true }),
    items,
    software,
    services,
    listed,
  };
}

/** A domain for recorders that the list leaves out still answers when it is asked itself. */
async function withRecorders(
  session: XmppSession,
  domain: string,
  items: Read<string[]>,
): Promise<Read<string[]>> {
  if (items.state === 'unknown') return items;
  const found = [...items.value];
  for (const jid of [`hidden.${domain}`, `recorder.${domain}`]) {
    if (found.includes(jid)) continue;
    const answer = await session.ask({ kind: 'info', to: jid });
    if (answer.state === 'result') found.push(jid);
  }
  return knownRead(found);
}
