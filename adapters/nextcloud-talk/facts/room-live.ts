import {
  type Evidence,
  type Fact,
  hole,
  known,
  notPermitted,
  type Quantity,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import type { Rules } from '../../contract/fact-table.ts';
import { evidenceOf, factOf, factValue, has, type Sight, valueIn } from '../../contract/seen.ts';
import { type Participation, sumPeople } from '../participants.ts';
import type { SortedRoom } from './observation.ts';
import { failedPeople, member, membersOnly, peoplePath, type Scene, waitingRoom } from './room-door.ts';

const recordingStates = new Set([1, 2, 3, 4]);

/** Who is in and what happens now; only for targets with a stated purpose. */
export const liveRules: Rules<Scene> = {
  meeting_running: meetingRunning,
  meeting_running_time: runningTime,
  meeting_recording_in_progress: recordingNow,
  meeting_locked: locked,
  participants_total: (scene) => counted(scene, ({ inCall }) => inCall, 'inCall'),
  participants_unauthenticated: (scene) =>
    counted(scene, ({ unauthenticated }) => unauthenticated, 'actorType'),
  participants_dial_in_unnamed: (scene) =>
    counted(scene, ({ dialInUnnamed }) => dialInUnnamed, 'inCall', unreadCallers),
  participants_waiting: participantsWaiting,
};

const unreadCallers = ({ callersUnread }: Participation): Reason | null =>
  callersUnread === 0 ? null : reason('not_observable', 'names of callers are not read from the database');

/** `hasCall` is no help: it is forced to false for members who wait in the lobby. */
function meetingRunning({ room, people }: Scene): Fact {
  const start = room.callStartTime;
  if (!has(start) || start.value === 0) return factOf(start, () => false);
  const failed = failedCalls(people);
  if (failed !== null || people === undefined || 'reason' in people) {
    return hole(
      failed ?? notPermitted(member),
      people === undefined ? evidenceOf(start) : evidenceOf(people),
    );
  }
  const evidence = [evidenceOf(people, { path: peoplePath(people, 'inCall') }), evidenceOf(start)];
  if (people.inCall > 0) return known(true, evidence);
  return people.gap === null ? known(false, evidence) : hole(people.gap, evidence);
}

function runningTime(scene: Scene): Fact {
  const { room, observation } = scene;
  const running = meetingRunning(scene);
  if (!('value' in running)) return running;
  if (running.value !== true) return hole(reason('not_running'), running.evidence);
  const seconds = Math.max(0, Math.floor(observation.now / 1000) - (valueIn(room.callStartTime) ?? 0));
  return factOf(room.callStartTime, () => seconds, { provenance: 'derived' });
}

/** Started breakout rooms record by themselves; without the database this account may see only some of them. */
function recordingNow(scene: Scene): Fact {
  const { room, children, held } = scene;
  const all = [room, ...children.map((child) => child.room)];
  const found = all.find(({ callRecording }) => recordingStates.has(valueIn(callRecording) ?? 0));
  if (found !== undefined) return factOf(found.callRecording, () => true);
  if (has(held.breakouts) && held.breakouts.value.recording) {
    return factOf(held.breakouts, () => true, { provenance: 'derived' });
  }
  const unread = all.find(({ callRecording }) => !has(callRecording));
  const breakouts = othersBreakouts(scene);
  if (unread === undefined) {
    return breakouts ?? factOf(room.callRecording, () => false);
  }
  const running = meetingRunning(scene);
  if (factValue(running) === false && children.length === 0 && breakouts === null) {
    return known(false, running.evidence);
  }
  return factOf(unread.callRecording, () => false);
}

/** Null where there are no started breakout rooms beside those that were seen; the database shows them all. */
function othersBreakouts({ room, held }: Scene): Fact | null {
  if (has(held.breakouts)) return null;
  const { breakoutRoomMode: mode, breakoutRoomStatus: status } = room;
  if (has(mode) && mode.value === 0) return null;
  if (!has(mode)) return hole(mode.reason, evidenceOf(mode));
  if (!has(status)) return hole(status.reason, evidenceOf(status));
  if (status.value === 0) return null;
  return hole(reason('incomplete', 'breakout rooms of others are not shown'), evidenceOf(status));
}

/** The people of a meeting and of its breakout rooms, as far as they were seen. */
function everybody({ people, children, held }: Scene): SortedRoom['people'] {
  if (people === undefined || 'reason' in people) return people;
  const stored = has(held.breakouts) ? held.breakouts.value.people : null;
  const seen = children.flatMap((child) =>
    child.people === undefined || 'reason' in child.people ? [] : [child.people],
  );
  return sumPeople([people, ...(stored === null ? seen : [stored])]);
}

function failedCalls(people: SortedRoom['people']): Reason | null {
  const failed = failedPeople(people);
  return failed ?? (people === undefined || 'reason' in people ? null : people.calls);
}

function locked(scene: Scene): Fact {
  const doors = [membersOnly(scene), waitingRoom(scene)];
  const closed = doors.find((fact) => factValue(fact) === true);
  if (closed !== undefined) return known(true, asDerived(closed.evidence));
  const open = doors.find((fact) => !('value' in fact));
  return open ?? known(false, asDerived(doors.flatMap(({ evidence }) => evidence)));
}

function asDerived(evidence: Evidence[]): Evidence[] {
  return evidence.map((one) => ({ ...one, provenance: 'derived' as const }));
}

/** A number from a list with a gap is a lower bound, and says nothing while it is 0. */
function counted(
  scene: Scene,
  pick: (people: Participation) => number,
  path: string,
  gapOf: (people: Participation) => Reason | null = () => null,
): Fact {
  const running = meetingRunning(scene);
  if (factValue(running) === false) return hole(reason('not_running'), running.evidence);
  if (!('value' in running)) return running;
  const people = everybody(scene);
  const failed = failedCalls(people);
  if (failed !== null || people === undefined || 'reason' in people) {
    return hole(failed ?? notPermitted(member), seenAt(people));
  }
  const evidence = evidenceOf(people, { path: peoplePath(people, path) });
  const value = pick(people);
  const others = othersBreakouts(scene);
  const gap = people.gap ?? gapOf(people);
  if (gap === null && others === null) return known(value, evidence);
  const why = gap ?? (others !== null && 'unavailable' in others ? others.unavailable : null);
  if (value === 0) return hole(why ?? reason('incomplete'), evidence);
  const bound: Quantity = { value, bound: 'at_least' };
  return known(bound, evidence);
}

function seenAt(people: SortedRoom['people']): Evidence[] {
  return people === undefined ? [] : [evidenceOf(people as Sight)];
}

function participantsWaiting(scene: Scene): Fact {
  const waiting = waitingRoom(scene);
  if (factValue(waiting) === false) return known(0, asDerived(waiting.evidence));
  if (!('value' in waiting)) return waiting;
  return counted(scene, (people) => people.waiting, 'sessionIds');
}

/** Those who were invited, where only they can come; a configured number is the caller's business. */
export function expectedParticipants(scene: Scene): Fact {
  const { type, room, people, observation } = scene;
  const fill = { kind: 'config', name: 'participants_expected' } as const;
  if (type !== 2 || (has(room.listable) && room.listable.value > 0)) {
    return hole(reason('not_observable', 'open to more than the invited', fill), evidenceOf(room.type));
  }
  if (!observation.live)
    return hole(reason('not_configured', 'read only for live policies', fill), evidenceOf(room.type));
  if (!has(room.listable)) return hole(room.listable.reason, evidenceOf(room.listable));
  if (people === undefined && valueIn(room.callStartTime) === 0) {
    return hole(reason('not_running', undefined, fill), evidenceOf(room.callStartTime));
  }
  const failed = failedPeople(people);
  if (failed !== null || people === undefined || 'reason' in people) {
    return hole(failed ?? notPermitted(member), seenAt(people));
  }
  const evidence = evidenceOf(people, { path: peoplePath(people, 'actorType') });
  return people.gap === null ? known(people.invited, evidence) : hole(people.gap, evidence);
}
