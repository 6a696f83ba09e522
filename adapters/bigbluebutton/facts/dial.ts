import { type Fact, known } from '../../contract/fact.ts';
import { fromField } from '../answer.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import { balancerValue, factOf, integer, property, read, type Setting } from '../settings.ts';
import { isTelephoneNumber } from '../telephone.ts';
import { meetingPath as path } from './origin.ts';
import { productEvidence } from './product.ts';

/** A running meeting shows its own; else the server's values are those of the next one. */
export function dialFacts(seen: Seen, { running }: SeenRoom) {
  const required = known(true, productEvidence('voiceBridge', seen.now));
  if (running === null) {
    return {
      room_dial_in_enabled: factOf(dialNumber(seen), (offered) => offered),
      room_dial_in_pin_required: required,
      room_dial_in_pin_length: factOf(pinLength(seen), (length) => length),
    } satisfies Record<string, Fact>;
  }
  const { meeting, call } = running;
  return {
    room_dial_in_enabled: fromField(
      call,
      `${path}/dialNumber`,
      meeting.dial,
      (dial) => dial === 'number',
      meeting.dial.ok && meeting.dial.value === 'placeholder' ? { provenance: 'derived' } : {},
    ),
    room_dial_in_pin_required: required,
    room_dial_in_pin_length: fromField(call, `${path}/voiceBridge`, meeting.pinLength, (length) => length),
  } satisfies Record<string, Fact>;
}

export function dialNumber(seen: Seen): Setting<boolean> {
  return read(property(seen, 'defaultDialAccessNumber'), isTelephoneNumber);
}

function pinLength(seen: Seen): Setting<number> {
  const balancer = balancerValue(seen, 'VOICE_BRIDGE_LEN');
  if ('reason' in balancer) return balancer;
  if (balancer.value !== null) return integer({ value: balancer.value, evidence: balancer.evidence });
  return integer(property(seen, 'defaultNumDigitsForTelVoice'));
}
