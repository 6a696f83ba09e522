import { hash } from 'node:crypto';

const shardCount = 256;
const words = 4;
const firstSlots = 8;
/** Of the slots of a shard. */
const fullest = 0.8;

/** What every shard is before its first id: most scans meet few. */
const nothing = new Uint32Array(firstSlots * words);

/**
 * Ids that were met, in some 30 bytes each whatever their length: the first 128 bits of their SHA-256. Two ids of one
 * installation have the same with a probability that no list of rooms makes worth a thought.
 */
export class IdSet {
  readonly #shards = new Array<Uint32Array>(shardCount).fill(nothing);
  readonly #counts = new Uint32Array(shardCount);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    const print = printOf(id);
    const shard = this.#shardOf(print);
    return isTaken(shard, slotOf(shard, print));
  }

  /** @returns whether it was not there yet */
  add(id: string): boolean {
    const print = printOf(id);
    const place = placeOf(print);
    let shard = this.#shardOf(print);
    if (isTaken(shard, slotOf(shard, print))) return false;
    const count = (this.#counts[place] ?? 0) + 1;
    if (shard === nothing || count * words > shard.length * fullest) {
      shard = shard === nothing ? new Uint32Array(firstSlots * words) : grown(shard);
      this.#shards[place] = shard;
    }
    shard.set(print, slotOf(shard, print));
    this.#counts[place] = count;
    this.#size += 1;
    return true;
  }

  #shardOf(print: Uint32Array): Uint32Array {
    return this.#shards[placeOf(print)] as Uint32Array;
  }
}

/** Overwritten by the next one. */
const print = new Uint32Array(words);

function printOf(id: string): Uint32Array {
  // A text of 32 characters: a buffer would cost as much as the digest.
  const digest = hash('sha256', id, 'binary');
  const byte = (at: number): number => digest.charCodeAt(at);
  for (let word = 0; word < words; word += 1) {
    const at = word * 4;
    print[word] = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
  }
  return print;
}

const placeOf = (print: Uint32Array): number => (print[0] as number) % shardCount;
/** No digest is all zeros. */
const isTaken = (shard: Uint32Array, slot: number): boolean =>
  shard[slot] !== 0 || shard[slot + 1] !== 0 || shard[slot + 2] !== 0 || shard[slot + 3] !== 0;

/** Where it stands, or the free slot where it would. */
function slotOf(shard: Uint32Array, print: Uint32Array): number {
  let slot = ((print[1] as number) % (shard.length / words)) * words;
  while (isTaken(shard, slot) && !isSame(shard, slot, print)) slot = (slot + words) % shard.length;
  return slot;
}

function isSame(shard: Uint32Array, slot: number, print: Uint32Array): boolean {
  for (let at = 0; at < words; at += 1) if (shard[slot + at] !== print[at]) return false;
  return true;
}

function grown(shard: Uint32Array): Uint32Array {
  const wider = new Uint32Array(Math.ceil(shard.length / words / 2) * words * 3);
  for (let slot = 0; slot < shard.length; slot += words) {
    if (!isTaken(shard, slot)) continue;
    const own = shard.subarray(slot, slot + words);
    wider.set(own, slotOf(wider, own));
  }
  return wider;
}
