import { type Fact, hole, known } from '../../contract/fact.ts';
import { holeOf, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import { createParameter, flag } from '../settings.ts';
import { isOn, optionPath, storedOf, storedProof } from './options.ts';

/** Greenlight sends the option only when it is on; else the server's own value holds. */
export function joinMuted(seen: Seen, room: SeenRoom): Fact<boolean> {
  if (!room.greenlight) return hole(notGiven('EV'));
  const stored = storedOf(seen, room);
  const option = optionPath('muteOnStart');
  if (stored === null) return hole(notGiven('EV'));
  if (!('room' in stored)) return stored.call === null ? hole(notGiven('EV')) : holeOf(stored, option);
  const muted = isOn(stored, 'muteOnStart');
  if (!muted.ok) return hole(muted.reason, proof(stored.call, option));
  const evidence = storedProof(stored, option, muted.value.chain);
  if (muted.value.on) return known(true, evidence);
  const server = flag(createParameter(seen, 'muteOnStart'));
  if ('reason' in server) return hole(server.reason, server.evidence.length > 0 ? server.evidence : evidence);
  return known(server.value, [...server.evidence, evidence]);
}
