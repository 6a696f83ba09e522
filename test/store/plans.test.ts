import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { eventsQuery, newestQuery } from '../../src/findings/eventRows.ts';
import { type FindingFilter, pageQuery } from '../../src/findings/queries.ts';
import { keysOfRoom, roomsCalled } from '../../src/findings/roomKeys.ts';
import { countedKeys, worstKeys } from '../../src/findings/worst.ts';
import { roomsQuery } from '../../src/inventory/queries.ts';
import type { Store } from '../../src/store/index.ts';
import { eachStore } from './helper.ts';

const count = 20_000;

/** As many rows as make a planner think, by statements over whole sets. */
async function filled(store: Store): Promise<Store> {
  const n = store.dialect === 'postgres' ? sql`generate_series(1, ${sql.lit(count)}) as s(n)` : sql`s`;
  const series =
    store.dialect === 'postgres'
      ? sql``
      : sql`with recursive s(n) as (select 1 union all select n + 1 from s where n < ${sql.lit(count)})`;
  // Rows as wide as real ones: a planner weighs that.
  const wide = sql.lit('x'.repeat(1_200));
  const each = (statement: ReturnType<typeof sql>) => statement.execute(store.db);
  await each(sql`insert into subjects (target, kind, id, ref, name, state, first_seen_at, unseen, last_seen_at, missed, changed_at,
      aliases_json, tags_json, facts_json, facts_hash) ${series}
    select 't' || (n % 40), 'room', 'r' || n, 'ref' || n, null, case n % 50 when 0 then 'gone' else 'present' end,
      1, 0, 1, 0, 1, '[]', '[]', ${wide}, 'h' from ${n}`);
  await each(sql`insert into findings (uid, target, vendor, kind, subject_id, subject_ref, policy, policy_version, severity,
      severity_rank, verdict, status, confidence, confirmed, cause, cause_key, opened_at, changed_at, facts_key, tags_json, waived_json,
      detail_json)
    ${series} select 'u' || (n * 7919 % 100003), 't' || (n % 40), 'v' || (n % 4), 'room', 'r' || n, 'ref' || n,
      'p' || (n % 30), 1, 'x', n % 5, case n % 9 when 0 then 'unknown' else 'violation' end,
      case n % 7 when 0 then 'resolved' when 1 then 'waived' else 'open' end, 'high', 1, 'facts', case n % 3 when 0 then null else 'c' || (n % 3) end, n, n, 'k', '[]', '{}', ${wide}
    from ${n}`);
  await each(sql`insert into events (seq, at, kind, target, uid, snapshot_json)
    ${series} select n, n, 'changed', 't' || (n % 40), 'u', ${wide} from ${n}`);
  const ids = Array.from({ length: 40 }, (_, index) => `t${index}`);
  for (const id of ids) {
    await each(sql`insert into targets (id, vendor, state, first_seen_at, covered_json, sources_json, policies_json)
      values (${id}, 'v', 'configured', 1, '{}', '{}', '{}')`);
  }
  await each(store.dialect === 'postgres' ? sql`vacuum analyze` : sql`analyze`);
  return store;
}

interface Explained {
  compile(): { sql: string; parameters: readonly unknown[] };
}

/** Steps of the plan that sort, or read a whole table or index whatever is asked. */
async function slow(store: Store, query: Explained): Promise<string[]> {
  const { sql: text, parameters } = query.compile();
  const parts = text.split(store.dialect === 'postgres' ? /\$\d+/ : '?');
  const filledIn = sql.join(
    parts.map((part, index) =>
      index === 0 ? sql`${sql.raw(part)}` : sql`${sql.lit(parameters[index - 1])}${sql.raw(part)}`,
    ),
    sql``,
  );
  if (store.dialect === 'sqlite') {
    const { rows } = await sql<{ detail: string }>`explain query plan ${filledIn}`.execute(store.db);
    return rows.map(({ detail }) => detail).filter((step) => slowInSqlite.test(step));
  }
  const { rows } = await sql<{ 'QUERY PLAN': { Plan: Step }[] }>`explain (format json) ${filledIn}`.execute(
    store.db,
  );
  return stepsOf(rows[0]?.['QUERY PLAN'][0]?.Plan)
    .filter(isSlow)
    .map((step) => `${step['Node Type']} ${step['Relation Name'] ?? ''}`);
}

/** An index without a range is read from its beginning only where its first column is the order that is asked for. */
const slowInSqlite = /TEMP B-TREE|SCAN (?:findings|events|subjects)\b(?! USING COVERING INDEX events_seq)/;

interface Step {
  'Node Type': string;
  'Plan Rows': number;
  'Relation Name'?: string;
  Plans?: Step[];
}

const stepsOf = (step: Step | undefined): Step[] =>
  step === undefined ? [] : [step, ...(step.Plans ?? []).flatMap(stepsOf)];

