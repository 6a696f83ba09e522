import { type Fact, type FactValue, hole, known, reason } from '../../contract/fact.ts';
import { evidenceOf, field, has } from '../../contract/seen.ts';
import type { Reply } from '../client.ts';
import { word } from '../setting-values.ts';
import type { PublicSettings } from '../settings-read.ts';
import { type Bit, either, type FlagId, isFalse, isTrue, notObservable, settingOrNone } from './logic.ts';
import type { Calls, Observation } from './observation.ts';

const noProvider: ReadonlySet<string> = new Set([
  'no-videoconf-provider-app',
  'no-active-video-conf-provider',
  'video-conf-provider-not-configured',
]);

type Switches = readonly (readonly [FlagId, string])[];

/** Calls that need no conference app. */
const builtIn: Switches = [
  ['Pexip_Integration_Enabled', 'pexip'],
  ['VideoConf_LiveKit_Enabled', 'livekit'],
  ['VoIP_TeamCollab_Enabled', 'voip'],
  ['VoIP_Enabled', 'voip'],
  ['WebRTC_Enabled', 'webrtc'],
];
/** Switches of servers before 5.0, which had the providers built in. */
const legacy: Switches = [
  ['Jitsi_Enabled', 'jitsi'],
  ['bigbluebutton_Enabled', 'bigbluebutton'],
];

export function callsOf(reply: Reply, published: PublicSettings): Calls {
  const own = evidenceOf(reply, { path: 'providerName' });
  if (!('reason' in reply)) {
    const named = field(reply, '', 'providerName', word);
    if (!has(named)) return { state: 'unknown', reason: named.reason, evidence: [own] };
    return { state: 'provider', provider: named.value.toLowerCase(), evidence: [own] };
  }
  const switches = (table: Switches): [string, Bit][] =>
    table.map(([id, provider]) => [provider, settingOrNone({ published }, id)]);
  if (reply.status === 404) {
    const old = switches(legacy).find(([, bit]) => isTrue(bit));
    if (old !== undefined)
      return { state: 'provider', provider: old[0], evidence: [own, ...old[1].evidence] };
  }
  if (reply.error === undefined || !noProvider.has(reply.error)) {
    return { state: 'unknown', reason: reply.reason, evidence: [own] };
  }
  const refusal = { ...own, path: `error ${reply.error}` };
  const others = switches(builtIn);
  const on = others.find(([, bit]) => isTrue(bit));
  if (on !== undefined) return { state: 'provider', provider: on[0], evidence: [refusal, ...on[1].evidence] };
  const off = either(...others.map(([, bit]) => bit));
  if (isFalse(off)) return { state: 'none', evidence: [refusal, ...off.evidence] };
  const why = 'unavailable' in off ? off.unavailable : reason('undecidable');
  return { state: 'unknown', reason: why, evidence: [refusal, ...off.evidence] };
}

export const isProvider = ({ calls }: Observation, name: string): boolean =>
  calls.state === 'provider' && calls.provider === name;

/** What lies with the conference provider's own server: no answer of Rocket.Chat shows it. */
export function elsewhere(observation: Observation): Fact<never> {
  const { calls, settings } = observation;
  if (calls.state === 'unknown') return hole(calls.reason, calls.evidence);
  if (calls.state === 'none') return hole(notObservable('no calls are possible here'), calls.evidence);
  const evidence = calls.evidence.map((one, place) =>
    place === 0 ? { ...one, path: `provider=${calls.provider}` } : one,
  );
  if (settings.conference_target !== undefined) {
    return hole(notObservable(`judged on target ${settings.conference_target}`), evidence);
  }
  const fill = { kind: 'config', name: 'conference_target' } as const;
  return hole(
    reason('not_observable', `lies with the conference provider ${calls.provider}`, fill),
    evidence,
  );
}

/** For facts that no answer ever shows; only the reason is told more exactly where it is known. */
export function neverShown(observation: Observation): Fact<never> {
  const { calls } = observation;
  if (calls.state !== 'unknown') return elsewhere(observation);
  return hole(notObservable('lies with the conference provider'), calls.evidence);
}

/** `none` is what holds where no calls are possible. */
export function unlessNoCalls<T extends FactValue>(observation: Observation, none: T): Fact<T> {
  const { calls } = observation;
  if (calls.state !== 'none') return elsewhere(observation);
  return known(
    none,
    calls.evidence.map((one) => ({ ...one, provenance: 'derived' as const })),
  );
}
