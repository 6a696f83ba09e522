import type { Zxcvbn } from './zxcvbn.ts';

/** What zxcvbn reads as a letter; it does not give its own table away. */
export const disguises: Readonly<Record<string, readonly string[]>> = {
  a: ['4', '@'],
  b: ['8'],
  c: ['(', '{', '[', '<'],
  e: ['3'],
  g: ['6', '9'],
  i: ['1', '!', '|'],
  l: ['1', '|', '7'],
  o: ['0'],
  s: ['$', '5'],
  t: ['+', '7'],
  x: ['%'],
  z: ['2'],
};

/** One code for all that could be read as one another: 1 is an i or an l, and 7 an l or a t, so i, l and t are one. */
const codes = Uint8Array.from({ length: 128 }, (_, code) =>
  likeness(String.fromCharCode(code)).charCodeAt(0),
);

function likeness(sign: string): string {
  if ('lt17|!+'.includes(sign)) return 'i';
  const found = Object.entries(disguises).find(([, others]) => others.includes(sign));
  return found?.[0] ?? sign;
}

/** Two texts of which one could be read as the other have the same shape. @param lower in lower case */
export function shapeOf(lower: string): Uint16Array {
  const shape = new Uint16Array(lower.length);
  for (let at = 0; at < lower.length; at += 1) {
    const code = lower.charCodeAt(at);
    shape[at] = code < 128 ? (codes[code] as number) : code;
  }
  return shape;
}

/** A sum of codes times powers of the base, the first code times the highest: it can be made longer at either end. */
const base = 0x01000193;
/** Each word takes three of them, all together an eighth: what is no word seldom finds three that are taken. */
const places = 2 ** 21;

const placeOf = (sum: number, turn: number): number =>
  (Math.imul(sum ^ (sum >>> 15), turns[turn] as number) >>> 11) & (places - 1);
const turns = [0x2c1b3c6d, 0x297a2d39, 0x85ebca6b];

/** The word lists of zxcvbn, and what it makes of a part of a name that is a word. */
export class Words {
  readonly #tools: Zxcvbn;
  readonly #ranks = new Map<string, number>();
  /** Least rank of all words that take this place; 0: none. */
  readonly #least = new Uint16Array(places);
  #longest = 0;

  constructor(tools: Zxcvbn) {
    this.#tools = tools;
    for (const list of Object.values(tools.lists)) {
      for (const [place, word] of list.entries()) this.#add(word, place + 1);
    }
  }

  #add(word: string, rank: number): void {
    this.#longest = Math.max(this.#longest, word.length);
    this.#ranks.set(word, Math.min(rank, this.#ranks.get(word) ?? rank));
    let sum = 0;
    for (const code of shapeOf(word)) sum = (Math.imul(sum, base) + code) | 0;
    for (let turn = 0; turn < turns.length; turn += 1) {
      const place = placeOf(sum, turn);
      const known = this.#least[place] as number;
      if (known === 0 || rank < known) this.#least[place] = rank;
    }
  }

  /**
   * How many guesses a part at the beginning or the end of a name is at least, if it is a word; 0 where it is none.
   * @param head by the number of its letters
   * @param tail by its first place
   */
  bounds(shape: Uint16Array, head: Uint16Array, tail: Uint16Array): void {
    const { length } = shape;
    const most = Math.min(this.#longest, length);
    let power = 1;
    let [first, firstBack, last, lastBack] = [0, 0, 0, 0];
    for (let letters = 1; letters <= most; letters += 1) {
      const right = shape[letters - 1] as number;
      const left = shape[length - letters] as number;
      first = (Math.imul(first, base) + right) | 0;
      firstBack = (Math.imul(right, power) + firstBack) | 0;
      last = (Math.imul(left, power) + last) | 0;
      lastBack = (Math.imul(lastBack, base) + left) | 0;
      power = Math.imul(power, base);
      head[letters] = lesser(this.#rank(first), this.#rank(firstBack));
      tail[length - letters] = lesser(this.#rank(last), this.#rank(lastBack));
    }
  }

  /** At most the rank of a word whose shape has this sum; 0: there is none. */
  #rank(sum: number): number {
    let rank = 0;
    for (let turn = 0; turn < turns.length; turn += 1) {
      const known = this.#least[placeOf(sum, turn)] as number;
      if (known === 0) return 0;
      rank = Math.max(rank, known);
    }
    return rank;
  }

  /** As zxcvbn counts a part of a name that is one word: as it stands, reversed, or with signs for letters. */
  guesses(name: string, from: number, to: number, ways: Ways): number {
    const token = name.slice(from, to);
    const lower = token.toLowerCase();
    const word = { pattern: 'dictionary', i: from, j: to - 1, token, reversed: false, l33t: false };
    const count = (text: string, other: object = {}): number => {
      const rank = this.#ranks.get(text);
      if (rank === undefined) return Number.POSITIVE_INFINITY;
      return this.#tools.scoring.estimate_guesses({ ...word, matched_word: text, rank, ...other }, name);
    };
    let fewest = Math.min(count(lower), count(reversed(lower), { reversed: true }));
    if (token.length === 1) return fewest;
    for (const signs of ways) {
      const text = this.#tools.matching.translate(token, signs).toLowerCase();
      if (text === lower) continue;
      const sub = Object.fromEntries(Object.entries(signs).filter(([sign]) => token.includes(sign)));
      fewest = Math.min(fewest, count(text, { l33t: true, sub }));
    }
    return fewest;
  }

  /** The ways in which the signs of a name can be letters. */
  ways(name: string): Ways {
    const { matching } = this.#tools;
    const signs = matching.relevant_l33t_subtable(name, disguises);
    return Object.keys(signs).length === 0 ? [] : matching.enumerate_l33t_subs(signs);
  }
}

/** Letters by the signs that stand for them. */
export type Ways = readonly Readonly<Record<string, string>>[];

function lesser(one: number, other: number): number {
  return one === 0 || other === 0 ? one + other : Math.min(one, other);
}

function reversed(text: string): string {
  return text.split('').toReversed().join('');
}

const textOf = (shape: Uint16Array): string => String.fromCharCode(...shape);

/** Names of every object: zxcvbn finds them in its word lists as well and then counts with what is no number. */
const inherited = Object.getOwnPropertyNames(Object.prototype)
  .filter((name) => name === name.toLowerCase())
  .flatMap((name) => [name, reversed(name)])
  .map((name) => textOf(shapeOf(name)));

/** Only zxcvbn itself gives the same: letters that are two in lower case, and names that every object has. */
export function isOdd(name: string, shape: Uint16Array): boolean {
  if (shape.length !== name.length) return true;
  const text = textOf(shape);
  return inherited.some((other) => text.includes(other));
}
