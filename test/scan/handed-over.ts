import { sql } from 'kysely';
import { sliceQueue } from '../../src/scan/boss.ts';
import type { Store } from '../../src/store/index.ts';

/** Everything that a scan leaves, but for its id. */
export async function left(store: Store) {
  const subjects = await store.db.selectFrom('subjects').selectAll().orderBy('kind').orderBy('id').execute();
  const findings = await store.db.selectFrom('findings').selectAll().orderBy('uid').execute();
  const events = await store.db.selectFrom('events').select(['kind', 'uid', 'verdict', 'cause']).execute();
  const [row] = await store.db.selectFrom('targets').selectAll().where('id', '=', 't').execute();
  const { last_scan: _, baseline_scan: __, ...own } = row ?? {};
  const text = events.map((event) => JSON.stringify(event)).sort();
  const shown = subjects.map(({ facts_json: _facts, book: _book, judged: _judged, ...rest }) => rest);
  return { subjects: shown, findings, events: text, target: own };
}

/** Splits, lines and jobs that stand there. */
export async function handedOver(store: Store): Promise<number[]> {
  const splits = await store.db.selectFrom('splits').select('scan').execute();
  const lines = await store.db.selectFrom('slice_lines').select('scan').execute();
  const { rows } = await sql`select id from roomwarden_queue.job where name = ${sliceQueue}`.execute(
    store.db,
  );
  return [splits.length, lines.length, rows.length];
}

export const rows = async <T>(store: Store, what: ReturnType<typeof sql<T>>): Promise<T[]> =>
  (await what.execute(store.db)).rows;

/** Whoever has these jobs gave the last sign of life a day ago. */
export const silence = (store: Store, queue: string): Promise<unknown> =>
  sql`update roomwarden_queue.job set heartbeat_on = now() - interval '1 day'
    where name = ${queue} and state = 'active'`.execute(store.db);

/** Until the condition holds; the test's own time limit is the end of it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

export async function over(store: Store, scan: string): Promise<string> {
  let state = '';
  await until(async () => {
    const row = await store.db.selectFrom('scans').select('state').where('id', '=', scan).executeTakeFirst();
    state = row?.state ?? '';
    return !['', 'queued', 'running'].includes(state);
  });
  return state;
}
