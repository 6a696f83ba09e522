import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { SharedQueue } from '../src/scan/queue.ts';
import { newScanId } from '../src/scan/runner.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { start } from '../test/store/postgres.ts';
import { Served } from './scan-estate.ts';
import { freshDatabase } from './tables.ts';

/**
 * `node bench/slices.ts [rooms] [product]`: one large target (`bigbluebutton`, or `nextcloud-talk`), scanned by one and by
 * two worker processes, undivided and in slices. Two scans each: the first one and one in which nothing changed.
 */
const rooms = Number(process.argv[2] ?? 20_000);
const vendor = process.argv[3] ?? 'bigbluebutton';
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const target = 'bench';

const postgres = await start();
const served = await Served.open(vendor, rooms, postgres.url);
const home = mkdtempSync(join(tmpdir(), 'roomwarden-slices-'));
try {
  print(
    `${rooms} rooms; processor time of each worker, and from the first question to the last room, in seconds`,
  );
  print('workers  slices  scan     collecting  altogether  processor of each  rooms as recorded');
  for (const [workers, size] of [
    [1, 0],
    [1, rooms / 8],
    [2, 0],
    [2, rooms / 8],
  ] as const)
    await measure(workers, Math.ceil(size));
} finally {
  await served.close();
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}
process.exit(0);

async function measure(workers: number, size: number): Promise<void> {
  const url = await freshDatabase(postgres.url, `slices_${workers}_${size}`);
  const store = await openStore({ kind: 'postgres', url });
  // As if it had been asked for before: nobody begins by itself.
  const asked = { id: 'before', target, vendor, state: 'interrupted' as const, recorded: 0 };
  const texts = { sources_json: '[]', counts_json: '{}', progress_json: '{}' };
  await store.db
    .insertInto('scans')
    .values({ ...asked, ...texts, requested_at: Date.now(), fence: 0 })
    .execute();
  const processes = Array.from({ length: workers }, (_, turn) => spawnWorker(url, size, turn));
  await Promise.all(processes.map(({ listening }) => listening));
  const queue = await SharedQueue.open({
    store,
    timezone: 'UTC',
    concurrency: 1,
    heartbeat: 30,
    deadline: 1_000,
    takes: false,
    slices: null,
    targets: [{ id: target, vendor, schedule: null }],
    now: Date.now,
    newScanId,
    log: quiet,
    knows: () => true,
    run: async () => {},
  });
  for (const name of ['first', 'again']) {
    const before = processes.map(({ pid }) => processor(pid));
    const began = Date.now();
    const { scan } = await queue.request(target);
    const row = await over(store, scan);
    const seconds = (Date.now() - began) / 1000;
    const used = processes.map(({ pid }, turn) => (processor(pid) - (before[turn] ?? 0)).toFixed(1));
    const collecting = (((row.finished_at ?? 0) - (row.started_at ?? 0)) / 1000).toFixed(1);
    print(
      `${String(workers).padEnd(9)}${String(size === 0 ? '-' : Math.ceil(rooms / size)).padEnd(8)}${name.padEnd(9)}${collecting.padEnd(12)}${seconds.toFixed(1).padEnd(12)}${used.join(' + ').padEnd(19)}${await digest(store)}`,
    );
  }
  await queue.stop();
  for (const { stop } of processes) await stop();
  await store.close();
}

function spawnWorker(url: string, size: number, turn: number) {
  const folder = join(home, String(turn));
  mkdirSync(folder, { recursive: true });
  const { place } = served;
  for (const [file, value] of Object.entries({ ...place.secrets, store: url, key: 'x'.repeat(32) }))
    writeFileSync(join(folder, file), value, { mode: 0o600 });
  const file = join(folder, 'roomwarden.yaml');
  const configuration = {
    database: { url: { file: 'store' } },
    instance: { key: { file: 'key' }, slice_rooms: size },
    targets: [{ id: target, vendor, ...place.target }],
  };
  writeFileSync(file, stringify(configuration));
  const command = [main, 'serve', '--config', file, '--port', '0', '--role', 'worker'];
  const child = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const listening = new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('listening: ')) resolve();
      if (process.env['VERBOSE'] !== undefined) process.stderr.write(text);
    });
    void ended.then(() => reject(new Error('a worker ended')));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { pid: child.pid ?? 0, listening, stop };
}

async function over(store: Store, scan: string) {
  for (;;) {
    const row = await store.db.selectFrom('scans').selectAll().where('id', '=', scan).executeTakeFirst();
    if (row !== undefined && row.recorded === 1) return row;
    if (row?.state === 'failed' || row?.state === 'interrupted') throw new Error(row.error_json ?? '');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Seconds of user and system time so far. */
function processor(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The same for the same rooms with the same facts. */
async function digest(store: Store): Promise<string> {
  const all = store.db.selectFrom('subjects').select(['kind', 'id', 'state', 'facts_hash']);
  const rows = await all.orderBy('kind').orderBy('id').execute();
  const hash = createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  return `${rows.length}, ${hash.slice(0, 8)}`;
}
