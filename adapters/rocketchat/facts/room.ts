import { hole, known, type Reason } from '../../contract/fact.ts';
import { Remembered } from '../../contract/remembered.ts';
import { evidenceOf, has, type Seen } from '../../contract/seen.ts';
import { type FactName, factDefinition } from '../../contract/vocabulary.ts';
import type { Room } from '../rooms.ts';
import { rows } from '../rows.ts';
import { elsewhere, neverShown } from './calls.ts';
import { roomContradictions } from './contradictions.ts';
import { doorFacts } from './doors.ts';
import { liveFacts } from './live.ts';
import { type Bit, bitOf, type FlagId, isFalse, isTrue, not, notObservable } from './logic.ts';
import type { Facts, Observation, RoomCall } from './observation.ts';
import { type RoomType, roomRetention } from './retention.ts';
import { kindOf, type RoomKind } from './room-kind.ts';
import type { Scene } from './scene.ts';
import { textFacts } from './texts.ts';

/** Names of the declared facts of a room, the live ones only where wanted. */
export function roomFactNames(live: boolean): FactName[] {
  const names = new Set(rows.map(({ fact }) => fact));
  return [...names].filter((name) => {
    const definition = factDefinition(name);
    return definition.level === 'room' && (live || !definition.live);
  });
}

/** One room as its facts see it: without its name and its texts, which are its own. */
interface Judged {
  room: Room;
  kind: RoomKind;
  call: RoomCall | undefined;
}

const parts = ['room', 'room.main', 'room.full', 'room.other'];

/** Kinds and facts of rooms; rooms of which the lists say the same get the same. */
export class RoomFacts {
  readonly #observation: Observation;
  readonly #kinds: Remembered<{ room: Room }, RoomKind>;
  readonly #facts: Remembered<Judged, Facts>;

  constructor(observation: Observation) {
    this.#observation = observation;
    this.#kinds = new Remembered(({ room }) => kindOf(room, observation.published), parts);
    this.#facts = new Remembered((judged) => roomFacts(judged, observation), parts);
  }

  kindOf(room: Room): RoomKind {
    return this.#kinds.of({ room });
  }

  /** All facts of a room but those of the configuration. */
  of(room: Room): Facts {
    const call = this.#observation.roomCalls.get(room.id);
    return this.#facts.of({ room, kind: this.kindOf(room), call });
  }
}

/** Of a room whose kind cannot be told nothing is said. */
function roomFacts({ room, kind, call }: Judged, observation: Observation): Facts {
  if ('unknown' in kind) return nothing(kind.unknown, kind.seen, observation.live);
  if (!('kind' in kind)) throw new Error('a room that is counted has no facts');
  const seen = kind.seen.map((one) => evidenceOf(one));
  const type = typeOf(room);
  const possible = conferencePossible(room, type, observation);
  const scene: Scene = { room, kind: kind.kind, type, observation, possible, seen, call };
  const kept = roomRetention(room, type, observation);
  const derivedKind = seen.map((one) => ({ ...one, provenance: 'derived' as const }));
  return {
    room_kind: known(kind.kind, derivedKind),
    room_conference_possible: possible,
    ...recording(scene),
    ...doorFacts(scene),
    ...textFacts(room),
    room_chat_persistent: known(true, derivedKind),
    room_chat_retention: kept.chat,
    room_document_retention: kept.files,
    room_oldest_chat_message_age: hole(notObservable('messages are never read'), seen),
    room_shared_documents_count: hole(notObservable('the lists of files name files and persons'), seen),
    room_oldest_shared_document_age: hole(notObservable('the lists of files name files and persons'), seen),
    room_contradictions: roomContradictions(scene),
    room_screen_sharing_allowed_for: neverShown(observation),
    ...(observation.live ? liveFacts(scene) : {}),
  };
}

/** Telephone rooms have no type of their own among those with settings. */
function typeOf({ t }: Room): RoomType {
  const value = has(t) ? t.value : 'd';
  return value === 'c' || value === 'p' ? value : 'd';
}

function nothing(why: Reason, seen: Seen<unknown>, live: boolean): Facts {
  const facts: Facts = {};
  for (const name of roomFactNames(live)) {
    if (name !== 'room_tags' && name !== 'participants_expected') facts[name] = hole(why, evidenceOf(seen));
  }
  return facts;
}

/** The new name of each switch, and the one it had until 6.x with the opposite sense. */
const switches = {
  c: ['VideoConf_Enable_Channels', 'VideoConf_Disable_Channels'],
  p: ['VideoConf_Enable_Groups', 'VideoConf_Disable_Groups'],
  d: ['VideoConf_Enable_DMs', 'VideoConf_Disable_DMs'],
  team: ['VideoConf_Enable_Teams', 'VideoConf_Disable_Teams'],
} as const satisfies Record<string, readonly [FlagId, FlagId]>;

function conferencePossible(room: Room, type: RoomType, observation: Observation): Bit {
  const { calls } = observation;
  if (calls.state === 'none') return known(false, calls.evidence);
  const archived = room.archived;
  if (has(archived) && archived.value) return known(false, evidenceOf(archived));
  if (!has(archived) && !archived.absent) return hole(archived.reason, evidenceOf(archived));
  const allowed = mayStart(room, type, observation);
  if (isFalse(allowed) || !isTrue(allowed)) return allowed;
  if (calls.state === 'unknown') return hole(calls.reason, calls.evidence);
  return known(true, [...allowed.evidence, ...calls.evidence]);
}

/** Without a licence the switches are always on; a version without any has calls everywhere. */
function mayStart({ teamMain }: Room, type: RoomType, { published }: Observation): Bit {
  if (!has(teamMain) && !teamMain.absent) return hole(teamMain.reason, evidenceOf(teamMain));
  const [current, former] = switches[has(teamMain) && teamMain.value ? 'team' : type];
  const seen = published.get(current);
  if (has(seen) || !seen.absent) return bitOf(seen, (on) => on);
  const old = published.get(former);
  if (has(old) || !old.absent) return not(bitOf(old, (off) => off));
  return known(true, evidenceOf(seen, { provenance: 'documented_default' }));
}

/** Where no call can be, nothing can be recorded; the rest is the conference provider's matter. */
function recording({ possible, observation }: Scene): Facts {
  const nowhere = isFalse(possible);
  const off = nowhere
    ? known(
        false,
        possible.evidence.map((one) => ({ ...one, provenance: 'derived' as const })),
      )
    : elsewhere(observation);
  return {
    room_recording_switch_supported: off,
    room_recording_auto_start: off,
    room_recording_allowed: off,
    room_recording_consent_required: neverShown(observation),
  };
}
