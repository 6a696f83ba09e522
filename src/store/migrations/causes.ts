import { hash } from 'node:crypto';
import type { MigrationContext } from './context.ts';

const batch = 1_000;

/** What settles many findings at once, and what lists of findings, rooms and scans are grouped and paged by. */
export async function causes(context: MigrationContext): Promise<void> {
  const { schema } = context.db;
  await schema.alterTable('findings').addColumn('cause_key', 'text').execute();
  await fillIn(context);
  await schema
    .createIndex('findings_cause')
    .on('findings')
    .columns(['status', 'verdict', 'cause_key', 'target', 'severity_rank'])
    .where('cause_key', 'is not', null)
    .execute();
  await schema
    .createIndex('findings_rooms')
    .on('findings')
    .columns(['status', 'verdict', 'kind', 'target', 'subject_ref', 'severity_rank'])
    .execute();
  await schema.createIndex('scans_requested').on('scans').columns(['requested_at', 'id']).execute();
}

async function fillIn({ db }: MigrationContext): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('findings')
      .select(['uid', 'kind', 'verdict', 'detail_json'])
      .where('uid', '>', after)
      .orderBy('uid')
      .limit(batch)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    for (const { uid, ...row } of rows) {
      const cause = causeOf(row);
      if (cause === null) continue;
      const key = hash('sha256', JSON.stringify(cause), 'base64url').slice(0, 22);
      await db.updateTable('findings').set({ cause_key: key }).where('uid', '=', uid).execute();
    }
    after = last.uid;
  }
}

interface Kept {
  evidence?: { chain?: { layer: string; path: string; value: unknown; decides: boolean }[] }[];
  reasons?: { fill?: { kind: string; name: string } }[];
}

/** As findings had it when this was written. */
function causeOf(row: { kind: string; verdict: string; detail_json: string }): object | null {
  const { evidence = [], reasons = [] } = JSON.parse(row.detail_json) as Kept;
  if (row.verdict === 'unknown') {
    const first = reasons[0]?.fill;
    if (first === undefined) return null;
    const { kind, name } = first;
    return reasons.every(({ fill }) => fill?.kind === kind && fill.name === name)
      ? { fill: { kind, name } }
      : null;
  }
  if (row.verdict !== 'violation' || row.kind !== 'room') return null;
  const deciding = evidence.flatMap(({ chain }) => chain?.filter(({ decides }) => decides) ?? []);
  const [first] = deciding;
  if (first === undefined || deciding.some(({ layer }) => layer === 'room')) return null;
  return { setting: { layer: first.layer, path: first.path, value: first.value } };
}
