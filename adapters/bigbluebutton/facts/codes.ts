import { type Evidence, type Fact, hole, known, reason } from '../../contract/fact.ts';
import { derived, holeOf, proof } from '../answer.ts';
import type { Seen, SeenRoom } from '../seen.ts';
import { codeNames } from '../statements.ts';
import type { StoredCode } from '../stored.ts';
import { codeOf, optionPath, type Stored, storedHole, storedOf, storedProof } from './options.ts';
import type { RoomRules } from './rule.ts';

/** Length and alphabet of the weaker of the codes in force; both were computed where they are stored. */
export const codeRules = {
  room_password_length: (seen, room) =>
    ofCodes(seen, room, (_, found) => {
      const [shortest] = found.toSorted((a, b) => a.code.length - b.code.length);
      return shortest === undefined ? null : known(shortest.code.length, shortest.evidence);
    }),
  room_password_entropy_bits: (seen, room) =>
    ofCodes(seen, room, (_, found) => {
      const [weakest] = found.toSorted((a, b) => bits(a.code) - bits(b.code));
      if (weakest === undefined) return null;
      const { code, evidence } = weakest;
      const alphabet = { layer: 'room' as const, path: 'alphabet', value: code.alphabet, decides: false };
      return known(bits(code), { ...evidence, chain: [...(evidence.chain ?? []), alphabet] });
    }),
  room_password_in_public_text: (seen, room) =>
    ofCodes(seen, room, (stored, found) => {
      if (found.length === 0) return null;
      if (found.some(({ code }) => code.inName))
        return known(true, proof(stored.call, 'rooms.name', derived));
      const elsewhere = reason('not_observable', 'not in the name; other texts are not compared');
      return storedHole(stored, 'rooms.name', elsewhere);
    }),
} satisfies RoomRules;

interface Found {
  code: StoredCode;
  evidence: Evidence;
}

/** @param say null: there is no code */
function ofCodes(
  seen: Seen,
  room: SeenRoom,
  say: (stored: Stored, found: readonly Found[]) => Fact | null,
): Fact {
  const stored = storedOf(seen, room);
  const path = optionPath('glViewerAccessCode');
  if (stored === null) return hole(reason('not_observable', "the room is not in Greenlight's database"));
  if (!('room' in stored)) return holeOf(stored, path);
  const found: Found[] = [];
  for (const name of codeNames) {
    const code = codeOf(stored, name);
    if (!code.ok) return storedHole(stored, path, code.reason);
    if (code.value.code === null) continue;
    found.push({
      code: code.value.code,
      evidence: storedProof(stored, optionPath(name), code.value.chain),
    });
  }
  return say(stored, found) ?? storedHole(stored, path, reason('not_observable', 'no code is stored'));
}

/** Whole bits, as for a random choice from the classes of characters that occur. */
function bits({ length, alphabet }: StoredCode): number {
  return alphabet < 2 ? 0 : Math.floor(length * Math.log2(alphabet));
}
