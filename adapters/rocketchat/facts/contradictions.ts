import {
  type Evidence,
  type Fact,
  hole,
  known,
  notConfigured,
  notPermitted,
  type Reason,
} from '../../contract/fact.ts';
import { configurationEvidence } from '../../contract/room.ts';
import { evidenceOf, has, type Seen } from '../../contract/seen.ts';
import { anonymousReading } from './access.ts';
import { isProvider } from './calls.ts';
import { isFalse, notObservable, unique } from './logic.ts';
import type { Observation, RoomCall } from './observation.ts';
import type { Scene } from './scene.ts';

/** Settings against each other, one pair at a time. */
class Pairs {
  readonly items = new Set<string>();
  readonly evidence: Evidence[] = [];
  readonly #compared: Evidence[] = [];
  #gap: Reason | null = null;

  compare(code: string, seen: readonly Seen<unknown>[], differ: () => boolean): void {
    const open = seen.find((one) => !has(one));
    if (open !== undefined && !has(open)) {
      this.missing(open.reason);
      return;
    }
    this.tell(
      code,
      seen.map((one) => evidenceOf(one)),
      differ(),
    );
  }

  tell(code: string, evidence: readonly Evidence[], differs: boolean): void {
    this.#compared.push(...evidence);
    if (!differs) return;
    this.items.add(code);
    this.evidence.push(...evidence);
  }

  missing(why: Reason): void {
    this.#gap ??= why;
  }

