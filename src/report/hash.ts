import { createHash } from 'node:crypto';
import type { ConfiguredTarget } from '../config/types.ts';
import { attestationsInForce, attestationsOf } from '../inventory/attestations.ts';
import type { Store } from '../store/index.ts';
import { turn } from './holes.ts';
import type { ReportDeps, Standing } from './types.ts';

const page = 5_000;
const columns = [
  'uid',
  'policy_version',
  'verdict',
  'severity',
  'status',
  'confirmed',
  'affected',
  'facts_key',
  'opened_at',
  'changed_at',
  'waiver_json',
] as const;

/**
 * SHA-256 over what is known of these targets at this moment: what their last scans gave, every finding that is open or
 * waived, attestations, and what was judged by. Independent of the database and of who asks.
 */
export async function stateHash(
  deps: Pick<ReportDeps, 'store' | 'config'>,
  targets: readonly ConfiguredTarget[],
  { at, ruleset }: { at: number | null; ruleset: Standing['ruleset'] },
): Promise<string> {
  const { store, config } = deps;
  const hash = createHash('sha256');
  const add = (value: unknown): void => {
    hash.update(`${JSON.stringify(value)}\n`);
  };
  add(['roomwarden.state/1', at, ruleset.hash]);
  const digests = await findingsDigests(
    store,
    targets.map(({ id }) => id),
  );
  for (const { id, vendor, freshness } of targets) {
    const row = await store.db.selectFrom('targets').selectAll().where('id', '=', id).executeTakeFirst();
    add([id, vendor, freshness, row?.covered_json, row?.sources_json, row?.report_json, row?.last_scan_at]);
    add(digests.get(id));
    for (const { policy, fields, attestedAt, validUntil } of await attestationsOf(
      store.db,
      config.attestations,
      id,
    )) {
      add([policy, fields, attestedAt, validUntil]);
    }
  }
  add(await attestationsInForce(store, { ...config, targets }, at ?? 0));
  return hash.digest('hex');
}

/** By target; it stands until the feed moves, because every finding that moves is told there. */
const known = new WeakMap<Store, Map<string, { change: string; digest: string }>>();

async function findingsDigests(store: Store, targets: readonly string[]): Promise<Map<string, string>> {
  const { epoch, head } = await store.feed();
  const change = `${epoch}:${head}`;
  const kept = known.get(store) ?? new Map<string, { change: string; digest: string }>();
  known.set(store, kept);
  const wanted = targets.filter((target) => kept.get(target)?.change !== change);
  const made = wanted.length === 0 ? new Map<string, string>() : await digestsOf(store, wanted);
  for (const [target, digest] of made) kept.set(target, { change, digest });
  return new Map(targets.map((target) => [target, kept.get(target)?.digest ?? '']));
}

/** All in one pass by uid, whatever the number of targets. */
async function digestsOf(store: Store, targets: readonly string[]): Promise<Map<string, string>> {
  const hashes = new Map(targets.map((target) => [target, createHash('sha256')]));
  for (let after = ''; ; ) {
    const rows = await store.db
      .selectFrom('findings')
      .select(['target', ...columns])
      .where('target', 'in', targets)
      .where('status', 'in', ['open', 'waived'])
      .where('uid', '>', after)
      .orderBy('uid')
      .limit(page)
      .execute();
    for (const row of rows) {
      hashes.get(row.target)?.update(`${JSON.stringify(columns.map((name) => row[name]))}\n`);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < page) break;
    after = last.uid;
    await turn();
  }
  return new Map([...hashes].map(([target, hash]) => [target, hash.digest('hex')]));
}

/** Which rules, in which version and with which parameters. */
export function rulesetOf({
  catalogue,
  config,
}: Pick<ReportDeps, 'catalogue' | 'config'>): Standing['ruleset'] {
  const policies = catalogue.policies.map(({ id, version }) => ({ id, version }));
  const used = policies.map(({ id, version }) => [id, version, config.policies[id]?.parameters ?? {}]);
  return { hash: createHash('sha256').update(JSON.stringify(used)).digest('hex'), policies };
}

/** The first 64 bits, in groups that can be read aloud. */
export const shortHash = (hash: string): string => (hash.slice(0, 16).match(/.{4}/g) ?? []).join('·');
