import type { AdapterContext } from '../contract/adapter.ts';
import { readAhead } from '../contract/read-ahead.ts';
import { configuredRoomFacts } from '../contract/room.ts';
import type { Slices } from '../contract/slices.ts';
import type { Item, KeyRange } from '../contract/subject.ts';
import { answered, type Call } from './answer.ts';
import { basisOf } from './basis.ts';
import type { BigBlueButtonTarget } from './configuration.ts';
import type { GreenlightDatabase } from './database.ts';
import { ownFacts, StoredFacts } from './facts/shared.ts';
import type { RoomTally } from './outcomes.ts';
import { type Seen, type SeenRoom, seenRoom } from './seen.ts';
import type { StoredRoom } from './stored.ts';
import type { ToldMeetings } from './told.ts';

export interface RoomScan {
  /** null: Greenlight's database is not configured. */
  database: GreenlightDatabase | null;
  target: BigBlueButtonTarget;
  context: AdapterContext;
  seen: Seen;
  tally: RoomTally;
  told: ToldMeetings;
}

/** Every other room that Greenlight stores, two pages in memory at a time. */
export async function* storedRooms(scan: RoomScan, running: ReadonlySet<string>): AsyncGenerator<Item> {
  const { database, seen, context } = scan;
  if (database === null || seen.database === null || !answered(seen.database)) return;
  const { slices } = context;
  const ranges = slices === undefined ? null : await database.split(slices.size);
  if (slices === undefined || ranges === null) yield* roomsIn(scan, database, null, running);
  else yield* dividedRooms(scan, database, { slices, ranges, running });
}

export async function* roomsIn(
  scan: RoomScan,
  database: GreenlightDatabase,
  range: KeyRange | null,
  told: ReadonlySet<string>,
): AsyncGenerator<Item> {
  const { tally, seen, context } = scan;
  const shared = new StoredFacts(seen, context.live);
  for await (const page of readAhead(database.pages(range))) {
    if (!answered(page)) {
      tally.stored.failed ??= page.reason;
      return;
    }
    for (const value of page.value) {
      tally.stored.count += 1;
      if (told.has(value.id)) continue;
      yield tell(scan, storedRoom(scan, value, page.call), shared);
    }
  }
  const [refused] = database.refused.values();
  tally.stored.failed ??= refused ?? null;
}

/** Slices know nothing of what events told, nor of what runs: such rooms are told here. */
async function* dividedRooms(
  scan: RoomScan,
  database: GreenlightDatabase,
  { slices, ranges, running }: { slices: Slices; ranges: KeyRange[]; running: ReadonlySet<string> },
): AsyncGenerator<Item> {
  const { seen, tally } = scan;
  const doubtful = [...scan.told.doubtful.keys()].filter((id) => !running.has(id));
  const found = await database.byMeeting(doubtful);
  if (answered(found)) for (const value of found.value) yield tell(scan, storedRoom(scan, value, found.call));
  else tally.stored.failed ??= found.reason;
  const told = new Set([...running, ...doubtful]);
  let hidden = 0;
  for await (const item of slices.collect(basisOf(seen, database.usesView), ranges)) {
    if ('lost' in item) tally.stored.failed ??= item.lost;
    else if ('end' in item) {
      const { counts, gaps } = item.end;
      tally.stored.count += counts['rooms'] ?? 0;
      hidden += counts['hidden'] ?? 0;
      tally.stored.failed ??= gaps['GS'] ?? null;
    } else if (!told.has(item.subject.id)) yield item;
  }
  // Those of the rooms that were told here are among them.
  tally.stored.hidden = Math.max(tally.stored.hidden, hidden);
}

/** One object: what is no part of a room has to be the same where facts are. */
const none: SeenRoom['doubtful'] = [];

function storedRoom({ context, seen, told }: RoomScan, value: StoredRoom, call: Call): SeenRoom {
  return seenRoom(seen, {
    id: value.id,
    name: value.name,
    greenlight: true,
    friendlyId: value.friendlyId,
    running: null,
    stored: { call, value },
    open: null,
    at: context.now(),
    told: null,
    doubtful: told.doubtful.get(value.id) ?? none,
  });
}

/** @param shared facts of rooms that are told together; left out where each is its own */
export function tell({ target, context, seen, tally }: RoomScan, room: SeenRoom, shared?: StoredFacts): Item {
  const { id, name, friendlyId, greenlight } = room;
  tally.stored.hidden += room.hidden;
  if (room.told !== null) tally.told += 1;
  if (room.told?.moment) tally.heard += 1;
  const given = configuredRoomFacts(target, context, id, name);
  const facts = shared?.of(room, given) ?? { ...ownFacts(seen, room, context.live), ...given };
  const aliases = greenlight && friendlyId !== null && friendlyId !== '' ? { aliases: [friendlyId] } : {};
  return { subject: { kind: 'room', id, name, facts, ...aliases } };
}
