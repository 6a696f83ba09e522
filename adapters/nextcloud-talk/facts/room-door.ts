import {
  type Fact,
  hole,
  known,
  type Layer,
  notPermitted,
  type Reason,
  reason,
} from '../../contract/fact.ts';
import type { Rules } from '../../contract/fact-table.ts';
import { evidenceOf, factOf, factValue, has, type Manner, type Sight, valueIn } from '../../contract/seen.ts';
import { productFact, type SortedRoom, type Surroundings, talkMajor } from './observation.ts';
import type { JudgedKind } from './room-kind.ts';
import type { RoomTexts } from './room-texts.ts';

/** One judged room in its surroundings. Its name, its texts and its token are told by what follows from them. */
export interface Scene extends Omit<SortedRoom, 'kind'> {
  observation: Surroundings;
  kind: JudgedKind;
  type: number;
  objectType: string;
  texts: RoomTexts;
  /** Of the token. */
  bits: number;
}

export const member = 'member of the room';
export const moderator = 'moderator in the room';
const mayPassLobby = 8;
const shareDecides = reason('not_observable', "the file's share decides who enters", {
  kind: 'permission',
  name: 'server admin',
});

/** Who gets in, and how. */
export const doorRules: Rules<Scene> = {
  room_password_required: password,
  room_waiting_room_enabled: waitingRoom,
  room_members_only: membersOnly,
  room_signed_in_only: ({ observation }) => productFact('room_signed_in_only', false, observation.now),
  room_publicly_listed: listed,
  room_joinable_without_invitation: joinable,
  room_guest_access_allowed: guests,
};

/** The mask of a plain participant: the room's own where it is not 0, else the server's default. */
export function effectiveMask({ room, observation }: Scene): Fact {
  const own = room.defaultPermissions;
  if (room.view === 'listed') return hole(notPermitted(member, 'permissions are not shown'), evidenceOf(own));
  if (!has(own)) return hole(own.reason, evidenceOf(own));
  const site = observation.anonymous.defaultPermissions;
  const chain: Layer[] = [
    { layer: 'room', path: own.path, value: own.value, decides: own.value !== 0 },
    { layer: 'server', path: site.path, value: valueIn(site) ?? null, decides: own.value === 0 },
  ];
  if (own.value !== 0) return factOf(own, (mask) => mask, { chain });
  return factOf(site, (mask) => mask, { chain, force: 'default' });
}

export function waitingRoom(scene: Scene): Fact {
  const { room, observation } = scene;
  const { lobbyState: state, lobbyTimer: timer } = room;
  if (!has(state) || state.value === 0) return factOf(state, () => false);
  if (!has(timer)) return hole(timer.reason, evidenceOf(timer));
  const stored: Layer = { layer: 'room', path: state.path, value: 1, decides: false };
  if (timer.value > 0 && timer.value * 1000 <= observation.now) {
    const passed: Layer = {
      layer: 'room',
      path: `${timer.path} (passed)`,
      value: timer.value,
      decides: true,
    };
    return known(false, evidenceOf(timer, { provenance: 'derived', chain: [stored, passed] }));
  }
  const mask = effectiveMask(scene);
  if (!('value' in mask)) return mask;
  const bypassed = ((mask.value as number) & mayPassLobby) !== 0;
  const chain: Layer[] = [
    { ...stored, decides: !bypassed },
    ...(mask.evidence[0]?.chain ?? []).map((layer) => ({ ...layer, decides: bypassed && layer.decides })),
  ];
  return known(!bypassed, evidenceOf(state, { chain }));
}

/** A listed room never asks an account for the password, and a private one asks nobody. */
function password({ room, type, objectType }: Scene): Fact {
  const { hasPassword: stored, listable } = room;
  if (objectType === 'file' || objectType === 'share:password') return hole(shareDecides, evidenceOf(stored));
  const unused = (why: string): Manner => ({
    provenance: 'derived',
    chain: [
      { layer: 'room', path: stored.path, value: valueIn(stored) ?? null, decides: false },
      { layer: 'room', path: why, value: false, decides: true },
    ],
  });
  if (type !== 3) return known(false, evidenceOf(room.type, unused('private: unused')));
  if (has(listable) && listable.value > 0)
    return known(false, evidenceOf(listable, unused('listed: not asked')));
  if (!has(stored) || !stored.value) return factOf(stored, () => false);
  return factOf(listable, () => true, {
    path: stored.path,
    chain: [{ layer: 'room', path: stored.path, value: true, decides: true }],
  });
}

