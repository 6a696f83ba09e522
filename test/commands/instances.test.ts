import { Client } from 'pg';
import { afterEach, expect, it } from 'vitest';
import { freshDatabase } from '../store/helper.ts';
import { client, newToken, type Served } from './client.ts';
import { type Command, start, until } from './helper.ts';
import { startWorld, type World } from './world.ts';

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Estate {
  world: World;
  token: string;
  query<T extends object>(text: string): Promise<T[]>;
  /** One more process of the same store. */
  join(...args: string[]): Promise<Served>;
}

/** Several targets that are declared alone, so that scans take no time, and one whose server hangs if it is told so. */
async function estate(declared: number, heartbeat = '10s'): Promise<Estate> {
  const world = await startWorld();
  const { url, drop } = await freshDatabase();
  const db = new Client({ connectionString: url });
  await db.connect();
  const bbb = world.configuration.targets.find(({ id }) => id === 'bbb');
  const many = Array.from({ length: declared }, (_, place) => {
    return { id: `target-${place}`, vendor: 'declared', product: 'Beispiel' };
  });
  Object.assign(world.configuration, {
    database: { url: { env: 'DATABASE_URL' } },
    instance: { key: { env: 'INSTANCE_KEY' }, heartbeat, shutdown: '60s' },
    targets: [...(bbb === undefined ? [] : [bbb]), ...many],
  });
  world.options.env = { ...world.options.env, DATABASE_URL: url, INSTANCE_KEY: 'k'.repeat(40) };
  world.write();
  const token = await newToken(world.options);
  const commands: Command[] = [];
  closers.push(
    drop,
    () => world.close(),
    () => db.end(),
    async () => {
      for (const command of commands) command.child.kill('SIGKILL');
      await Promise.all(commands.map((command) => command.ended()));
    },
  );
  return {
    world,
    token,
    query: async (text) => (await db.query(text)).rows,
    async join(...args) {
      const command = start(['serve', '--port', '0', ...args], world.options);
      commands.push(command);
      const [, address = ''] = await command.told(/^listening: (\S+)\n/);
      return client(command, address, token);
    },
  };
}

interface Ready {
  checks: Record<string, boolean>;
  instance: { configuration: string; working: string | null };
}

interface ScanRow {
  id: string;
  target: string;
  state: string;
  recorded: number;
  fence: number;
  progress_json: string;
}
const scans =
  'select id, target, state, recorded, fence, progress_json from scans order by requested_at, target';
const ended = (rows: readonly ScanRow[]): boolean =>
  rows.length > 0 && rows.every(({ state }) => !['queued', 'running'].includes(state));
const heartbeats =
  "select target, scan, count(*)::int as number from events where kind = 'heartbeat' group by 1, 2";
const hang = [{ path: /getMeetings/, fault: { kind: 'silence' as const } }];

/** More by hand. */
const declared = Number(process.env['ROOMWARDEN_INSTANCE_TARGETS'] ?? 40);

it.each([1, 2, 4])('%i workers scan every target once: none lost, none twice', async (workers) => {
  // None of them dies: one that has no turn on a busy machine must not count as dead.
  const { join, query } = await estate(declared, '120s');
  await Promise.all(Array.from({ length: workers }, () => join('--role', 'worker')));
  const rows = await until(
    () => query<ScanRow>(scans),
    (found) => found.length > declared && ended(found),
  );
  expect(new Set(rows.map(({ target }) => target)).size).toBe(declared + 1);
  expect(rows).toHaveLength(declared + 1);
  expect(rows.filter(({ recorded, fence }) => recorded !== 1 || fence !== 1)).toEqual([]);
  const told = await query<{ number: number }>(
    "select target, count(*)::int as number from events where kind = 'heartbeat' group by target",
  );
  expect(told).toHaveLength(declared + 1);
  expect(told.filter(({ number }) => number !== 1)).toEqual([]);
});