  fact(nothing: Evidence): Fact {
    const items = [...this.items].sort();
    const used = unique(this.evidence.length > 0 ? this.evidence : this.#compared);
    if (this.#gap === null) return known({ items, complete: true }, used.length > 0 ? used : nothing);
    if (used.length === 0) return hole(this.#gap, nothing);
    return known({ items, complete: false, missing: this.#gap }, used);
  }
}

const callsOff = notConfigured('live.purpose', 'records of calls are not read');

const hosted = (host: string): boolean => /(?:^|\.)(?:jit\.si|8x8\.vc|8x8\.com)$/.test(host);

export function contradictions(observation: Observation): Fact {
  const { settings, anonymous, published, privileged } = observation;
  const pairs = new Pairs();
  const onPremises = settings.hosting?.model === 'on_premises';
  const site = published.get('Site_Url');
  if (onPremises) {
    const address = has(anonymous.workspaceHost) ? anonymous.workspaceHost : site;
    pairs.compare('on_premises_but_vendor_host', [address], () =>
      /(?:^|\.)rocket\.chat$/.test(has(address) ? address.value : ''),
    );
    compareProvider(pairs, observation);
  }
  const checker = privileged.get('Update_EnableChecker');
  const heard = privileged.get('Update_LatestAvailableVersion');
  pairs.compare(
    'checker_on_never_checked',
    [checker, heard],
    () => has(checker) && checker.value && has(heard) && heard.value === '0.0.0',
  );
  const expected = expectedHosts(observation);
  compareProviders(pairs, expected);
  if (observation.live) compareCalls(pairs, observation, expected);
  else pairs.missing(callsOff);
  return pairs.fact(evidenceOf(site));
}

/** On premises, but with somebody else's server for the calls. */
function compareProvider(pairs: Pairs, observation: Observation): void {
  const { calls, appSettings } = observation;
  const code = 'on_premises_but_hosted_call_provider';
  if (calls.state === 'unknown') pairs.missing(calls.reason);
  else if (calls.state === 'provider' && calls.provider === 'googlemeet')
    pairs.tell(code, calls.evidence, true);
  else if (isProvider(observation, 'jitsi')) {
    const { jitsiHost, jitsiHosted } = appSettings;
    pairs.compare(
      code,
      [jitsiHost, jitsiHosted],
      () => (has(jitsiHosted) && jitsiHosted.value) || (has(jitsiHost) && hosted(jitsiHost.value)),
    );
  } else pairs.tell(code, calls.evidence, false);
}

/** Hosts and records of calls; only where live facts are wanted. */
function compareCalls(pairs: Pairs, observation: Observation, expected: Expected): void {
  const { roomCalls, calls, now } = observation;
  const records = [...roomCalls.values()].flatMap((call) =>
    'newest' in call && call.newest !== null ? [call.newest] : [],
  );
  const fresh = records.filter(({ createdAt }) => has(createdAt) && now - createdAt.value < 86_400_000);
  if (calls.state === 'none') {
    pairs.tell(
      'no_provider_but_calls',
      [...calls.evidence, ...fresh.map(({ createdAt }) => evidenceOf(createdAt))],
      fresh.length > 0,
    );
    return;
  }
  if (expected.gap !== null) {
    pairs.missing(expected.gap);
    return;
  }
  for (const { address, provider } of fresh) {
    if (calls.state !== 'provider' || !has(provider) || provider.value !== calls.provider || !has(address))
      continue;
    for (const { host, at } of expected.hosts)
      pairs.tell('provider_host_differs', [evidenceOf(address), at], address.value.host !== host);
  }
}

interface Expected {
  hosts: { host: string; at: Evidence }[];
  gap: Reason | null;
}

/** Where calls are to take place: by the settings of the conference app, and by the target on which they are judged. */
function expectedHosts(observation: Observation): Expected {
  const { linkedHost, now } = observation;
  const own = providerHost(observation);
  const hosts = own !== null && has(own) ? [{ host: own.value, at: evidenceOf(own) }] : [];
  if (linkedHost !== null)
    hosts.push({ host: linkedHost, at: configurationEvidence('conference_target', now) });
  if (hosts.length > 0) return { hosts, gap: null };
  const shown = own === null || has(own) ? notObservable('the provider shows no address') : own.reason;
  return { hosts, gap: shown };
}

/** The app sends people to another server than the one that is judged for it. */
function compareProviders(pairs: Pairs, { hosts: [own, linked] }: Expected): void {
  if (own === undefined || linked === undefined) return;
  pairs.tell('provider_host_differs', [own.at, linked.at], own.host !== linked.host);
}

function providerHost(observation: Observation): Seen<string> | null {
  if (isProvider(observation, 'jitsi')) return observation.appSettings.jitsiHost;
  if (isProvider(observation, 'bigbluebutton')) return observation.appSettings.bbbHost;
  return isProvider(observation, 'pexip') ? observation.published.get('Pexip_Integration_Base_Url') : null;
}

export function roomContradictions({ room, observation, seen, call }: Scene): Fact {
  const pairs = new Pairs();
  const policy = observation.published.get('RetentionPolicy_Enabled');
  if (has(policy) && !policy.value) pairs.tell('', [evidenceOf(policy)], false);
  else if (room.full === null) pairs.missing(unlisted(observation, room.t));
  else {
    const own = room.full.retention;
    const at = evidenceOf(own);
    if (!has(policy)) pairs.missing(policy.reason);
    else if (!has(own) && !own.absent) pairs.missing(own.reason);
    else pairs.tell('retention_on_but_room_exempt', [at, evidenceOf(policy)], has(own) && !own.value.enabled);
  }
  if (observation.live) compareAnonymous(pairs, call, observation);
  else pairs.missing(callsOff);
  const [first] = seen;
  if (first === undefined) throw new Error('a kind rests on something');
  return pairs.fact(first);
}

function unlisted({ lists }: Observation, t: Seen<string>): Reason {
  const type = has(t) ? t.value : '';
  if (type !== 'c' && type !== 'p') return notObservable('the list of direct messages is not read');
  const { listing } = type === 'c' ? lists.channels : lists.groups;
  return (
    listing.failed ??
    listing.gap ??
    notPermitted('member of the team', 'not in the list with the retention of rooms')
  );
}

/** Unknown people in a call although nobody may read without an account. */
function compareAnonymous(pairs: Pairs, call: RoomCall | undefined, observation: Observation): void {
  if (call === undefined || 'reason' in call) {
    pairs.missing(call === undefined ? notPermitted('membership in the room') : call.reason);
    return;
  }
  const closed = anonymousReading(observation);
  if (!('value' in closed)) {
    pairs.missing(closed.unavailable);
    return;
  }
  const { newest } = call;
  const count = newest?.anonymousUsers;
  const joined = count !== undefined && has(count) && count.value > 0;
  const at = evidenceOf({ ...call, path: 'data[].anonymousUsers' });
  const running = newest !== null && has(newest.status) && newest.status.value === 1;
  pairs.tell('anonymous_off_but_joined', [at, ...closed.evidence], joined && running && isFalse(closed));
}
