import type { Adapter, AdapterContext } from '../../adapters/contract/adapter.ts';
import type { Reason } from '../../adapters/contract/fact.ts';
import { rangesAt, type SliceItem } from '../../adapters/contract/slices.ts';
import type { Item, KeyRange } from '../../adapters/contract/subject.ts';
import { SharedQueue, type SharedQueueDeps } from '../../src/scan/queue.ts';
import { type RecordDeps, recordScan } from '../../src/scan/runner.ts';
import { collectSlice } from '../../src/scan/slice-collect.ts';
import type { SliceCounts } from '../../src/scan/slices.ts';
import type { Store } from '../../src/store/index.ts';
import { quiet, recordDeps, target, toyAdapter, type World } from './toy.ts';

/** What one instance does with a slice before its rooms come. */
export type OnSlice = (range: KeyRange, context: AdapterContext) => unknown;

/** The toy vendor, whose rooms come from a source that is paged by key. */
export function slicedToy(state: World, onSlice: OnSlice): Adapter {
  const toy = toyAdapter(state);
  const isRoom = (item: Item): item is Extract<Item, { subject: unknown }> =>
    'subject' in item && item.subject.kind === 'room';
  const rooms = async (context: AdapterContext): Promise<Extract<Item, { subject: unknown }>[]> => {
    const found = [];
    for await (const item of toy.collect(target() as never, context)) if (isRoom(item)) found.push(item);
    return found.sort((a, b) => (a.subject.id < b.subject.id ? -1 : 1));
  };
  return {
    ...toy,
    async *collect(own, context): AsyncGenerator<Item> {
      const { slices } = context;
      const keys = (await rooms(context)).map(({ subject }) => subject.id);
      if (slices === undefined || keys.length <= slices.size) {
        yield* toy.collect(own, context);
        return;
      }
      const ranges = rangesAt(
        keys.filter((_, place) => place > 0 && place % slices.size === 0),
        '',
      );
      let count = 0;
      let failed: Reason | null = null;
      let divided = false;
      for await (const item of toy.collect(own, context)) {
        if (!isRoom(item) && !('source' in item && item.source.source === 'list')) {
          yield item;
          continue;
        }
        if (!divided) {
          divided = true;
          for await (const each of slices.collect({ known: new Map([['a', 1]]) }, ranges)) {
            if ('subject' in each) yield each;
            else if ('lost' in each) failed ??= each.lost;
            else {
              count += each.end.counts['rooms'] ?? 0;
              failed ??= each.end.gaps['list'] ?? null;
            }
          }
        }
        if (isRoom(item)) continue;
        if (!('source' in item)) continue;
        yield failed === null
          ? { source: { ...item.source, count } }
          : { source: { ...item.source, count, state: 'partial', reason: failed } };
      }
    },
    async *collectSlice(_target, context, basis, range): AsyncGenerator<SliceItem> {
      if (!((basis as { known?: unknown }).known instanceof Map)) throw new Error('not what was handed over');
      const gap = (await onSlice(range, context)) as Reason | undefined;
      const own = gap
        ? []
        : (await rooms(context)).filter(
            ({ subject: { id } }) => id >= range.from && (range.to === null || id < range.to),
          );
      yield* own;
      yield { end: { counts: { rooms: own.length }, gaps: gap ? { list: gap } : {} } };
    },
  };
}

export const uncounted: SliceCounts = { collected: () => {}, repeated: () => {}, lost: () => {} };

export interface InstanceOptions extends Partial<SharedQueueDeps> {
  state: World;
  size: number | null;
  spool: string;
  onSlice?: OnSlice;
  counts?: SliceCounts;
  targets?: SharedQueueDeps['targets'];
}

export function sliceDeps({ state, spool, onSlice = () => {} }: InstanceOptions, store: Store): RecordDeps {
  const deps = recordDeps(store, state, spool);
  return { ...deps, adapters: new Map([['toy', slicedToy(state, onSlice)]]) };
}

export function collecting(deps: RecordDeps): NonNullable<SharedQueueDeps['slices']>['collect'] {
  const adapter = deps.adapters.get('toy') as Adapter;
  return ({ target: id, signal, ...asked }) =>
    collectSlice(
      { target: target({ id }), adapter, config: deps.config, ...asked },
      { ...deps.collect, signal },
    );
}

let scans = 0;
/** An instance that scans really, over the sliced toy. */
export async function instance(store: Store, options: InstanceOptions): Promise<SharedQueue> {
  const { state, size, spool: _spool, onSlice: _onSlice, counts = uncounted, targets, ...change } = options;
  const deps = sliceDeps(options, store);
  const queue = await SharedQueue.open({
    store,
    timezone: 'UTC',
    concurrency: 4,
    heartbeat: 10,
    deadline: 2_000,
    takes: true,
    targets: targets ?? [],
    now: () => state.now,
    newScanId: () => `scan-${scans++}`,
    log: quiet,
    look: 10,
    knows: () => true,
    slices: size === null ? null : { size, counts, collect: collecting(deps) },
    run: async ({ target: id, scan, ...turn }) =>
      void (await recordScan(deps, { id: scan, target: target({ id }), ...turn })),
    ...change,
  });
  await queue.work(true);
  return queue;
}
