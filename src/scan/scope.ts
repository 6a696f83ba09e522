import { roomRef } from '../access/ref.ts';
import type { Config } from '../config/types.ts';
import { FeedWriter } from '../findings/feed.ts';
import { LedgerPass } from '../findings/ledger.ts';
import { forceOf } from '../findings/row.ts';
import { rule } from '../findings/waiving.ts';
import { saveTarget } from '../inventory/targets.ts';
import type { FindingsTable } from '../store/index.ts';
import { type ApplyDeps, pseudonyms } from './record.ts';

/**
 * At start and after every change of the configuration: findings of targets that are no longer in it are archived, never
 * resolved.
 * @returns ids of the targets that were archived
 */
export async function archiveRemoved(
  deps: ApplyDeps,
  configured: readonly string[],
  now: number,
): Promise<string[]> {
  return deps.store.transaction(async (tx) => {
    const rows = await tx.db.selectFrom('targets').selectAll().where('state', '=', 'configured').execute();
    const removed = rows.filter((row) => !configured.includes(row.id));
    for (const row of removed) {
      const ledger = new LedgerPass({
        tx,
        catalogue: deps.catalogue,
        target: row.id,
        vendor: row.vendor,
        scan: null,
        now,
        states: new Map(),
        waivers: [],
        baseline: new Set(),
        causeOf: () => 'scope',
        ...pseudonyms(deps),
      });
      await ledger.closeAll();
      await saveTarget(tx.db, { ...row, state: 'removed', removed_at: now });
    }
    return removed.map((row) => row.id);
  });
}

/**
 * Waivers that began or ended since the last scan, so that none outlasts its date because nothing was scanned.
 * @returns number of findings that moved
 */
export async function refreshWaivers(
  deps: ApplyDeps & { config: Pick<Config, 'waivers'> },
  now: number,
): Promise<number> {
  return deps.store.transaction(async (tx) => {
    const policies = [...new Set(deps.config.waivers.map((waiver) => waiver.policy))];
    const rows = await tx.db
      .selectFrom('findings')
      .selectAll()
      .where((where) =>
        where.or([
          where('status', '=', 'waived'),
          where.and([
            where('status', '=', 'open'),
            where('policy', 'in', policies.length === 0 ? [''] : policies),
          ]),
        ]),
      )
      .execute();
    const aliases = await aliasesOf(deps, rows);
    const feed = new FeedWriter(tx, null);
    const moved: FindingsTable[] = [];
    for (const row of rows) {
      const next = { ...row };
      const force = forceOf(deps.catalogue.policyById.get(row.policy));
      const known = aliases.get(JSON.stringify([row.target, row.subject_id])) ?? [];
      const event = rule(next, row, { force, waivers: deps.config.waivers, aliases: known, now });
      if (event === null && next.waiver_json === row.waiver_json) continue;
      moved.push(next);
      if (event !== null) await feed.finding(event, next, 'waiver', now);
    }
    await tx.bulkUpsert('findings', moved);
    await feed.flush();
    return moved.length;
  });
}

async function aliasesOf(
  deps: Pick<ApplyDeps, 'store'>,
  rows: readonly FindingsTable[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const ids = [...new Set(rows.filter((row) => row.kind === 'room').map((row) => row.subject_id))];
  for (let from = 0; from < ids.length; from += 1_000) {
    const subjects = await deps.store.db
      .selectFrom('subjects')
      .select(['target', 'id', 'aliases_json'])
      .where('kind', '=', 'room')
      .where('id', 'in', ids.slice(from, from + 1_000))
      .execute();
    for (const row of subjects) found.set(JSON.stringify([row.target, row.id]), JSON.parse(row.aliases_json));
  }
  return found;
}

/**
 * Refs are kept as columns to be found by. When the configuration brings another instance key they are made anew.
 * @returns whether that was necessary
 */
export async function adoptKey({ store, key }: Pick<ApplyDeps, 'store' | 'key'>): Promise<boolean> {
  const fingerprint = roomRef(key, 'roomwarden key');
  const known = await store.db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'key_used')
    .executeTakeFirst();
  if (known?.value === fingerprint) return false;
  await store.transaction(async (tx) => {
    const subjects = await tx.db.selectFrom('subjects').selectAll().execute();
    await tx.bulkUpsert(
      'subjects',
      subjects.map((row) => ({ ...row, ref: roomRef(key, row.id) })),
    );
    const findings = await tx.db.selectFrom('findings').selectAll().where('subject_id', '!=', '').execute();
    await tx.bulkUpsert(
      'findings',
      findings.map((row) => ({ ...row, subject_ref: roomRef(key, row.subject_id) })),
    );
    await tx.db
      .insertInto('meta')
      .values({ key: 'key_used', value: fingerprint })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: fingerprint }))
      .execute();
  });
  return known !== undefined;
}
