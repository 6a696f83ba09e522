import type { Evidence, Layer, LayerName, Reason } from '../../contract/fact.ts';
import { reason } from '../../contract/fact.ts';
import type { Read } from '../known.ts';
import type { Seen, Source } from '../seen.ts';
import { type Bit, evidence, knownBit, noBit } from './base.ts';

/** What one source says of a setting, and on which layer it stands. */
export interface Witness {
  layer: LayerName;
  bit: Bit;
}

/** One field of an answer that may be there or not. */
export function fieldBit<T>(
  seen: Seen,
  source: Source,
  path: string,
  answer: Read<T>,
  read: (value: T) => boolean | null,
): Bit {
  const at = evidence(seen, source, path);
  if (answer.state === 'unknown') return noBit(answer.reason, at);
  const value = read(answer.value);
  return value === null
    ? noBit(reason('invalid_answer', `${path} is missing or no such value`), at)
    : knownBit(value, at);
}

/** The first that knows decides, and all that know must agree; the others stand in its chain. */
export function agreeing(...witnesses: readonly Witness[]): Bit {
  const knowing = witnesses.filter(({ bit }) => bit.value !== null);
  const [first] = knowing;
  if (first === undefined) return noneKnows(witnesses.map(({ bit }) => bit));
  const all = knowing.flatMap(({ bit }) => bit.evidence);
  if (knowing.some(({ bit }) => bit.value !== first.bit.value)) {
    const sources = [...new Set(all.map((item) => item.source))].join(' and ');
    return noBit(reason('conflicting', `${sources} say different things`), ...all);
  }
  return layered(first, knowing);
}

/** Layers that were seen, of which the first decides. */
export function layered(first: Witness, all: readonly Witness[]): Bit {
  const { bit } = first;
  if (bit.value === null || all.length < 2) return bit;
  const chain = all.map((witness): Layer => {
    const [at] = witness.bit.evidence;
    const path = `${at?.source ?? ''} ${at?.path ?? ''}`;
    return { layer: witness.layer, path, value: witness.bit.value, decides: witness === first };
  });
  return { ...bit, evidence: bit.evidence.map((item, place) => (place === 0 ? { ...item, chain } : item)) };
}

/** The reason of the best source that was tried; what would fill the hole is the cheapest that was not given. */
export function noneKnows(bits: readonly Bit[]): Bit {
  const holes = bits.flatMap((bit) => (bit.value === null ? [bit] : []));
  const tried = holes.find((bit) => bit.reason.code !== 'not_configured');
  const [ungiven] = holes.filter((bit) => bit.reason.code === 'not_configured');
  const best = tried ?? ungiven;
  if (best === undefined) return noBit(reason('not_observable', 'no source shows it'));
  const fill = best.reason.fill ?? ungiven?.reason.fill;
  const why: Reason = fill === undefined ? best.reason : { ...best.reason, fill };
  const from: Evidence[] = best.evidence;
  return noBit(why, ...from);
}
