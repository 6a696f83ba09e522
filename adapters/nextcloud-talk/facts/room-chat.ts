import {
  type Evidence,
  type Fact,
  hole,
  known,
  type Layer,
  type ListValue,
  notPermitted,
  type Reason,
  type Retention,
  reason,
} from '../../contract/fact.ts';
import type { Rules } from '../../contract/fact-table.ts';
import { evidenceOf, factValue, has, type Seen, valueIn } from '../../contract/seen.ts';
import { feature, productFact, talkMajor } from './observation.ts';
import { member, type Scene } from './room-door.ts';

const day = 86_400;

/** How long the chat stays, and what speaks against it. */
export const chatRules: Rules<Scene> = {
  room_chat_persistent: ({ observation }) => productFact('room_chat_persistent', true, observation.now),
  room_chat_retention: retention,
  room_contradictions: contradictions,
};

/** Seconds, `null` where this way deletes nothing, or why it cannot be known. */
interface Way {
  seconds: number | null | Reason;
  evidence: Evidence[];
  layer: Layer;
}

function retention(scene: Scene): Fact {
  const ways = [expiry(scene), removal(scene), classifiedRemoval(scene)];
  const finite = ways.filter((way) => typeof way.seconds === 'number');
  const open = ways.find(({ seconds }) => typeof seconds === 'object' && seconds !== null);
  const shortest = finite.reduce<Way | undefined>(
    (best, way) => (best === undefined || (way.seconds as number) < (best.seconds as number) ? way : best),
    undefined,
  );
  const deciding = shortest ?? open ?? ways[0];
  const chain = ways.map(({ layer }, place) => ({ ...layer, decides: ways[place] === deciding }));
  const evidence = (deciding?.evidence ?? []).map((one, place) => (place === 0 ? { ...one, chain } : one));
  if (shortest !== undefined) {
    const seconds = shortest.seconds as number;
    const value: Retention = open === undefined ? { seconds } : { seconds, bound: 'at_most' };
    return known(value, evidence);
  }
  if (open !== undefined) return hole(open.seconds as Reason, evidence);
  return known({ unlimited: true }, evidence);
}

/** Deletes single messages; only with background jobs in cron mode, which the feature flag tells. */
function expiry({ room, observation }: Scene): Way {
  const own = room.messageExpiration;
  const layer: Layer = { layer: 'room', path: own.path, value: valueIn(own) ?? null, decides: false };
  if (room.view === 'listed') {
    const unseen = { ...layer, value: null };
    return {
      seconds: notPermitted(member, 'expiry is not shown'),
      evidence: [evidenceOf(own)],
      layer: unseen,
    };
  }
  if (!has(own)) return { seconds: own.reason, evidence: [evidenceOf(own)], layer };
  if (own.value === 0) return { seconds: null, evidence: [evidenceOf(own)], layer };
  const flag = feature('message-expiration', observation);
  const evidence = [evidenceOf(own), ...flag.evidence];
  if (!('value' in flag)) return { seconds: flag.unavailable, evidence, layer };
  return { seconds: flag.value ? own.value : null, evidence, layer };
}

/** Deletes the whole room some days after its last activity. */
function removal(scene: Scene): Way {
  const { room, objectType } = scene;
  const site = removalSetting(scene);
  if (site === null) {
    const layer: Layer = {
      layer: 'server',
      path: 'no removal of this kind of room',
      value: null,
      decides: false,
    };
    return { seconds: null, evidence: [evidenceOf(room.objectType)], layer };
  }
  const layer: Layer = { layer: 'server', path: site.path, value: valueIn(site) ?? null, decides: false };
  const evidence = [evidenceOf(site, { provenance: 'derived' }), evidenceOf(room.objectType)];
  if (objectType === 'event' && valueIn(room.objectId)?.includes('#') !== true) {
    return { seconds: null, evidence: [evidenceOf(room.objectId)], layer };
  }
  if (objectType === 'event' && !/^\d+#\d+$/.test(valueIn(room.objectId) ?? '')) {
    const why = reason('invalid_answer', `${room.objectId.path} is not as documented`);
    return { seconds: why, evidence: [evidenceOf(room.objectId)], layer };
  }
  if (!has(site)) return { seconds: missingSetting(site), evidence, layer };
  if (site.value === 0) return { seconds: null, evidence, layer };
  const kept = preserved(scene);
  return { seconds: kept ?? site.value * day, evidence, layer };
}

function removalSetting({ objectType, observation: { anonymous } }: Scene): Seen<number> | null {
  if (objectType === 'event') return anonymous.retentionEvent;
  if (objectType === 'instant_meeting') return anonymous.retentionInstant;
  return objectType === 'phone_temporary' ? anonymous.retentionPhone : null;
}

