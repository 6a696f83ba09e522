import type { ConfiguredTarget } from '../config/types.ts';
import { attestationsOf } from '../inventory/attestations.ts';
import { coveredOf, sourcesOf } from '../inventory/targets.ts';
import type { ReportDeps } from './types.ts';

type Deps = Pick<ReportDeps, 'store' | 'config'>;

/**
 * Since when all that a report says of these targets has been as it says: the last scan, the last finding that moved, or
 * the moment from which something was too old or an attestation was over. It stands still while nothing changes, so the
 * same state gives the same report whenever it is asked for.
 * @returns milliseconds, at most `now`; null where nothing was ever scanned
 */
export async function asOf(
  { store, config }: Deps,
  targets: readonly ConfiguredTarget[],
  now: number,
): Promise<number | null> {
  const ids = targets.map(({ id }) => id);
  if (ids.length === 0) return null;
  const rows = await store.db.selectFrom('targets').selectAll().where('id', 'in', ids).execute();
  const moved = await store.db
    .selectFrom('findings')
    .select((expression) => expression.fn.max('changed_at').as('at'))
    .where('target', 'in', ids)
    .executeTakeFirst();
  const moments: number[] = [Number(moved?.at ?? 0)];
  for (const row of rows) {
    const target = targets.find(({ id }) => id === row.id);
    if (target === undefined || row.last_scan_at === null) continue;
    const limit = target.freshness * 1000 + 1;
    const seen = [
      ...Object.values(coveredOf(row)),
      ...Object.values(sourcesOf(row)).flatMap(({ answered_at }) => answered_at ?? []),
      ...(await unseenAt(store, row.id, now - limit)),
    ];
    moments.push(row.last_scan_at, ...seen, ...seen.map((at) => at + limit));
  }
  if (moments.every((at) => at === 0)) return null;
  const due = config.attestations_due * 1000;
  for (const id of ids) {
    for (const { attestedAt, validUntil } of await attestationsOf(store.db, config.attestations, id)) {
      if (attestedAt !== null) moments.push(attestedAt);
      if (validUntil !== null) moments.push(validUntil + 1, validUntil - due + 1);
    }
  }
  return Math.max(...moments.filter((at) => at <= now));
}

/** Of rooms and recordings that the last scan did not meet: when the youngest of those that are too old was last met. */
async function unseenAt(store: Deps['store'], target: string, before: number): Promise<number[]> {
  const row = await store.db
    .selectFrom('subjects')
    .select((expression) => expression.fn.max('last_seen_at').as('at'))
    .where('target', '=', target)
    .where('unseen', '=', 1)
    .where('last_seen_at', '<=', before)
    .executeTakeFirst();
  return row?.at == null ? [] : [Number(row.at)];
}