function isSlow(step: Step): boolean {
  const type = step['Node Type'];
  if (type === 'Sort' || type === 'Incremental Sort') return !(step.Plans ?? []).every(isPage);
  return /Seq Scan|Hash|Materialize/.test(type);
}

/** No more rows than those of a page: to sort so few may be quicker than to walk an index past what is left out. */
const isPage = (step: Step): boolean =>
  step['Plan Rows'] <= 1_000 ||
  step['Node Type'] === 'Limit' ||
  (/^(?:Subquery Scan|Append|Merge Append|Result|Sort)$/.test(step['Node Type']) &&
    (step.Plans ?? []).every(isPage));

const one = ['t1'];
const many = Array.from({ length: 100 }, (_, index) => `t${index}`);
const all = { visible: null };

/** Every documented filter, alone and together. */
const filters: Record<string, FindingFilter> = {
  nothing: all,
  'a token of one target': { visible: one },
  'a token of three targets': { visible: ['t1', 't2', 't3'] },
  'a token of a hundred targets': { visible: many },
  'a token of none': { visible: [] },
  target: { ...all, target: one },
  'two targets': { ...all, target: ['t1', 't2'] },
  vendor: { ...all, vendor: ['v1'] },
  policy: { ...all, policy: ['p3'] },
  'several policies': { ...all, policy: ['p3', 'p4', 'p5'] },
  severity: { ...all, severity: 'high' },
  kind: { ...all, kind: 'room' },
  'changed since': { ...all, changedSince: 19_000 },
  cause: { ...all, cause: 'c1' },
  'no cause': { ...all, cause: 'none' },
  'everything at once': {
    visible: ['t1', 't2'],
    target: one,
    vendor: ['v1'],
    policy: ['p1'],
    severity: 'low',
    kind: 'room',
    changedSince: 5,
    cause: 'none',
  },
};
const verdicts = ['violation', 'unknown', 'all'] as const;
const statuses = ['open', 'waived', 'resolved', 'closed', 'all'] as const;
const places = [null, [3, 'u5'], [0, 'u9']] as const;

eachStore((open) => {
  it('no list sorts or reads a whole table', async () => {
    const store = await filled((await open()).store);
    const found: [string, string[]][] = [];
    const look = async (name: string, query: Explained): Promise<void> => {
      const steps = await slow(store, query);
      if (steps.length > 0) found.push([name, steps]);
    };
    for (const [name, filter] of Object.entries(filters)) {
      for (const verdict of verdicts) {
        for (const status of statuses) {
          const whole = { ...filter, verdict, status };
          const told = `violations by ${name}, ${verdict}, ${status}`;
          for (const place of places) {
            await look(`${told}, ${place}`, pageQuery(store, worstKeys(store, whole, place, 201)));
          }
          await look(`${told}, counted`, countedKeys(store, whole, 10_001));
        }
      }
    }
    for (const state of ['present', 'gone', 'ended', 'no_longer_visible', 'all'] as const) {
      for (const place of [null, 'ref5']) {
        await look(
          `rooms, ${state}, ${place}`,
          roomsQuery(store, { target: 't1', state, place, limit: 201 }),
        );
      }
    }
    for (const visible of [null, one, ['t1', 't2', 't3'], many, []]) {
      for (const times of [{}, { since: 15_000 }, { until: 15_000 }, { since: 5_000, until: 15_000 }]) {
        for (const from of [0, 10_000]) {
          const told = `feed of ${visible?.length ?? 'all'}, ${JSON.stringify(times)}, from ${from}`;
          const filter = { visible, ...times };
          await look(told, eventsQuery(store, filter, { from }, 201));
          await look(`${told}, with an end`, eventsQuery(store, filter, { from, last: 12_000 }, 201));
          await look(`${told}, newest`, newestQuery(store, filter, from));
        }
      }
    }
    expect(found).toEqual([]);
    // A room has so few that they are sorted.
    const keys = await keysOfRoom(
      store,
      { visible: null, verdict: 'all', status: 'all' },
      'ref77',
      null,
      201,
    );
    expect((await slow(store, keys)).filter((step) => !/^Sort|TEMP B-TREE FOR ORDER BY/.test(step))).toEqual(
      [],
    );
    expect(await keys.execute()).toHaveLength(1);
    expect(await roomsCalled(store, null, 'r77')).toEqual([{ target: 't37', id: 'r77', ref: 'ref77' }]);
    // A plan that sorts or scans is noticed.
    const findings = store.db.selectFrom('findings').selectAll();
    expect(await slow(store, findings.orderBy('opened_at').limit(5))).not.toEqual([]);
    expect(await slow(store, findings.where('confirmed', '=', 0))).not.toEqual([]);
    expect(await slow(store, store.db.selectFrom('events').selectAll().where('at', '>', 5))).not.toEqual([]);
  });
});
