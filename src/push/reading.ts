import type { ConfiguredReceiver } from '../config/push.ts';
import { viewOf } from '../findings/events.ts';
import { severityRank } from '../findings/severity.ts';
import type { FeedState } from '../store/index.ts';
import type { PushDeps, PushEvent } from './types.ts';

export interface Page {
  events: PushEvent[];
  /** Where the receiver stands when it has taken all of them: behind what its filter leaves out. */
  end: number;
  /** As it was after the events were read: had retention taken some of them meanwhile, it would show. */
  feed: FeedState;
}

/** The next events for a receiver, oldest first, up to the end of the feed or `limit`. */
export async function readPage(
  { store, catalogue, config }: Pick<PushDeps, 'store' | 'catalogue' | 'config'>,
  receiver: ConfiguredReceiver,
  position: number,
  limit: number,
): Promise<Page> {
  // Numbers are given under one lock: whatever is below the highest that is seen has been committed.
  const before = await store.feed();
  const { head } = before;
  if (head <= position) return { events: [], end: position, feed: before };
  const rows = await filtered(store, receiver)
    .where('events.seq', '>', position)
    .where('events.seq', '<=', head)
    .orderBy('events.seq')
    .limit(limit)
    .selectAll('events')
    .execute();
  const feed = await store.feed();
  const view = config.privacy.room_ids === 'plain' ? 'plain' : 'ref';
  const events = rows.map((row) => viewOf(row, feed.epochs, catalogue, view));
  const end = events.length < limit ? head : (events.at(-1)?.seq ?? head);
  return { events, end, feed };
}

/** One event again, whatever the filter says now; null when it is gone. */
export async function readOne(
  { store, catalogue, config }: Pick<PushDeps, 'store' | 'catalogue' | 'config'>,
  seq: number,
): Promise<PushEvent | null> {
  const row = await store.db.selectFrom('events').selectAll().where('seq', '=', seq).executeTakeFirst();
  if (row === undefined) return null;
  const { epochs } = await store.feed();
  return viewOf(row, epochs, catalogue, config.privacy.room_ids === 'plain' ? 'plain' : 'ref');
}

function filtered({ db }: PushDeps['store'], { targets, events, heartbeats, severity }: ConfiguredReceiver) {
  let query = db.selectFrom('events');
  if (targets !== undefined) query = query.where('events.target', 'in', targets);
  if (events !== undefined)
    query = query.where('events.kind', 'in', [...events, ...(heartbeats ? ['heartbeat'] : [])]);
  else if (!heartbeats) query = query.where('events.kind', '<>', 'heartbeat');
  if (severity === undefined) return query;
  const least = severityRank(severity);
  // A finding that was told once is told to its end, also when it becomes less severe: else it would stay open there.
  return query.where((where) =>
    where.or([
      where('events.severity_rank', 'is', null),
      where('events.severity_rank', '>=', least),
      where.exists(
        where
          .selectFrom('events as earlier')
          .select('earlier.seq')
          .whereRef('earlier.uid', '=', 'events.uid')
          .whereRef('earlier.seq', '<', 'events.seq')
          .where('earlier.severity_rank', '>=', least),
      ),
    ]),
  );
}
