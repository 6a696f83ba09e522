import { type Fact, hole, notPermitted, reason } from '../../contract/fact.ts';
import { evidenceOf, factOf, has, type Seen } from '../../contract/seen.ts';
import { elsewhere, isProvider } from './calls.ts';
import { type Bit, both, derived, either, notObservable, setting } from './logic.ts';
import type { Observation } from './observation.ts';

/** An app's settings need a permission that also installs apps; without it the reason says what to do instead. */
function ofApp<T>(observation: Observation, seen: Seen<T>, make: (value: T) => boolean): Bit {
  if (has(seen)) return factOf(seen, make) as Bit;
  const { conference_target: other } = observation.settings;
  if (other !== undefined && seen.reason.code === 'not_permitted') {
    return hole(notObservable(`judged on target ${other}`), evidenceOf(seen));
  }
  return hole(seen.reason, evidenceOf(seen));
}

export const appSettingsHidden = notPermitted(
  'manage-apps',
  'settings of apps; the permission also installs apps: name the conference server as conference_target instead',
);

/** Whether the provider lets in only whom Rocket.Chat sends. */
export function providerAsks(observation: Observation): Bit {
  const { appSettings } = observation;
  if (isProvider(observation, 'jitsi')) {
    return both(
      ofApp(observation, appSettings.jitsiToken, (on) => on),
      ofApp(observation, appSettings.jitsiOneRoom, (on) => on),
    );
  }
  if (isProvider(observation, 'bigbluebutton')) return bbbHoldsGuests(observation);
  if (isProvider(observation, 'pexip')) return guestPinSet(observation);
  return elsewhere(observation);
}

export function bbbHoldsGuests(observation: Observation): Bit {
  return ofApp(observation, observation.appSettings.bbbGuests, (policy) => policy !== 'ALWAYS_ACCEPT');
}

/** The PIN itself is never kept. */
export function guestPinSet(observation: Observation): Bit {
  return factOf(observation.privileged.get('Pexip_Integration_Guest_Pin'), (pin) => pin.length > 0) as Bit;
}

export function guestPinLength(observation: Observation): Fact<number> {
  return factOf(observation.privileged.get('Pexip_Integration_Guest_Pin'), (pin) =>
    pin.length === 0 ? reason('not_observable', 'no PIN is set') : pin.length,
  ) as Fact<number>;
}

export function guestPinBits(observation: Observation): Fact<number> {
  return factOf(observation.privileged.get('Pexip_Integration_Guest_Pin'), (pin) =>
    pin.length === 0 ? reason('not_observable', 'no PIN is set') : pin.entropyBits,
  ) as Fact<number>;
}

/** Holds guests until somebody lets them in. */
export function waitingRoom(observation: Observation): Bit {
  if (isProvider(observation, 'pexip')) return setting(observation, 'Pexip_Integration_Locked');
  if (isProvider(observation, 'bigbluebutton')) return bbbHoldsGuests(observation);
  return elsewhere(observation);
}

export function forcedRestriction(observation: Observation): Bit {
  if (isProvider(observation, 'pexip')) {
    return either(setting(observation, 'Pexip_Integration_Locked'), guestPinSet(observation));
  }
  return derived(providerAsks(observation), (asks) => asks);
}
