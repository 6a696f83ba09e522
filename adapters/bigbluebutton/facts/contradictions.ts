import { type Evidence, type Fact, hole, known, type ListValue, reason } from '../../contract/fact.ts';
import { answered, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import {
  type AllSeen,
  behindBalancer,
  meetingsGap,
  recordingsGap,
  type Seen,
  type SeenRoom,
} from '../seen.ts';
import { balancerValue, createParameter, policyName } from '../settings.ts';
import { meetingDiffers, type Pair } from './differs.ts';
import { effective, isOn, optionPath, recordingStored, storedOf } from './options.ts';
import { meetingPath as path } from './origin.ts';
import { authenticatedGuest, holdsViewers } from './server-waiting.ts';
import { optionsOf } from './site.ts';

function listOf(pairs: readonly Pair[], first: Evidence[]): Fact {
  const items = pairs.filter(({ found }) => found === true).map(({ code }) => code);
  const open = pairs.find(({ found }) => typeof found !== 'boolean');
  const evidence = [...first, ...pairs.flatMap((pair) => pair.evidence)];
  if (evidence.length === 0 && open !== undefined && typeof open.found !== 'boolean') return hole(open.found);
  if (open === undefined || typeof open.found === 'boolean')
    return known<ListValue>({ items, complete: true }, evidence);
  return known<ListValue>({ items, complete: false, missing: open.found }, evidence);
}

export function roomContradictions(seen: Seen, room: SeenRoom, live: boolean): Fact {
  const pairs = [recordedThough(seen, room), lobbyVoid(seen, room)];
  if (live) pairs.push(captured(seen, room), meetingDiffers(seen, room));
  const { running, stored } = room;
  if (running !== null) return listOf(pairs, [proof(running.call, `${path}/recording`)]);
  const call = stored?.call ?? null;
  const [evidence] = pairs.flatMap((pair) => pair.evidence);
  const first =
    call !== null
      ? [proof(call, optionPath('record'))]
      : evidence === undefined && seen.recordings.call !== null
        ? [proof(seen.recordings.call, '/response/recordings/recording/startTime')]
        : [];
  return listOf(pairs, first);
}

/** Settings carry no dates: what was recorded before a running meeting began may have been allowed then. */
function recordedThough(seen: Seen, room: SeenRoom): Pair {
  const code = 'recording_off_but_recorded';
  const list =
    seen.recordings.call === null
      ? []
      : [proof(seen.recordings.call, '/response/recordings/recording/startTime')];
  const undated = notGiven('GS', 'settings of the room are not compared');
  const { running } = room;
  if (running !== null) {
    const { recording, createTime } = running.meeting;
    if (!recording.ok) return { code, found: recording.reason, evidence: [] };
    if (recording.value) return { code, found: false, evidence: [] };
    if (createTime.ok && (room.recorded?.newestStart ?? 0) >= createTime.value)
      return { code, found: true, evidence: list };
  } else {
    const stored = storedOf(seen, room);
    if (stored === null) return { code, found: undated, evidence: [] };
    if (!('room' in stored)) return { code, found: stored.reason, evidence: [] };
    const allowed = recordingStored(stored);
    if (!allowed.ok) return { code, found: allowed.reason, evidence: [] };
    if (allowed.value.value) return { code, found: false, evidence: [] };
  }
  const gap = recordingsGap(seen);
  if (gap !== null) return { code, found: gap, evidence: list };
  if (room.recorded === null) return { code, found: false, evidence: list };
  return {
    code,
    found: reason('undecidable', 'there are older recordings, and settings carry no date'),
    evidence: list,
  };
}

/** The room keeps viewers waiting by its setting, and something else lets them in. */
function lobbyVoid(seen: Seen, room: SeenRoom): Pair {
  const code = 'lobby_set_but_void';
  if (!room.greenlight)
    return {
      code,
      found: notGiven('EV', 'the guest policy of another front end is not shown'),
      evidence: [],
    };
  const stored = storedOf(seen, room);
  if (stored === null) return { code, found: notGiven('EV'), evidence: [] };
  if (!('room' in stored)) return { code, found: stored.reason, evidence: [] };
  const policy = effective(stored, 'guestPolicy');
  const anyone = isOn(stored, 'glAnyoneJoinAsModerator');
  if (!policy.ok) return { code, found: policy.reason, evidence: [] };
  if (!anyone.ok) return { code, found: anyone.reason, evidence: [] };
  const evidence = [proof(stored.call, optionPath('guestPolicy'), { chain: policy.value.chain })];
  const { value } = policy.value;
  if (value === null || holdsViewers(seen, value) === false) return { code, found: false, evidence };
  if (anyone.value.on) return { code, found: true, evidence };
  const guests = authenticatedGuest(seen, room.told);
  return {
    code,
    found: 'reason' in guests ? guests.reason : !guests.value,
    evidence: [...evidence, ...guests.evidence],
  };
}

/** The whole session is captured although the page of Greenlight says that nothing is recorded. */
function captured(seen: Seen, { running, open, stored }: SeenRoom): Pair {
  const code = 'capture_without_button';
  if (running === null) return { code, found: meetingsGap(seen) ?? false, evidence: [] };
  const { recording } = running.meeting;
  if (!recording.ok) return { code, found: recording.reason, evidence: [] };
  if (!recording.value) return { code, found: false, evidence: [] };
  if (open !== null && answered(open)) {
    const asks = open.value.recordingConsent;
    return {
      code,
      found: asks.ok ? !asks.value : asks.reason,
      evidence: [proof(open.call, '/data/recording_consent')],
    };
  }
  if (stored !== null && answered(stored) && stored.value.options.ok) {
    const { record } = stored.value.options.value;
    return {
      code,
      found: record === 'false' ? notGiven('G3') : false,
      evidence: [proof(stored.call, optionPath('record'))],
    };
  }
  return { code, found: notGiven('G3'), evidence: [] };
}

/** Pairs of the whole installation; the hold time of recordings exists behind b3lb only. */
export function siteContradictions(seen: AllSeen): Fact {
  const { recordings } = seen;
  const list =
    recordings.call === null ? [] : [proof(recordings.call, '/response/recordings/recording/state')];
  const gap = recordingsGap(seen);
  const pairs: Pair[] = [
    { code: 'deleted_still_listed', found: recordings.deleted > 0 ? true : (gap ?? false), evidence: [] },
    siteRecorded(seen),
    siteLobby(seen),
    codeMissing(seen),
    olderThanKept(seen),
  ];
  return listOf(pairs, list);
}

function siteRecorded(seen: AllSeen): Pair {
  const code = 'recording_off_but_recorded';
  const site = optionsOf(seen)('record');
  if (!answered(site)) return { code, found: site.reason, evidence: [] };
  const evidence = [proof(site.call, 'rooms_configurations/record/data')];
  if (site.value !== 'false') return { code, found: false, evidence };
  const gap = recordingsGap(seen);
  if (gap !== null) return { code, found: gap, evidence };
  if (seen.recordings.count === 0) return { code, found: false, evidence };
  return { code, found: reason('undecidable', 'there are recordings, and settings carry no date'), evidence };
}

function siteLobby(seen: AllSeen): Pair {
  const code = 'lobby_set_but_void';
  const site = optionsOf(seen)('guestPolicy');
  const set = answered(site) ? site.value === 'true' : null;
  const evidence = answered(site) ? [proof(site.call, 'rooms_configurations/guestPolicy/data')] : [];
  const server = policyName(createParameter(seen, 'guestPolicy', 'defaultGuestPolicy'));
  const asked = 'reason' in server ? null : holdsViewers(seen, server.value);
  if (set === false && asked === false) return { code, found: false, evidence };
  const guests = authenticatedGuest(seen);
  if ('reason' in guests) return { code, found: guests.reason, evidence };
  if (guests.value) return { code, found: false, evidence: [...evidence, ...guests.evidence] };
  if (set === true || asked === true)
    return { code, found: true, evidence: [...evidence, ...guests.evidence] };
  if (set === null && !answered(site)) return { code, found: site.reason, evidence };
  return { code, found: 'reason' in server ? server.reason : false, evidence };
}

function codeMissing({ database }: AllSeen): Pair {
  const code = 'code_forced_but_missing';
  if (database === null) return { code, found: notGiven('GS'), evidence: [] };
  if (!answered(database)) return { code, found: database.reason, evidence: [] };
  const { codeMissing: missing } = database.value;
  const evidence = [proof(database.call, 'room_meeting_options.value')];
  return { code, found: missing.ok ? missing.value : missing.reason, evidence };
}

/** Seconds that a balancer keeps recordings; null where it has no such rule. */
export function holdTime(seen: Seen) {
  for (const key of [
    'B3LB_RECORDS_HOLD_TIME',
    'RECORDS_HOLD_TIME',
    'B3LB_RECORD_HOLD_TIME',
    'RECORD_HOLD_TIME',
  ]) {
    const found = balancerValue(seen, key);
    if ('reason' in found || found.value !== null) return found;
  }
  return null;
}

function olderThanKept(seen: Seen): Pair {
  const code = 'older_than_retention';
  const kept = holdTime(seen);
  if (kept === null) return { code, found: false, evidence: [] };
  if ('reason' in kept)
    return {
      code,
      found: behindBalancer(seen.root) || kept.evidence.length > 0 ? kept.reason : false,
      evidence: kept.evidence,
    };
  const days = Number(kept.value);
  const gap = recordingsGap(seen);
  if (!Number.isInteger(days) || days <= 0) return { code, found: false, evidence: kept.evidence };
  const limit = seen.now - days * 86_400_000;
  const older = [...seen.recordings.rooms.values()].some(
    ({ oldestEnd }) => oldestEnd !== null && oldestEnd < limit,
  );
  return { code, found: older ? true : (gap ?? false), evidence: kept.evidence };
}
