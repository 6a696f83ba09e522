import type { Adapter, Target } from '../../adapters/contract/adapter.ts';
import type { SliceEnd, SliceItem } from '../../adapters/contract/slices.ts';
import type { KeyRange } from '../../adapters/contract/subject.ts';
import type { Config, ConfiguredTarget } from '../config/types.ts';
import { AlikeFacts } from './alike.ts';
import { type Closable, type CollectDeps, contextOf, recordOf, untilAborted } from './collect.ts';
import { boundLog } from './log.ts';
import { packLines } from './slices.ts';
import { SpoolWriter } from './spool.ts';

/** Characters of one chunk before it is compressed. */
const chunkSize = 262_144;

export interface SliceAsked {
  target: ConfiguredTarget;
  adapter: Adapter;
  config: Pick<Config, 'tags' | 'targets'>;
  basis: unknown;
  range: KeyRange;
}

/** Whatever the adapter opened is closed with the slice. */
export async function* sliceItems(
  { target, adapter, config, basis, range }: SliceAsked,
  deps: CollectDeps,
): AsyncGenerator<SliceItem> {
  if (adapter.collectSlice === undefined) throw new Error(`rooms of ${adapter.vendor} are not divided`);
  const clients: Closable[] = [];
  const log = boundLog(deps.log, { target: target.id });
  try {
    const context = contextOf(target, config, { ...deps, log }, clients);
    const items = adapter.collectSlice(target as Target<unknown>, context, basis, range);
    yield* untilAborted(items, deps.signal);
  } finally {
    for (const client of clients) client.close();
  }
}

export interface CollectedSlice {
  /** Lines of a spool, compressed. */
  chunks: Buffer[];
  end: SliceEnd;
  subjects: number;
}

/** One slice for another instance. @throws what the adapter throws */
export async function collectSlice(asked: SliceAsked, deps: CollectDeps): Promise<CollectedSlice> {
  const writer = new SpoolWriter();
  const alike = new AlikeFacts();
  const chunks: Buffer[] = [];
  let end: SliceEnd | null = null;
  let subjects = 0;
  let lines = '';
  for await (const item of sliceItems(asked, deps)) {
    if ('end' in item) {
      end = item.end;
      continue;
    }
    subjects += 1;
    lines += writer.lines(recordOf(asked.target, item.subject, alike, deps));
    if (lines.length < chunkSize) continue;
    chunks.push(await packLines(lines));
    lines = '';
  }
  if (lines !== '') chunks.push(await packLines(lines));
  if (end === null) throw new Error('a slice without an end');
  return { chunks, end, subjects };
}
