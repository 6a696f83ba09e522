import type { Adapter } from './contract/adapter.ts';
import { declared } from './declared/index.ts';

/** Vendor id to adapter. One line per folder beside this file. */
export const adapters: ReadonlyMap<string, Adapter> = new Map(
  [declared].map((adapter): [string, Adapter] => [adapter.vendor, adapter as unknown as Adapter]),
);
