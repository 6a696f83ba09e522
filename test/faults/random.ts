/** Mulberry32: what a run of this seed did can be had again. */
export function randomOf(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const below = (random: () => number, limit: number): number => Math.floor(random() * limit);

/** One of each stratum of 0 to 1, in random order. */
export function evenly(random: () => number, count: number): number[] {
  const drawn = Array.from({ length: count }, (_, index) => ({
    at: (index + random()) / count,
    order: random(),
  }));
  return drawn.sort((one, other) => one.order - other.order).map(({ at }) => at);
}
