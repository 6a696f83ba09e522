import { growsByItself } from '../../src/findings/judged.ts';
import type { KeptFacts } from '../../src/inventory/facts.ts';
import { FactReader } from '../../src/inventory/kept.ts';
import type { Store } from '../../src/store/index.ts';

const times = new Set(['observed_at', 'content_time']);

/** What is known, without when it was seen: the same for every run over the same servers. */
export async function ledgerOf({ db }: Store) {
  const findings = await db
    .selectFrom('findings')
    .select(['uid', 'target', 'vendor', 'kind', 'subject_id', 'subject_ref', 'subject_name', 'policy'])
    .select(['policy_version', 'severity', 'severity_rank', 'verdict', 'status', 'confidence', 'confirmed'])
    .select(['reason_key', 'affected', 'cause', 'facts_key', 'tags_json', 'waiver_json', 'waived_json'])
    .orderBy('uid')
    .execute();
  const subjects = await db
    .selectFrom('subjects')
    .select(['target', 'kind', 'id', 'ref', 'name', 'state', 'unseen', 'aliases_json', 'tags_json'])
    .select(['book', 'facts_json'])
    .orderBy('target')
    .orderBy('kind')
    .orderBy('id')
    .execute();
  const kept = await new FactReader(db).read(subjects);
  return {
    findings,
    subjects: subjects.map(({ book: _, facts_json: __, ...row }, index) => {
      return { ...row, facts: timeless(kept[index] ?? {}) };
    }),
    transitions: await transitionsOf(db),
  };
}

function timeless(facts: KeptFacts): unknown {
  const kept = JSON.parse(JSON.stringify(facts), (name, value) => (times.has(name) ? undefined : value));
  return Object.fromEntries(
    Object.entries(kept).filter(([name]) => !growsByItself(name as Parameters<typeof growsByItself>[0])),
  );
}

/** Of every finding its events in order; of every target its baselines. Heartbeats come with every scan. */
async function transitionsOf(db: Store['db']): Promise<Record<string, string[]>> {
  const rows = await db
    .selectFrom('events')
    .select(['uid', 'target', 'kind', 'cause', 'policy_version', 'severity', 'verdict', 'status'])
    .select('snapshot_json')
    .where('kind', '<>', 'heartbeat')
    .orderBy('seq')
    .execute();
  const found = new Map<string, string[]>();
  for (const { uid, target, snapshot_json, ...told } of rows) {
    const key = uid ?? `baseline of ${target}`;
    const line = Object.values(told).join(' ') + (uid === null ? snapshot_json : '');
    found.set(key, [...(found.get(key) ?? []), line]);
  }
  return Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

export async function sequenceOf({ db }: Store): Promise<{ all: number[]; sent: number[] }> {
  const rows = await db.selectFrom('events').select(['seq', 'kind']).orderBy('seq').execute();
  return {
    all: rows.map(({ seq }) => seq),
    sent: rows.filter(({ kind }) => kind !== 'heartbeat').map(({ seq }) => seq),
  };
}
