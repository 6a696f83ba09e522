import { mkdtempSync, rmSync } from 'node:fs';
import type { HeapProfiler, Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createToken } from '../src/access/tokens.ts';
import { type ApiDeps, buildApi } from '../src/api/server.ts';
import { recordDeps } from '../src/commands/recording.ts';
import { start } from '../test/store/postgres.ts';
import { boundPolicies, judgeFully } from './engine.ts';
import { makeRooms } from './rooms.ts';
import { Estate, Served } from './scan-estate.ts';
import { fillFindings, settle, storedEstate } from './stored.ts';

/** `node bench/profile.ts judge|scan|rescan|violations`: where time goes and what is allocated, by file and function. */
type Path = (measure: (name: string, work: () => Promise<void>) => Promise<void>) => Promise<void>;

const paths: Readonly<Record<string, Path>> = {
  async judge(measure) {
    const bound = boundPolicies();
    const rooms = makeRooms(20_000, 0.1, 2026);
    const judge = async (): Promise<void> => {
      for (let time = 0; time < 10; time += 1) judgeFully(bound, rooms);
    };
    await judge();
    await measure('20,000 generated rooms judged ten times', judge);
  },
  scan: (measure) =>
    scanned(5_000, (open) =>
      measure('5,000 rooms of Talk scanned into an empty SQLite', async () => {
        const estate = await open();
        await estate.scan();
        await estate.close();
      }),
    ),
  rescan: (measure) =>
    scanned(5_000, async (open) => {
      const estate = await open();
      await estate.scan();
      await measure('the same 5,000 rooms again', async () => void (await estate.scan()));
    }),
  async violations(measure) {
    const { store, environment, close } = await storedEstate(null);
    await fillFindings(store, 50_000);
    await settle(store);
    const { key } = await recordDeps(environment, store);
    const scheduler: ApiDeps['scheduler'] = {
      request: () => Promise.reject(new Error('nothing is scanned here')),
      activeScan: () => null,
    };
    const limits = { address: 1e9, token: 1e9, failedLogins: 1e9 };
    const app = await buildApi({
      ...environment,
      store,
      scheduler,
      key,
      now: Date.now,
      version: '0',
      limits,
    });
    const { value } = await createToken(store.db, { name: 'bench', scopes: ['read'] }, Date.now());
    const headers = { authorization: `Bearer ${value}` };
    const pages = async (): Promise<void> => {
      for (let page = 0, after = ''; page < 100; page += 1) {
        const url = `/api/v1/violations?limit=200&kind=room${after}`;
        const answer = await app.inject({ url, headers });
        if (answer.statusCode !== 200) throw new Error(answer.body);
        after = `&after=${answer.json<{ next_cursor: string }>().next_cursor}`;
      }
    };
    await pages();
    await measure('100 pages of 200 findings, read once before', pages);
    await app.close();
    await close();
  },
};

async function scanned(rooms: number, work: (open: () => Promise<Estate>) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'roomwarden-profile-'));
  const postgres = await start();
  const vendor = 'nextcloud-talk';
  const served = await Served.open(vendor, rooms, postgres.url);
  const open = (): Promise<Estate> =>
    Estate.open({ home, vendor, kind: 'SQLite', base: postgres.url }, served.place);
  try {
    const warm = await open();
    await warm.scan();
    await warm.close();
    await work(open);
  } finally {
    await served.close();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

const session = new Session();
session.connect();
const chosen = paths[process.argv[2] ?? ''];
if (chosen === undefined) throw new Error(`one of ${Object.keys(paths).join(', ')}`);
await chosen(async (name, work) => {
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  print(`${name}: processor`);
  table(timesOf(profile), 'ms');
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 16_384,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as HeapProfiler.StartSamplingParameterType);
  await work();
  const sampled = await session.post('HeapProfiler.stopSampling');
  print(`${name}: allocated`);
  table(bytesOf(sampled.profile.head), 'MB');
});
process.exit(0);

function timesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  for (const [place, id] of samples.entries())
    add(times, names.get(id) ?? '', (timeDeltas[place] ?? 0) / 1e3);
  for (const name of times.keys())
    if (name === '(idle)' || name.startsWith('node:inspector')) times.delete(name);
  return times;
}

function bytesOf(head: HeapProfiler.SamplingHeapProfileNode): Map<string, number> {
  const bytes = new Map<string, number>();
  const walk = ({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode): void => {
    add(bytes, nameOf(callFrame), selfSize / 1e6);
    children.forEach(walk);
  };
  walk(head);
  return bytes;
}

function nameOf({ url, functionName }: { url: string; functionName: string }): string {
  if (url === '') return functionName;
  const file = url.replace(/^(?:file:\/\/)?\/.*?\/(?=(?:src|adapters|bench|node_modules)\/)/, '');
  return `${file} ${functionName === '' ? '(nameless)' : functionName}`;
}

function add(all: Map<string, number>, name: string, more: number): void {
  all.set(name, (all.get(name) ?? 0) + more);
}

function table(all: Map<string, number>, unit: string): void {
  const sum = [...all.values()].reduce((total, one) => total + one, 0);
  print(`${'100.0 %'.padStart(8)} ${sum.toFixed(0)} ${unit}`);
  const [folders, files] = [new Map<string, number>(), new Map<string, number>()];
  for (const [name, value] of all) {
    const file = name.startsWith('(') ? name : (name.split(' ')[0] ?? '');
    add(files, file, value);
    add(folders, file.startsWith('node:') ? file : file.split('/').slice(0, 2).join('/'), value);
  }
  for (const [title, parts] of [
    ['by folder', folders],
    ['by file', files],
    ['by function', all],
  ] as const) {
    print(`  ${title}`);
    const most = [...parts].sort(([, one], [, other]) => other - one).slice(0, 14);
    for (const [name, value] of most) print(`${((100 * value) / sum).toFixed(1).padStart(6)} % ${name}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
