import { known } from '../../contract/fact.ts';
import { fromField } from '../answer.ts';
import type { Seen } from '../seen.ts';
import { balancerValue, factOf, integer, property, read, type Setting } from '../settings.ts';
import { isTelephoneNumber } from '../telephone.ts';
import { meetingPath as path } from './origin.ts';
import { productEvidence } from './product.ts';
import type { RoomRules } from './rule.ts';

/** A running meeting shows its own; else the server's values are those of the next one. */
export const dialRules: RoomRules = {
  room_dial_in_enabled: (seen, { running }) => {
    if (running === null) return factOf(dialNumber(seen), (offered) => offered);
    const { dial } = running.meeting;
    return fromField(
      running.call,
      `${path}/dialNumber`,
      dial,
      (shown) => shown === 'number',
      dial.ok && dial.value === 'placeholder' ? { provenance: 'derived' } : {},
    );
  },
  room_dial_in_pin_required: ({ now }) => known(true, productEvidence('voiceBridge', now)),
  room_dial_in_pin_length: (seen, { running }) =>
    running === null
      ? factOf(pinLength(seen), (length) => length)
      : fromField(running.call, `${path}/voiceBridge`, running.meeting.pinLength, (length) => length),
};

export function dialNumber(seen: Seen): Setting<boolean> {
  return read(property(seen, 'defaultDialAccessNumber'), isTelephoneNumber);
}

function pinLength(seen: Seen): Setting<number> {
  const balancer = balancerValue(seen, 'VOICE_BRIDGE_LEN');
  if ('reason' in balancer) return balancer;
  if (balancer.value !== null) return integer({ value: balancer.value, evidence: balancer.evidence });
  return integer(property(seen, 'defaultNumDigitsForTelVoice'));
}
