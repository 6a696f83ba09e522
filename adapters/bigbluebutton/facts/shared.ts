import { Distinct } from '../../contract/distinct.ts';
import type { Fact } from '../../contract/fact.ts';
import { FactTable, type Rules } from '../../contract/fact-table.ts';
import type { FactName } from '../../contract/vocabulary.ts';
import { answered } from '../answer.ts';
import type { RoomRecordings } from '../recordings.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import { withoutPurpose } from './purpose.ts';
import { roomFacts, roomRules } from './room.ts';
import type { RoomRule } from './rule.ts';

type Facts = Partial<Record<FactName, Fact>>;

/** What is looked at field by field; of anything else two rooms have to hold the same. */
const parts = [
  'recorded',
  'stored',
  'stored.value',
  'stored.value.options',
  'stored.value.options.value',
  'stored.value.codes',
  'stored.value.codes.value',
  'stored.value.codes.value.glViewerAccessCode',
  'stored.value.codes.value.glModeratorAccessCode',
  'stored.value.sharedRoles',
  'stored.value.presentations',
] as const;

/** Facts of one room by itself, but those that the configuration gives. */
export function ownFacts(seen: Seen, room: SeenRoom, live: boolean): Facts {
  const facts = roomFacts(seen, room, live);
  if (live) return facts;
  for (const [name, fact] of Object.entries(facts) as [FactName, Fact][]) facts[name] = withoutPurpose(fact);
  return facts;
}

/** Facts of the rooms that Greenlight stores; rooms of which the same was read get the same. */
export class StoredFacts {
  readonly #seen: Seen;
  readonly #live: boolean;
  readonly #table: FactTable<SeenRoom>;
  readonly #states = new Distinct<RoomRecordings['byState']>();

  /** @param seen no longer changes */
  constructor(seen: Seen, live: boolean) {
    this.#seen = seen;
    this.#live = live;
    const rules = Object.entries(roomRules(live)) as [FactName, RoomRule][];
    const bound = rules.map(([name, rule]): [FactName, (room: SeenRoom) => Fact] => [
      name,
      live ? (room) => rule(seen, room) : (room) => withoutPurpose(rule(seen, room)),
    ]);
    const given = ['room_tags', 'participants_expected'] as const;
    this.#table = new FactTable(Object.fromEntries(bound) as Rules<SeenRoom>, parts, given);
  }

  /** @param given what the configuration says */
  of(room: SeenRoom, given: Facts): Facts {
    if (isAlone(room)) return { ...ownFacts(this.#seen, room, this.#live), ...given };
    return this.#table.of(this.#withStates(room), given);
  }

  #withStates(room: SeenRoom): SeenRoom {
    const { recorded } = room;
    if (recorded === null) return room;
    const { byState } = recorded;
    const same = this.#states.of(Object.entries(byState).flat(), () => byState);
    return { ...room, recorded: { ...recorded, byState: same } };
  }
}

/** Meetings, and what events told of them, are a room's own. */
function isAlone({ running, stored, told, doubtful }: SeenRoom): boolean {
  return running !== null || told !== null || doubtful.length > 0 || stored === null || !answered(stored);
}
