import { describe, expect, it } from 'vitest';
import { ownFacts, StoredFacts } from '../../../adapters/bigbluebutton/facts/shared.ts';
import type { SeenRoom } from '../../../adapters/bigbluebutton/seen.ts';
import { known } from '../../../adapters/contract/fact.ts';
import { configurationEvidence } from '../../../adapters/contract/room.ts';
import { scanTime } from '../../contract/scan.ts';
import { canary, roomsOf, scans, twinOf } from './shared-rooms.ts';

const many = 800;
const cases = scans.flatMap(([name, seen]) => [true, false].map((live) => ({ name, seen, live })));
const given = {
  room_tags: known({ items: [], complete: true }, configurationEvidence('tags', scanTime)),
  participants_expected: known(7, configurationEvidence('participants_expected', scanTime)),
};
/** Rooms of which one object of facts may be another's: nothing is told of a meeting. */
const plain = (room: SeenRoom): boolean => room.doubtful.length === 0;

describe('facts of stored rooms that are made together', () => {
  it.each(cases)('are those of each by itself: $name, live $live', ({ seen, live }) => {
    const shared = new StoredFacts(seen, live);
    for (const room of roomsOf(seen, many, 11)) {
      const facts = shared.of(room, given);
      const alone = { ...ownFacts(seen, room, live), ...given };
      // As text: also the order of names and of evidence is the same.
      expect(JSON.stringify(facts)).toBe(JSON.stringify(alone));
    }
  });

  it.each(cases)('hold nothing of a room of its own: $name, live $live', ({ seen, live }) => {
    const shared = new StoredFacts(seen, live);
    const rooms = roomsOf(seen, many, 12);
    const text = JSON.stringify(rooms.map((room) => shared.of(room, given)));
    expect(JSON.stringify(rooms)).toContain(canary(7));
    expect(text).not.toMatch(/own-\d+-/);
  });

  it.each(cases)('are one object for two rooms that say the same: $name, live $live', ({ seen, live }) => {
    for (const seed of [21, 22, 23]) {
      const shared = new StoredFacts(seen, live);
      const rooms = roomsOf(seen, 100, seed).filter(plain);
      const made = rooms.map((room) => Object.values(shared.of(room, given)));
      for (const [place, room] of rooms.entries()) {
        const again = Object.values(shared.of(twinOf(seen, room), given));
        expect(again.filter((fact, at) => fact !== made[place]?.[at])).toEqual([]);
      }
    }
  });

  it('a room that another follows keeps its facts', () => {
    const [[, seen] = scans[0] as never] = scans;
    const shared = new StoredFacts(seen, false);
    const rooms = roomsOf(seen, 400, 14);
    const kept = rooms.map((room) => shared.of(room, given));
    const before = kept.map((facts) => JSON.stringify(facts));
    for (const room of roomsOf(seen, 400, 15)) shared.of(room, given);
    expect(kept.map((facts) => JSON.stringify(facts))).toEqual(before);
    expect(new Set(kept).size).toBe(rooms.length);
  });
});
