import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { BigBlueButtonSimulator } from '../adapters/bigbluebutton/simulator.ts';
import { SharedQueue } from '../src/scan/queue.ts';
import { newScanId } from '../src/scan/runner.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { start } from '../test/store/postgres.ts';
import { startServers, type Worker, work } from './instances-worker.ts';
import { goalLine, median } from './measure.ts';

const latencyMs = 20;
const rooms = 5;
const longestMs = 180_000;
const nearlyTwice = 1.6;

interface Size {
  targets: number;
  rounds: number;
}

interface Figures {
  workers: number;
  perSecond: number[];
  /** Share of all cores, by the servers that are scanned and by PostgreSQL as well. */
  busy: number[];
  lost: number;
  twice: number;
}

/**
 * Worker processes on one PostgreSQL, as `serve --role worker`, scan servers that take their time to answer. Every round
 * asks for one scan of every target.
 * @returns whether none was lost, none done twice, and two did nearly twice as much as one
 */
export async function benchInstances(print: (line: string) => void, full: boolean): Promise<boolean> {
  const size: Size = full ? { targets: 1_000, rounds: 5 } : { targets: 200, rounds: 1 };
  const server = await start();
  const simulator = await startServers(rooms, latencyMs);
  print(
    `${size.targets} targets of ${rooms} rooms, every answer after ${latencyMs} ms, 4 scans at a time per worker, ${cpus().length} cores`,
  );
  print(
    `${'workers'.padStart(7)}${'scans/s'.padStart(10)}${'range'.padStart(16)}${'to one'.padStart(8)}${'cores busy'.padStart(12)}${'lost'.padStart(6)}${'twice'.padStart(7)}`,
  );
  let alone = 0;
  let clean = true;
  const ratios = new Map<number, number>();
  try {
    for (const workers of [1, 2, 4]) {
      const found = await measure(server.url, simulator, workers, size);
      const middle = median(found.perSecond);
      if (workers === 1) alone = middle;
      const range = `${Math.min(...found.perSecond).toFixed(1)}-${Math.max(...found.perSecond).toFixed(1)}`;
      const busy = `${Math.round(100 * median(found.busy))} %`;
      print(
        `${String(workers).padStart(7)}${middle.toFixed(1).padStart(10)}${range.padStart(16)}${(middle / alone).toFixed(2).padStart(8)}${busy.padStart(12)}${String(found.lost).padStart(6)}${String(found.twice).padStart(7)}`,
      );
      clean &&= found.lost === 0 && found.twice === 0;
      ratios.set(workers, middle / alone);
    }
  } finally {
    await simulator.close();
    await server.stop();
  }
  const measured = [...ratios].map(([workers, ratio]) => `${workers}: ${ratio.toFixed(2)} x`).join(', ');
  const linear = (ratios.get(2) ?? 0) >= nearlyTwice;
  const name = `${size.targets} targets, 1, 2 and 4 workers on one PostgreSQL`;
  print(
    goalLine({
      name: `${name}: scans lost or done twice`,
      goal: 'none',
      measured: clean ? 'none' : 'some',
      met: clean,
    }),
  );
  const goal = `near-linear to the cores (2: at least ${nearlyTwice} x)`;
  print(goalLine({ name: `${name}: scans a second`, goal, measured, met: linear }));
  return clean && linear;
}

