import type { AdapterContext, Target } from '../contract/adapter.ts';
import { cleanText } from '../contract/fact.ts';
import { configuredRoomFacts } from '../contract/room.ts';
import { valueIn } from '../contract/seen.ts';
import type { Subject } from '../contract/subject.ts';
import { withStored } from './database/stored-room.ts';
import type { StoredRoom } from './database/talk-database.ts';
import type { SortedRoom, Surroundings } from './facts/observation.ts';
import { holdsPassword } from './facts/password-text.ts';
import { RoomFacts } from './facts/room.ts';
import { kindOf } from './facts/room-kind.ts';
import type { TalkSettings } from './settings.ts';

/** The database counts breakout rooms with their parent. */
const noChildren: SortedRoom[] = [];

/** Makes subjects of rooms, and counts stored ones that are none. */
export class RoomTeller {
  readonly #target: Target<TalkSettings>;
  readonly #context: AdapterContext;
  readonly #facts: RoomFacts;
  /** Stored rooms that are no subjects, by kind. */
  readonly counted: Record<string, number> = {};

  constructor(target: Target<TalkSettings>, context: AdapterContext, surroundings: Surroundings) {
    this.#target = target;
    this.#context = context;
    this.#facts = new RoomFacts(surroundings);
  }

  /** @param shown what the API shows of it */
  *stored(room: StoredRoom, shown: SortedRoom | undefined): Generator<Subject> {
    const sorted = merged(room, shown);
    if ('counted' in sorted.kind) this.count({ [sorted.kind.counted]: 1 });
    else yield this.#subject(sorted);
  }

  *shown(sorted: SortedRoom): Generator<Subject> {
    if (!('counted' in sorted.kind)) yield this.#subject(sorted);
  }

  count(more: Readonly<Record<string, number>>): void {
    for (const [kind, number] of Object.entries(more))
      this.counted[kind] = (this.counted[kind] ?? 0) + number;
  }

  /**
   * A telephone room is named after its number or caller, and a room of unknown kind may be a talk between two. A name
   * that gives away a password still decides the room's tags, but is not shown.
   */
  #subject(sorted: SortedRoom): Subject {
    const { room, kind } = sorted;
    const id = room.token;
    const name = 'kind' in kind && kind.kind !== 'phone' ? cleanText(valueIn(room.name) ?? '') : '';
    const shown = name === '' || holdsPassword(name) ? null : name;
    const { room_tags, participants_expected } = configuredRoomFacts(
      this.#target,
      this.#context,
      id,
      name === '' ? null : name,
    );
    const stated = 'value' in participants_expected;
    const given = stated ? { room_tags, participants_expected } : { room_tags };
    return { kind: 'room', id, name: shown, facts: this.#facts.of(sorted, given) };
  }
}

/** What the list of joinable rooms shows is stored too, without its dummies. */
function merged({ room, held, people }: StoredRoom, shown: SortedRoom | undefined): SortedRoom {
  const own = shown?.room.view === 'member' ? withStored(shown.room, room) : room;
  const seen = shown?.people !== undefined && !('reason' in shown.people) ? shown.people : people;
  return { room: own, kind: kindOf(own), children: noChildren, people: seen, stored: room, held };
}