function missingSetting(seen: Seen<number>): Reason {
  if (has(seen)) return reason('not_observable');
  return seen.absent ? reason('not_supported_by_version', `${seen.path} is not shown`) : seen.reason;
}

/** From 25 on an owner can keep the server from removing a room, and nothing shows it. */
function preserved({ observation }: Scene): Reason | null {
  const major = talkMajor(observation);
  if (major === undefined) return reason('version_unknown');
  if (major < 25) return null;
  const flag = feature('preserve-conversation', observation);
  if (factValue(flag) === false) return null;
  return reason('not_supported_by_version', 'an owner may have excepted the room from removal');
}

/** Talk 25: rooms with the attribute "classified" are removed after a call. */
function classifiedRemoval(scene: Scene): Way {
  const { room, observation } = scene;
  const { attributes } = room;
  const site = observation.anonymous.retentionClassified;
  const layer: Layer = { layer: 'server', path: site.path, value: valueIn(site) ?? null, decides: false };
  const major = talkMajor(observation);
  const evidence = [evidenceOf(site, { provenance: 'derived' }), evidenceOf(attributes)];
  if (major !== undefined && major < 25) return { seconds: null, evidence, layer };
  if (major === undefined) return { seconds: versionGap(site), evidence, layer };
  if (!has(attributes)) return { seconds: attributes.reason, evidence, layer };
  if ((attributes.value & 4) === 0) return { seconds: null, evidence, layer };
  if (!has(site)) return { seconds: missingSetting(site), evidence, layer };
  if (site.value === 0) return { seconds: null, evidence, layer };
  return { seconds: preserved(scene) ?? site.value, evidence, layer };
}

/** What is found counts; that there is nothing counts only where everything was compared. */
function contradictions(scene: Scene): Fact {
  const { room, observation, held } = scene;
  const items: string[] = [];
  const evidence: Evidence[] = [];
  const { recording } = observation.anonymous;
  if (observation.live && recordedWhileOff(scene)) {
    items.push('recording_off_but_running');
    evidence.push(evidenceOf(recording), evidenceOf(room.callRecording));
  }
  const setting = removalSetting(scene);
  if (setting !== null && outlived(scene, valueIn(setting))) {
    items.push('room_outlived_retention');
    evidence.push(evidenceOf(setting), evidenceOf(room.lastActivity));
  }
  if ((valueIn(held.overdue) ?? 0) > 0) {
    items.push('older_than_expiration');
    evidence.push(evidenceOf(held.overdue));
  }
  const newest = valueIn(held.recordings)?.newest ?? 0;
  if (valueIn(recording) === false && newest > recording.at) {
    items.push('recording_newer_than_switch_off');
    evidence.push(evidenceOf(held.recordings), evidenceOf(recording));
  }
  const missing = uncompared(scene, setting);
  const list: ListValue = missing === null ? { items, complete: true } : { items, complete: false, missing };
  return known(list, evidence.length > 0 ? evidence : evidenceOf(room.callRecording));
}

/** Pairs of live sources that are switched off are left out. */
function uncompared(scene: Scene, setting: Seen<number> | null): Reason | null {
  const { room, observation, held } = scene;
  const needed: Seen<unknown>[] = [observation.anonymous.recording, held.overdue];
  if (valueIn(observation.anonymous.recording) !== true) needed.push(held.recordings);
  if (observation.live) needed.push(room.callRecording);
  if (setting !== null) needed.push(setting, room.lastActivity, room.objectId);
  const unread = needed.find((seen) => !has(seen));
  if (unread !== undefined && !has(unread)) return unread.reason;
  return setting === null ? null : preserved(scene);
}

function recordedWhileOff({ room, observation, children, held }: Scene): boolean {
  const running = [room, ...children.map((child) => child.room)].some(({ callRecording }) => {
    const state = valueIn(callRecording) ?? 0;
    return state >= 1 && state <= 4;
  });
  const breakouts = valueIn(held.breakouts)?.recording === true;
  return (running || breakouts) && valueIn(observation.anonymous.recording) === false;
}

/** Without a version nobody knows whether such rooms exist. */
function versionGap(site: Seen<number>): Reason {
  return has(site) || site.absent ? reason('version_unknown') : site.reason;
}

/** A day of grace: the job runs daily. */
function outlived(scene: Scene, days: number | undefined): boolean {
  const { room, observation, objectType } = scene;
  const activity = valueIn(room.lastActivity);
  if (days === undefined || days === 0 || activity === undefined || preserved(scene) !== null) return false;
  const objectId = valueIn(room.objectId) ?? '';
  const end = objectType === 'event' ? /^\d+#(\d+)$/.exec(objectId)?.[1] : '0';
  if (end === undefined) return false;
  const last = Math.max(activity, Number(end));
  return (last + (days + 1) * day) * 1000 < observation.now;
}