/** Dial-in as it is in force: a view from outside shows the stored value also while dial-in is off. */
export function dialIn({ room, stored, observation }: Scene): Fact {
  const own = room.sipEnabled;
  if (own.source === 'RL' && stored !== undefined) {
    const kept = stored.sipEnabled;
    const chain: Layer[] = [
      { layer: 'room', path: `${kept.path} (stored)`, value: valueIn(kept) ?? null, decides: false },
      { layer: 'site', path: own.path, value: valueIn(own) ?? null, decides: true },
    ];
    return factOf(own, (mode) => mode, { chain });
  }
  if (own.source === 'RL' || !has(own) || own.value === 0) return factOf(own, (mode) => mode);
  const site = observation.anonymous.sipEnabled;
  const chain: Layer[] = [
    { layer: 'room', path: own.path, value: own.value, decides: valueIn(site) === true },
    { layer: 'server', path: site.path, value: valueIn(site) ?? null, decides: valueIn(site) === false },
  ];
  return factOf(site, (on) => (on ? own.value : 0), { chain });
}

export function membersOnly(scene: Scene): Fact {
  const { room, type, objectType } = scene;
  if (objectType === 'share:password') return factOf(room.objectType, () => true, { provenance: 'derived' });
  if (objectType === 'file') return fileRoom(scene, true);
  if (type === 3) return factOf(room.type, () => false);
  if (type !== 2) return hole(reason('not_observable', `type ${type}`), evidenceOf(room.type));
  const { listable } = room;
  if (has(listable) && listable.value > 0) return factOf(listable, () => false);
  const phone = dialIn(scene);
  if (factValue(phone) === 2) return known(false, phone.evidence);
  if (!has(listable)) return hole(listable.reason, evidenceOf(listable));
  if (!('value' in phone)) return phone;
  return known(true, [evidenceOf(room.type), evidenceOf(listable), ...phone.evidence]);
}

function listed({ room }: Scene): Fact {
  const { listable, view } = room;
  if (view === 'listed' && valueIn(listable) === 0) {
    return hole(reason('conflicting', 'found by search, yet not listed'), evidenceOf(listable));
  }
  return factOf(listable, (way) => way > 0);
}

function joinable(scene: Scene): Fact {
  const { room, objectType } = scene;
  if (objectType === 'share:password') return factOf(room.objectType, () => false, { provenance: 'derived' });
  if (objectType === 'file') return fileRoom(scene, false);
  const { listable } = room;
  if (!has(listable) || listable.value === 0) return factOf(listable, () => false);
  const waiting = waitingRoom(scene);
  if (!('value' in waiting)) return waiting;
  return known(waiting.value !== true, [
    evidenceOf(listable, { provenance: 'derived' }),
    ...waiting.evidence,
  ]);
}

/** Guests by link, by telephone without a PIN, and from 24 on by mail also into private rooms. */
function guests(scene: Scene): Fact {
  const { room, type, objectType, observation, people } = scene;
  if (objectType === 'file') return fileRoom(scene, false);
  if (objectType === 'share:password') return hole(shareDecides, evidenceOf(room.objectType));
  if (type === 3) return factOf(room.type, () => true);
  const phone = dialIn(scene);
  if (factValue(phone) === 2) return known(true, phone.evidence);
  const major = talkMajor(observation);
  const { version } = observation.anonymous;
  if (major === undefined)
    return hole(has(version) ? reason('version_unknown') : version.reason, evidenceOf(version));
  if (major >= 24) {
    if (people === undefined) return hole(notPermitted(member), evidenceOf(room.type));
    if ('reason' in people) return hole(people.reason, evidenceOf(people));
    const evidence = evidenceOf(people, { path: peoplePath(people, 'actorType') });
    if (people.mailGuests > 0) return known(true, evidence);
    if (people.gap !== null) return hole(people.gap, evidence);
  }
  if (!('value' in phone)) return phone;
  return known(false, [evidenceOf(room.type, { provenance: 'derived' }), ...phone.evidence]);
}

/** Where rooms beside files are switched off for public shares, only accounts come in; else the share decides. */
function fileRoom({ room, observation }: Scene, value: boolean): Fact {
  const shares = observation.config.publicShares;
  if (!has(shares) || shares.value !== false) return hole(shareDecides, evidenceOf(room.objectType));
  return factOf(shares, () => value, { provenance: 'derived' });
}

export function peoplePath({ source }: Sight, key: string): string {
  return source === 'PT' ? `ocs.data[].${key}` : `talk_attendees (${key})`;
}

export function failedPeople(people: SortedRoom['people']): Reason | null {
  if (people === undefined) return notPermitted(member, 'participants were not read');
  return 'reason' in people ? people.reason : null;
}
