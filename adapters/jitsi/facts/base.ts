import type { FactSource } from '../../contract/adapter.ts';
import {
  type Evidence,
  type Fact,
  type FactValue,
  type Fill,
  hole,
  known,
  notConfigured,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import { configurationSource } from '../../contract/room.ts';
import type { FactName } from '../../contract/vocabulary.ts';
import type { PlainValue } from '../config-js.ts';
import { effective } from '../config-keys.ts';
import type { Info } from '../disco.ts';
import { type Line, lineOf, readReleases } from '../releases.ts';
import { isUnread, type RoomSeen, type Seen, type Source } from '../seen.ts';

export type Facts = Partial<Record<FactName, Fact>>;
export type Proof = Extract<FactSource, { source: string }>['proves'];

/** A yes or no with what it rests on, or why there is none. */
export type Bit =
  | { value: boolean; evidence: Evidence[] }
  | { value: null; reason: Reason; evidence: Evidence[] };

export const locators: Readonly<Record<Source, string>> = {
  C: 'GET /config.js',
  CI: 'GET /interface_config.js',
  W: 'GET /',
  L: 'list of releases',
  P: 'GET /room-census',
  X1: 'XMPP login ANONYMOUS',
  X2: 'XMPP disco#info of the main domain',
  X3: 'XMPP disco#items of the main domain',
  X4: 'XMPP jabber:iq:version of the main domain',
  X5: 'XMPP extdisco of the main domain',
  X6: 'XMPP disco#info of the room',
  X7: 'XMPP disco#info lobbyrooms',
  X8: 'XMPP muc#owner get of the room',
  N1: 'GET /room-census of Prosody',
  N2: 'GET /room-size of Prosody',
  N3: 'GET /room-info of Prosody',
  K1: 'GET /debug/conferences-full of jicofo',
  K2: 'GET /stats of jicofo',
  K3: 'GET /about/version of jicofo',
  V1: 'GET /about/version of the bridge',
  E: '.env',
  PC: 'prosody.cfg.lua',
  JC: 'jicofo.conf',
};

export function evidence(
  seen: Seen,
  source: Source | typeof configurationSource,
  path: string,
  how: Partial<Pick<Evidence, 'provenance' | 'force' | 'chain'>> = {},
): Evidence {
  const locator =
    source === 'C'
      ? seen.configLocator
      : source === configurationSource
        ? 'configuration'
        : locators[source as Source];
  return { source, locator, path, observed_at: seen.at, provenance: 'direct', force: 'enforced', ...how };
}

export function rows(
  fact: FactName,
  ...sources: readonly [source: Source | typeof configurationSource, proves: Proof][]
): FactSource[] {
  return sources.map(([source, proves]) => ({ fact, source, proves }));
}

/** A source that answers only where its key is given. */
export function keyed(fact: FactName, source: string, proves: Proof, key: string): FactSource {
  return { fact, source, proves, needs: config(key) };
}

export function never(fact: FactName, why: string): FactSource {
  return { fact, never: why };
}

export const config = (key: string): Fill => ({ kind: 'config', name: key });

export const notObservable = (detail: string, fill?: string): Reason =>
  reason('not_observable', detail, fill === undefined ? undefined : config(fill));

export const notGiven = (key: string): Fact => hole(notConfigured(key));

/** The room's own description, where the server shows it. */
export function infoOf(seen: Seen, room: RoomSeen, fill: string): Info | Extract<Bit, { value: null }> {
  if (room.info === 'hidden')
    return {
      value: null,
      reason: notObservable('the server answers forbidden', fill),
      evidence: [evidence(seen, 'X6', 'error forbidden')],
    };
  if (isUnread(room.info))
    return {
      value: null,
      reason: withFill(room.info.reason, fill),
      evidence: [evidence(seen, 'X6', 'answer')],
    };
  return room.info;
}

export function withFill(why: Reason, key: string): Reason {
  return why.fill === undefined ? { ...why, fill: config(key) } : why;
}

/** Where the page's number stands among the releases that were read; null = the page was not read. */
export function line(seen: Seen): Line | 'hidden' | null {
  if (seen.page.state === 'unknown') return null;
  const { value } = seen.page;
  return value.state === 'number' ? lineOf(value.web, readReleases) : 'hidden';
}

export const versionHole = (detail: string): Reason => reason('version_unknown', detail, config('jicofo'));

/** Documented defaults hold only where the release is known. */
function defaultHole(seen: Seen, key: string): Reason | null {
  if (seen.page.state === 'unknown') return versionHole(`${key} is absent and the page was not read`);
  const place = line(seen);
  if (place !== null && place !== 'hidden' && place.state === 'known') return null;
  return versionHole(`${key} is absent and the release is not known`);
}

/** `overridable`: any participant may differ through the address of the meeting. */
export type Force = 'enforced' | 'overridable';

export type Setting<T> =
  | { state: 'known'; value: T; evidence: Evidence }
  | { state: 'absent'; evidence: Evidence }
  | { state: 'hole'; reason: Reason; evidence: Evidence };

export function configSetting(seen: Seen, key: string, force: Force): Setting<PlainValue> {
  const own = evidence(seen, 'C', key, { force });
  if (seen.config.state === 'unknown') return { state: 'hole', reason: seen.config.reason, evidence: own };
  const setting = effective(seen.config.value, key);
  const at = evidence(seen, 'C', setting.key, { force });
  if (setting.state === 'unknown')
    return { state: 'hole', reason: reason('undecidable', `${setting.key}: ${setting.why}`), evidence: at };
  if (setting.state === 'absent') return { state: 'absent', evidence: at };
  return { state: 'known', value: setting.value, evidence: at };
}

/** As the client reads it: anything but an empty value is yes. `fallback` is what the vendor documents for an absent key. */
export function configBit(seen: Seen, key: string, force: Force, fallback: boolean): Bit {
  const setting = configSetting(seen, key, force);
  switch (setting.state) {
    case 'hole':
      return { value: null, reason: setting.reason, evidence: [setting.evidence] };
    case 'known':
      return { value: Boolean(setting.value), evidence: [setting.evidence] };
    case 'absent': {
      const missing = defaultHole(seen, key);
      const at: Evidence = { ...setting.evidence, provenance: 'documented_default' };
      return missing === null
        ? { value: fallback, evidence: [at] }
        : { value: null, reason: missing, evidence: [setting.evidence] };
    }
  }
}

/** Whether an address, key or list is given at all; absent means not given, whatever the version. */
export function configGiven(seen: Seen, key: string): Bit {
  const setting = configSetting(seen, key, 'enforced');
  if (setting.state === 'hole') return { value: null, reason: setting.reason, evidence: [setting.evidence] };
  const empty =
    setting.state === 'absent' ||
    !setting.value ||
    (Array.isArray(setting.value) && setting.value.length === 0);
  return { value: !empty, evidence: [setting.evidence] };
}

export function not(bit: Bit): Bit {
  return bit.value === null ? bit : { ...bit, value: !bit.value };
}

/** The first that is true decides; all must be known for false. Evidence names every side that was needed. */
export function anyOf(...bits: readonly Bit[]): Bit {
  const decisive = bits.find((bit) => bit.value === true);
  if (decisive !== undefined) return decisive;
  const missing = bits.find((bit) => bit.value === null);
  if (missing !== undefined) return missing;
  return { value: false, evidence: bits.flatMap((bit) => bit.evidence) };
}

export function allOf(...bits: readonly Bit[]): Bit {
  return not(anyOf(...bits.map(not)));
}

export function bitFact(bit: Bit): Fact {
  return bit.value === null ? hole(bit.reason, bit.evidence) : known(bit.value, bit.evidence);
}

export function knownBit(value: boolean, ...from: Evidence[]): Bit {
  return { value, evidence: from };
}

export function noBit(why: Reason, ...from: Evidence[]): Bit {
  return { value: null, reason: why, evidence: from };
}

export function derived(from: readonly Evidence[], force?: Evidence['force']): Evidence[] {
  return from.map((item) => ({ ...item, provenance: 'derived', ...(force === undefined ? {} : { force }) }));
}

/** Something that holds for the product itself; `versioned` = only for releases that were read. */
export function productFact(seen: Seen, value: FactValue, versioned: boolean): Fact {
  const place = line(seen);
  const answered: Source | null = place !== null ? 'W' : seen.config.state === 'known' ? 'C' : null;
  if (versioned && place !== null && place !== 'hidden' && place.state !== 'known')
    return hole(
      versionHole(`web ${place.web} is outside the releases that were read`),
      evidence(seen, 'W', 'script ?v='),
    );
  if (answered === null || (versioned && answered !== 'W'))
    return hole(
      seen.page.state === 'unknown' ? seen.page.reason : versionHole('the page was not read'),
      evidence(seen, 'W', 'script ?v='),
    );
  return known(value, evidence(seen, answered, 'product', { provenance: 'derived' }));
}

export const productRows = (fact: FactName, versioned: boolean): FactSource[] =>
  versioned ? rows(fact, ['W', 'value']) : rows(fact, ['W', 'value'], ['C', 'value']);

/** Whether the server runs a component. A missing identity counts only where nothing speaks against it. */
export function component(seen: Seen, type: string, host: string): Bit {
  const at = evidence(seen, 'X2', `identity component/${type}`);
  if (seen.domain.state === 'unknown') return noBit(seen.domain.reason, at);
  const { info, verified } = seen.domain.value;
  if (info.identities.has(`component/${type}`)) return knownBit(true, at);
  const items = seen.items;
  if (items.state === 'known' && items.value.some((jid) => jid.startsWith(`${host}.`)))
    return noBit(reason('conflicting', `the server lists ${host}., but does not describe it`), at);
  if (items.state === 'unknown' && !verified) return noBit(items.reason, at, evidence(seen, 'X3', 'item'));
  return knownBit(false, at);
}

/** Everybody was refused, by the server's own word, rather than by a failure. */
export function nobodyGetsIn(seen: Seen): boolean {
  return seen.logins.outcome.state === 'known' && seen.logins.outcome.value === 'refused';
}

/** Whether somebody without an account gets a session. */
export function anonymousLogin(seen: Seen): Bit {
  const { outcome, attempts } = seen.logins;
  const from = attempts.map((attempt) =>
    evidence(
      seen,
      'X1',
      `${attempt.role} domain: ${attempt.state}${attempt.condition ? ` ${attempt.condition}` : ''}`,
    ),
  );
  const shown = from.length === 0 ? [evidence(seen, 'X1', 'login')] : from;
  if (outcome.state === 'unknown') return noBit(outcome.reason, ...shown);
  const accepted = from.find((_, index) => attempts[index]?.state === 'accepted');
  return knownBit(outcome.value === 'accepted', ...(accepted === undefined ? shown : [accepted]));
}
