import { hash } from 'node:crypto';
import type { Layer, Reason } from '../../adapters/contract/fact.ts';
import type { FindingsTable } from '../store/index.ts';
import type { Detail } from './detail.ts';

/** One thing whose change settles every finding that rests on it alone. */
export type CommonCause =
  | { setting: Pick<Layer, 'layer' | 'path' | 'value'> }
  | { fill: NonNullable<Reason['fill']> };

/**
 * Of a violation the first deciding layer, where all that decide lie above the room; of an unknown what fills its
 * holes, where one thing fills all. Null: a cause of its own, or more than one.
 */
export function commonCause(
  { verdict, kind }: Pick<FindingsTable, 'verdict' | 'kind'>,
  { evidence, reasons }: Pick<Detail, 'evidence' | 'reasons'>,
): CommonCause | null {
  if (verdict === 'unknown') return onlyFill(reasons);
  if (verdict !== 'violation' || kind !== 'room') return null;
  const deciding = evidence.flatMap(({ chain }) => chain?.filter(({ decides }) => decides) ?? []);
  const [first] = deciding;
  if (first === undefined || deciding.some(({ layer }) => layer === 'room')) return null;
  const { layer, path, value } = first;
  return { setting: { layer, path, value } };
}

function onlyFill(reasons: Detail['reasons']): CommonCause | null {
  const [first] = reasons;
  if (first?.fill === undefined) return null;
  const { kind, name } = first.fill;
  return reasons.every(({ fill }) => fill?.kind === kind && fill.name === name)
    ? { fill: { kind, name } }
    : null;
}

/** The same for all findings of one target that one step settles. Values can be long, so it is a hash. */
export function causeKey(
  row: Pick<FindingsTable, 'verdict' | 'kind'>,
  detail: Pick<Detail, 'evidence' | 'reasons'>,
): string | null {
  const cause = commonCause(row, detail);
  return cause === null ? null : hash('sha256', JSON.stringify(cause), 'base64url').slice(0, 22);
}