async function measure(
  base: string,
  simulator: BigBlueButtonSimulator,
  workers: number,
  { targets, rounds }: Size,
): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-bench-'));
  const name = `roomwarden_${randomBytes(6).toString('hex')}`;
  await administer(base, `create database ${name}`);
  const url = new URL(base);
  url.pathname = `/${name}`;
  const ids = Array.from({ length: targets }, (_, place) => `target-${place}`);
  const children: Worker[] = [];
  let store: Store | undefined;
  try {
    for (let turn = 0; turn < workers; turn += 1) children.push(work(folder, url.href, simulator, ids));
    await Promise.all(children.map((child) => child.listening));
    store = await openStore({ kind: 'postgres', url: url.href });
    // Nothing was ever scanned: all workers ask for everything at once. It also warms them up.
    await scanned(store, targets);
    return {
      workers,
      ...(await runRounds(store, simulator, ids, rounds)),
      ...(await counted(store, ids, rounds + 1)),
    };
  } finally {
    for (const { child } of children) child.kill('SIGTERM');
    await Promise.all(children.map(({ ended }) => ended));
    await store?.close();
    await administer(base, `drop database ${name} with (force)`);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runRounds(
  store: Store,
  { simulator }: BigBlueButtonSimulator,
  ids: readonly string[],
  rounds: number,
): Promise<Pick<Figures, 'perSecond' | 'busy'>> {
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const queue = await SharedQueue.open({
    store,
    timezone: 'UTC',
    concurrency: 1,
    heartbeat: 30,
    deadline: 1_000,
    takes: false,
    slices: null,
    targets: ids.map((id) => ({ id, vendor: 'bigbluebutton', schedule: null })),
    now: Date.now,
    newScanId,
    log: quiet,
    knows: () => true,
    run: async () => {},
  });
  const perSecond: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    simulator.requests.length = 0;
    const [idle, begin] = [idleMs(), Date.now()];
    await ask(queue, ids);
    const last = await scanned(store, ids.length * (round + 2));
    perSecond.push(ids.length / ((last - begin) / 1000));
    busy.push(1 - (idleMs() - idle) / ((Date.now() - begin) * cpus().length));
  }
  await queue.stop();
  return { perSecond, busy };
}

/** A few at a time: there are no more connections. */
async function ask(queue: SharedQueue, ids: readonly string[]): Promise<void> {
  const left = [...ids];
  const asker = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) await queue.request(id);
  };
  await Promise.all(Array.from({ length: 4 }, asker));
}

/** Until so many scans are over. @returns when the last one was */
async function scanned(store: Store, scans: number): Promise<number> {
  const deadline = Date.now() + longestMs;
  for (;;) {
    const row = await store.db
      .selectFrom('scans')
      .select((expression) => [
        expression.fn.countAll<number>().as('number'),
        expression.fn.max('finished_at').as('last'),
      ])
      .where('state', 'not in', ['queued', 'running'])
      .executeTakeFirstOrThrow();
    if (Number(row.number) >= scans) return Number(row.last);
    if (Date.now() > deadline) throw new Error(`${row.number} of ${scans} scans in ${longestMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** By what the ledger tells: one recorded scan and one event of its end for each that was asked for. */
async function counted(
  store: Store,
  ids: readonly string[],
  rounds: number,
): Promise<Pick<Figures, 'lost' | 'twice'>> {
  const rows = await store.db
    .selectFrom('scans')
    .leftJoin('events', (join) =>
      join.onRef('events.scan', '=', 'scans.id').on('events.kind', '=', 'heartbeat'),
    )
    .select((expression) => [
      'scans.id',
      'scans.target',
      'scans.recorded',
      'scans.fence',
      expression.fn.count<number>('events.seq').as('told'),
    ])
    .groupBy(['scans.id', 'scans.target', 'scans.recorded', 'scans.fence'])
    .execute();
  const done = new Map<string, number>();
  let twice = 0;
  for (const { target, recorded, fence, told } of rows) {
    if (recorded === 1 && Number(told) > 0) done.set(target, (done.get(target) ?? 0) + 1);
    if (fence !== 1 || Number(told) > 1) twice += 1;
  }
  let lost = 0;
  for (const id of ids) {
    lost += Math.max(0, rounds - (done.get(id) ?? 0));
    twice += Math.max(0, (done.get(id) ?? 0) - rounds);
  }
  return { lost, twice };
}

const idleMs = (): number => cpus().reduce((sum, { times }) => sum + times.idle, 0);

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

if (import.meta.main) {
  const clean = await benchInstances(
    (line) => void process.stdout.write(`${line}\n`),
    process.argv.includes('--full'),
  );
  if (!clean) process.exitCode = 1;
}
