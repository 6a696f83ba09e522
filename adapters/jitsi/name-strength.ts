import { isOdd, shapeOf, type Ways, Words } from './name-words.ts';
import { loadZxcvbn, type Match, type Zxcvbn } from './zxcvbn.ts';

/** From here on a name counts as hard to guess; of zxcvbn's points from 0 to 4. */
const enough = 3;

/**
 * Whether zxcvbn gives a name fewer than three points, which are given from 10^8 + 5 guesses on. It counts the cheapest
 * way of cutting the name into n parts as n! times the guesses of all parts plus 10,000^(n - 1): three parts are 10^8 + 6
 * at least, so only one part and two parts need to be looked at, and of all that zxcvbn can find in a name only what
 * stands at its beginning or its end. A part that is nothing known takes 10 guesses a letter, so eight letters are
 * always guessed.
 */
export function isGuessable(name: string): boolean {
  if (name.length <= 8) return true;
  tools ??= loadZxcvbn();
  words ??= new Words(tools);
  const shape = shapeOf(name.toLowerCase());
  if (name.length >= unknown.length || isOdd(name, shape)) return tools.whole(name).score < enough;
  const others = othersAtEnds(name, tools);
  const cuts = cutsOf(boundsOf(shape, others, words), tools);
  if (cuts.length === 0) return false;
  return (
    cutsOf(exactly(name, cuts, others, words, []), tools).length > 0 ||
    cutsOf(exactly(name, cuts, others, words, words.ways(name)), tools).length > 0
  );
}

let tools: Zxcvbn | undefined;
let words: Words | undefined;

/** Guesses by the place of the cut: of the letters before it, and of those from it on. A cut at the end leaves one part. */
interface Parts {
  head: Float64Array;
  tail: Float64Array;
}

/** Guesses of so many letters that are nothing known. */
const unknown = Float64Array.from({ length: 200 }, (_, letters) => Math.max(10 ** letters, 11));

/** All but words, as zxcvbn counts it. */
function othersAtEnds(name: string, { matching, scoring }: Zxcvbn): Parts {
  const { length } = name;
  const head = unknown.slice(0, length + 1);
  const tail = head.toReversed();
  const found = [matching.spatial_match(name), matching.sequence_match(name), matching.regex_match(name)];
  if (dateAtEnd.test(name)) found.push(matching.date_match(name));
  if (repeatsAtEnd(name)) found.push(matching.repeat_match(name));
  const count = (match: Match): number => scoring.estimate_guesses(match, name);
  for (const match of found.flat()) {
    if (match.i === 0) lower(head, match.j + 1, count(match));
    else if (match.j === length - 1) lower(tail, match.i, count(match));
  }
  return { head, tail };
}

function lower(guesses: Float64Array, place: number, value: number): void {
  if (value < (guesses[place] as number)) guesses[place] = value;
}

/** More than what zxcvbn takes for a date. */
const dateAtEnd = /^\d{4}|^\d{1,4}([\s/\\_.-])\d{1,2}\1\d|\d{4}$|\d([\s/\\_.-])\d{1,2}\2\d{1,4}$/;

function repeatsAtEnd(name: string): boolean {
  const { length } = name;
  for (let unit = 1; unit * 2 <= length; unit += 1) {
    if (isTwice(name, 0, unit) || isTwice(name, length - unit * 2, unit)) return true;
  }
  return false;
}

function isTwice(name: string, from: number, unit: number): boolean {
  for (let at = from; at < from + unit; at += 1)
    if (name.charCodeAt(at) !== name.charCodeAt(at + unit)) return false;
  return true;
}

/** Never more than what zxcvbn counts. */
function boundsOf(shape: Uint16Array, others: Parts, known: Words): Parts {
  const { length } = shape;
  const words = { head: new Uint16Array(length + 1), tail: new Uint16Array(length + 1) };
  known.bounds(shape, words.head, words.tail);
  const bounds = { head: others.head.slice(), tail: others.tail.slice() };
  for (let cut = 1; cut <= length; cut += 1) {
    const [before, after] = [words.head[cut] as number, words.tail[cut] as number];
    if (before > 0) lower(bounds.head, cut, cut === length ? before : Math.max(before, fewest(cut)));
    if (after > 0) lower(bounds.tail, cut, Math.max(after, fewest(length - cut)));
  }
  return bounds;
}

/** Of a part that is not the whole name. */
function fewest(letters: number): number {
  return letters === 1 ? 10 : 50;
}

/** Where a name can be cut so that it is too easy. */
function cutsOf({ head, tail }: Parts, { times }: Zxcvbn): number[] {
  const cuts: number[] = [];
  const last = head.length - 1;
  for (let cut = 1; cut <= last; cut += 1) {
    const [before, after] = [head[cut] as number, tail[cut] as number];
    const guesses = cut === last ? before + 1 : 2 * before * after + 10_000;
    if (times.guesses_to_score(guesses) < enough) cuts.push(cut);
  }
  return cuts;
}

/** As zxcvbn counts it, at these cuts. */
function exactly(name: string, cuts: readonly number[], others: Parts, known: Words, ways: Ways): Parts {
  const { length } = name;
  const head = new Float64Array(length + 1).fill(Number.POSITIVE_INFINITY);
  const tail = head.slice();
  for (const cut of cuts) {
    head[cut] = Math.min(others.head[cut] as number, known.guesses(name, 0, cut, ways));
    tail[cut] = Math.min(others.tail[cut] as number, known.guesses(name, cut, length, ways));
  }
  return { head, tail };
}
