import { deserialize, serialize } from 'node:v8';
import type { Adapter } from '../../adapters/contract/adapter.ts';
import type { KeyRange } from '../../adapters/contract/subject.ts';

export interface Divided {
  size: number;
  /** The ranges that were made. */
  ranges?: KeyRange[];
  /** What the slices were given. */
  basis?: unknown;
  /** Before the slices are collected: what happens meanwhile. */
  before?(): Promise<void>;
}

/** The adapter in a scan that is divided, each slice as another process would collect it; the last slice comes first. */
export function divided(adapter: Adapter, how: Divided): Adapter {
  return {
    ...adapter,
    collect: (target, context) =>
      adapter.collect(target, {
        ...context,
        slices: {
          size: how.size,
          async *collect(basis, ranges) {
            how.ranges = [...ranges];
            how.basis = deserialize(serialize(basis));
            await how.before?.();
            for (const range of [...ranges].reverse()) {
              if (adapter.collectSlice === undefined) throw new Error('rooms are not divided here');
              yield* adapter.collectSlice(target, context, deserialize(serialize(basis)), range);
            }
          },
        },
      }),
  };
}