it('a worker tells of the shared queue, and counts slices of targets that can be divided from zero', async () => {
  const { join, query, token } = await estate(1);
  const worker = await join('--role', 'worker');
  await until(() => query<ScanRow>(scans), ended);
  const series = async (): Promise<string[]> => {
    const response = await fetch(`${worker.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    return (await response.text()).split('\n').filter((line) => /^roomwarden_(slices|queue)_/.test(line));
  };
  const idle = 'roomwarden_queue_jobs{work="scan",state="active"} 0';
  const lines = await until(series, (found) => found.includes(idle));
  const slices = (labels: string): string => `_total{target="bbb",vendor="bigbluebutton"${labels}} 0`;
  expect(lines.sort()).toEqual(
    [
      ...['waiting', 'active'].flatMap((state) =>
        ['scan', 'slice'].map((work) => `roomwarden_queue_jobs{work="${work}",state="${state}"} 0`),
      ),
      ...['own', 'other'].flatMap((scan) => [
        `roomwarden_slices${slices(`,scan="${scan}",outcome="complete"`)}`,
        `roomwarden_slices${slices(`,scan="${scan}",outcome="partial"`)}`,
        `roomwarden_slices_repeated${slices(`,scan="${scan}"`)}`,
      ]),
      `roomwarden_slices_lost${slices('')}`,
    ].sort(),
  );
});

it('kill -9 in the middle of a scan: another instance takes it over, and nothing is written twice', async () => {
  const { join, query, world } = await estate(0);
  world.bbb.simulator.faults = hang;
  const first = await join();
  const [before] = await until(
    () => query<ScanRow>(scans),
    ([row]) => row?.state === 'running',
  );
  const second = await join();
  const [seen] = await second.targets();
  expect(seen?.active_scan).toBe(before?.id);
  first.command.child.kill('SIGKILL');
  world.bbb.simulator.faults = [];
  const rows = await until(() => query<ScanRow>(scans), ended);
  expect(rows).toMatchObject([{ id: before?.id, state: 'complete', recorded: 1, fence: 2 }]);
  expect(await query(heartbeats)).toHaveLength(1);
});

it('a worker that stood still longer than its sign of life may last cannot write', async () => {
  const { join, query, world } = await estate(0);
  world.bbb.simulator.faults = hang;
  const first = await join();
  const [before] = await until(
    () => query<ScanRow>(scans),
    ([row]) => row?.state === 'running',
  );
  first.command.child.kill('SIGSTOP');
  // The answer that it waits for is there when it goes on.
  world.bbb.simulator.faults = [];
  await join();
  await until(() => query<ScanRow>(scans), ended);
  const ledger = 'select uid, status, changed_at from findings order by uid';
  const after = await query(ledger);
  first.command.child.kill('SIGCONT');
  await first.command.told(/another instance has taken this scan over/, 'stderr');
  expect(await query<ScanRow>(scans)).toMatchObject([{ id: before?.id, state: 'complete', fence: 2 }]);
  expect(await query(ledger)).toEqual(after);
  expect(await query(heartbeats)).toMatchObject([{ number: 1 }]);
});

it('an instance of another configuration takes no jobs, says so, and works when the others are gone', async () => {
  const { join, query, world, token } = await estate(3);
  const first = await join();
  await until(
    () => query<ScanRow>(scans),
    (rows) => rows.length === 4 && ended(rows),
  );
  world.configuration.targets = world.configuration.targets.slice(0, 3);
  world.write();
  const other = await join();
  const ready = async (served: Served) => {
    const response = await fetch(`${served.url}/readyz`);
    return [response.status, (await response.json()) as Ready] as const;
  };
  const [fine, all] = await ready(first);
  const [status, answer] = await ready(other);
  expect([fine, status]).toEqual([200, 503]);
  expect(answer.checks).toEqual({ store: true, migrations: true, policies: true, configuration: false });
  expect(answer.instance.working).toBe(all.instance.configuration);
  expect(answer.instance.configuration).not.toBe(all.instance.configuration);
  const asked = await fetch(`${other.url}/api/v1/targets/bbb/scans`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(asked.status).toBe(503);
  // Nothing of the target that it does not know is archived.
  const archived = "select id from targets where state = 'removed'";
  expect(await query(archived)).toEqual([]);
  expect(await first.command.stop()).toBe(0);
  await until(
    () => ready(other),
    ([now]) => now === 200,
  );
  await until(
    () => query(archived),
    (rows) => rows.length === 1,
  );
});

it('a stop hands the scan back; an instance that only answers takes calls for those that work', async () => {
  const { join, query, world, token } = await estate(0);
  world.bbb.simulator.faults = hang;
  const first = await join('--role', 'worker');
  expect(
    (await fetch(`${first.url}/api/v1/targets`, { headers: { authorization: `Bearer ${token}` } })).status,
  ).toBe(404);
  const api = await join('--role', 'api');
  const [before] = await until(
    () => query<ScanRow>(scans),
    ([row]) => row?.state === 'running',
  );
  expect(await first.command.stop()).toBe(0);
  expect(await query<ScanRow>(scans)).toMatchObject([{ id: before?.id, state: 'queued', recorded: 0 }]);
  world.bbb.simulator.faults = [];
  await join('--role', 'worker');
  await until(() => query<ScanRow>(scans), ended);
  await api.scan('bbb');
  const rows = await query<ScanRow>(scans);
  expect(rows).toMatchObject([
    { id: before?.id, state: 'complete', recorded: 1 },
    { state: 'complete', recorded: 1 },
  ]);
  expect(await query(heartbeats)).toHaveLength(2);
});
