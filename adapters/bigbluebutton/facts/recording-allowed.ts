import { type Fact, hole, known, type Layer } from '../../contract/fact.ts';
import { answered, fromField, holeOf, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import { behindBalancer, type Seen, type SeenRoom } from '../seen.ts';
import { balancerParameter } from '../settings.ts';
import {
  isOn,
  optionPath,
  recordingStored,
  type Stored,
  serverOnRecording,
  storedHole,
  storedOf,
  storedProof,
} from './options.ts';
import { meetingPath as path } from './origin.ts';

/** The flag of a running meeting has every layer in it; else the layers are put together for the next one. */
export function recordingAllowed(seen: Seen, room: SeenRoom): Fact<boolean> {
  const { running } = room;
  const computed = room.greenlight ? nextRecording(seen, room) : null;
  if (running !== null) {
    const flag = fromField(running.call, `${path}/recording`, running.meeting.recording, (value) => value);
    if ('value' in flag || computed === null || 'unavailable' in computed) return withChain(flag, computed);
    return flag;
  }
  if (computed !== null) return computed;
  return hole(notGiven('EV', 'neither a running meeting nor a room of Greenlight'));
}

function withChain(flag: Fact<boolean>, computed: Fact<boolean> | null): Fact<boolean> {
  const [first, ...rest] = flag.evidence;
  const chain = computed?.evidence[0]?.chain;
  if (!('value' in flag) || first === undefined || chain === undefined) return flag;
  const own: Layer = {
    layer: 'server',
    path: 'recording of the running meeting',
    value: flag.value,
    decides: true,
  };
  return {
    ...flag,
    evidence: [{ ...first, chain: [...chain.map((layer) => ({ ...layer, decides: false })), own] }, ...rest],
  };
}

/** What the next meeting of a room of Greenlight would be. */
export function nextRecording(seen: Seen, room: Pick<SeenRoom, 'stored'>): Fact<boolean> {
  const server = serverOnRecording(seen);
  if (server.forbidden !== null) return server.forbidden;
  const override = balancerParameter(seen, 'OVERRIDE_CREATE_PARAMS', 'record');
  if (!('reason' in override) && (override.value === 'true' || override.value === 'false'))
    return known(override.value === 'true', override.evidence);
  const stored = storedOf(seen, room);
  const option = optionPath('record');
  if (stored === null) return hole(notGiven('EV', "the room is not in Greenlight's database"));
  if (!('room' in stored)) return holeOf(stored, option);
  const found = recordingStored(stored);
  if (!found.ok) return storedHole(stored, option, found.reason);
  const evidence = {
    ...storedProof(stored, option, [...found.value.chain, server.layer]),
    provenance: 'derived' as const,
  };
  if (!found.value.value) {
    if ('reason' in override && behindBalancer(seen.root)) return hole(override.reason, evidence);
    return known(false, evidence);
  }
  if (!server.read && seen.recordingDoubted)
    return hole(
      notGiven('FP', 'a running meeting of such a room is not recorded: the server may forbid it'),
      evidence,
    );
  return known(true, evidence);
}

/** Where no recording can come about, none starts by itself. */
export function recordingAutoStart(seen: Seen, room: SeenRoom): Fact {
  const { running } = room;
  if (running !== null) {
    const evidence = proof(running.call, `${path}/recording`);
    const { recording } = running.meeting;
    if (!recording.ok) return hole(recording.reason, evidence);
    if (!recording.value) return known(false, evidence);
    return hole(notGiven('EV', 'recording is possible; whether it starts by itself is not shown'), evidence);
  }
  const allowed = recordingAllowed(seen, room);
  if ('value' in allowed && !allowed.value) return allowed;
  if ('value' in allowed)
    return hole(
      notGiven('EV', 'recording is possible; whether it starts by itself is not shown'),
      allowed.evidence,
    );
  return allowed;
}

/** Greenlight's own page asks; who calls or comes another way is not asked, so only this side is shown. */
export function recordingConsent(seen: Seen, room: SeenRoom): Fact {
  if (!room.greenlight) return hole(notGiven('EV'));
  const stored = storedOf(seen, room);
  if (stored !== null && 'room' in stored) return storedConsent(stored);
  const { open } = room;
  if (open === null) return hole(notGiven('EV'));
  if (!answered(open))
    return open.call === null ? hole(notGiven('EV')) : holeOf(open, '/data/recording_consent');
  const asks = open.value.recordingConsent;
  const evidence = proof(open.call, '/data/recording_consent');
  if (!asks.ok) return hole(asks.reason, evidence);
  return asks.value ? known(true, evidence) : hole(notGiven('EV'), evidence);
}

function storedConsent(stored: Stored): Fact {
  const option = optionPath('record');
  const record = isOn(stored, 'record');
  if (!record.ok) return storedHole(stored, option, record.reason);
  const evidence = storedProof(stored, option, record.value.chain);
  return record.value.on ? known(true, evidence) : hole(notGiven('EV'), evidence);
}
