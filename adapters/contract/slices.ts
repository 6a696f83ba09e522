import type { Reason, SourceId } from './fact.ts';
import type { KeyRange, Subject } from './subject.ts';

/** How a slice went. */
export interface SliceEnd {
  /** Summed by the adapter over all slices. */
  counts: Readonly<Record<string, number>>;
  /** Sources that gave less than everything. */
  gaps: Readonly<Record<SourceId, Reason>>;
}

/** Rooms of one range of keys, then how it went. */
export type SliceItem = { subject: Subject } | { end: SliceEnd };

/** Lets other processes collect rooms of a large target. */
export interface Slices {
  /** A target with more rooms than this is divided; most rooms of one slice. */
  readonly size: number;
  /**
   * What `collectSlice` gives for each range, in any order. A slice that was collected nowhere is `lost`: its rooms are
   * not known.
   * @param basis what `collectSlice` has to know, anything that structuredClone takes. It is stored until the scan is
   *   over: no secrets, no names of persons, nothing that holds at this moment only.
   */
  collect(basis: unknown, ranges: readonly KeyRange[]): AsyncIterable<SliceItem | { lost: Reason }>;
}

/** Ranges of keys that begin at each cut, without a gap; `cuts` rise in the order of the source. */
export function rangesAt(cuts: readonly string[], first: string): KeyRange[] {
  const starts = [first, ...cuts];
  return starts.map((from, at) => ({ from, to: starts[at + 1] ?? null }));
}
