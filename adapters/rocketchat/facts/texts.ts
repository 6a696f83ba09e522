import { type Evidence, type Fact, hole, known, notPermitted, type Reason } from '../../contract/fact.ts';
import { type Marking, strongerMarking } from '../../contract/marking.ts';
import { evidenceOf, has, type Seen } from '../../contract/seen.ts';
import type { RoomRecord } from '../room-record.ts';
import type { Room } from '../rooms.ts';
import type { Facts } from './observation.ts';

/** What the texts of a room say, in all lists that show it; the texts stay behind. */
export function textFacts(room: Room): Facts {
  const texts = textsOf(room);
  const gap = gapOf(room, texts);
  return {
    room_password_in_public_text: passwordInText(room, texts, gap),
    room_classification_marking: marking(room, texts, gap),
  };
}

function recordsOf({ main, other }: Room): RoomRecord[] {
  return other === null ? [main] : [main, other];
}

function textsOf(room: Room): Seen<true>[] {
  return recordsOf(room).flatMap(({ texts }) => texts.places);
}

/** Texts of rooms with attributes are left out of administrators' lists. */
function gapOf(room: Room, texts: readonly Seen<unknown>[]): Gap | null {
  const broken = texts.find((text) => !has(text) && !text.absent);
  if (broken !== undefined && !has(broken)) return { why: broken.reason, at: broken, leftOut: false };
  const ruled = recordsOf(room).map(({ abac }) => abac);
  const managed = ruled.find((abac) => (has(abac) ? abac.value : !abac.absent));
  if (managed === undefined) return null;
  const why = notPermitted('texts of attribute-managed rooms', 'left out by the server');
  return { why, at: managed, leftOut: true };
}

interface Gap {
  why: Reason;
  at: Seen<unknown>;
  /** By the server's own rule, not because an answer is broken. */
  leftOut: boolean;
}

function passwordInText(room: Room, texts: readonly Seen<true>[], gap: Gap | null): Fact {
  const [found] = recordsOf(room).flatMap(({ texts: { places, password } }) => places[password] ?? []);
  if (found !== undefined) return known(true, evidenceOf(found, { provenance: 'derived' }));
  if (gap !== null) return hole(gap.why, evidenceOf(gap.at));
  return known(false, evidenceFor(texts));
}

/** The texts that there are; else the place where one would stand. */
function evidenceFor(seen: readonly Seen<unknown>[]): Evidence[] {
  const there = seen.filter(has);
  const shown = there.length > 0 ? there : seen.slice(0, 1);
  return shown.map((one) => evidenceOf(one, { provenance: 'derived' }));
}

/** A mark in a text counts although the server leaves others out; a broken text may hold a stronger one. */
function marking(room: Room, texts: readonly Seen<true>[], gap: Gap | null): Fact {
  const custom = recordsOf(room).map(({ texts: { custom } }) => custom);
  const brokenCustom = custom.find((fields) => !has(fields) && !fields.absent);
  const strongest = recordsOf(room).reduce<Marking>(
    (mark, record) => strongerMarking(mark, record.texts.marking),
    'none',
  );
  const evidence = evidenceFor([...texts, ...custom]);
  if (strongest === 'streng_geheim') return known(strongest, evidence);
  if (brokenCustom !== undefined && !has(brokenCustom))
    return hole(brokenCustom.reason, evidenceOf(brokenCustom));
  if (gap !== null && (strongest === 'none' || !gap.leftOut)) return hole(gap.why, evidenceOf(gap.at));
  return known(strongest, evidence);
}
