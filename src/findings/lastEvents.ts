import type { Catalogue } from '../policy/catalogue.ts';
import type { Store } from '../store/index.ts';
import { type EventView, viewOf } from './events.ts';
import type { IdView } from './native.ts';

/** By uid, as the feed told it. What has no event is not there: found by a first survey, or told before the events kept. */
export async function lastEvents(
  { store, catalogue }: { store: Store; catalogue: Catalogue },
  uids: readonly string[],
  view: IdView,
): Promise<Map<string, EventView>> {
  if (uids.length === 0) return new Map();
  const rows = await store.db
    .selectFrom('events')
    .selectAll()
    .where('seq', 'in', (query) =>
      query
        .selectFrom('events')
        .select((expression) => expression.fn.max('seq').as('seq'))
        .where('uid', 'in', uids)
        .groupBy('uid'),
    )
    .execute();
  const { epochs } = await store.feed();
  return new Map(rows.map((row) => [row.uid ?? '', viewOf(row, epochs, catalogue, view)]));
}
