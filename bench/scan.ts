import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from '../test/store/postgres.ts';
import { goalLine, machine, median, type Print, runAlone } from './measure.ts';
import { Estate, type Scanned, Served, type StoreKind } from './scan-estate.ts';
import { products } from './scan-products.ts';
import { fetchBare, Trace } from './scan-trace.ts';

const stores: readonly StoreKind[] = ['SQLite', 'PostgreSQL'];
/** Seconds for 100,000 rooms. */
const mostAdded: Readonly<Record<StoreKind, number>> = { SQLite: 4, PostgreSQL: 8 };
const mostAddedAgain = 1;
const mostWritten = 0.015;
const mostRatio = 1.1;
const latencyMs = 20;
/** With fewer answers there is nothing to wait for meanwhile. */
const fewest = 20;
const fewestRooms = 1_000;

interface Bench {
  vendor: string;
  label: string;
  served: Served;
  folder: string;
  postgres: string;
  print: Print;
}

/** Time of one round in seconds for 100,000 rooms: the whole scan, and what it took more than the bare fetch. */
interface Round {
  bare: number;
  scan: number;
  added: number;
}

interface Figures {
  first: Round[];
  again: Round[];
  written: Scanned | null;
}

/** What a scan costs beyond fetching and parsing what it reads: the first, and a second with one room in 100 changed. */
export async function measureScan(print: Print, full: boolean, only: string[] = []): Promise<boolean> {
  print(machine());
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-scan-'));
  const postgres = await start();
  const [rooms, rounds] = full ? [100_000, 3] : [3_000, 3];
  let met = true;
  try {
    for (const [vendor, { label, most }] of Object.entries(products)) {
      if (only.length > 0 && !only.includes(vendor)) continue;
      const served = await Served.open(vendor, Math.min(rooms, most), postgres.url);
      const bench = { vendor, label, served, folder, postgres: postgres.url, print };
      try {
        met = (await measureProduct(bench, rounds)) && met;
      } finally {
        await served.close();
      }
    }
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return met;
}

async function measureProduct(bench: Bench, rounds: number): Promise<boolean> {
  const trace = new Trace();
  const { rooms } = await inEstate(bench, 'SQLite', (estate) => estate.scan(trace));
  bench.print(`\n${bench.label}: ${rooms} rooms, ${trace.questions.length} questions, ${rounds} rounds`);
  bench.print(`${'seconds for 100,000 rooms'.padEnd(34)}${cells(['bare', 'scan', 'added', 'of rounds'])}`);
  const figures = Object.fromEntries(
    stores.map((kind) => [kind, { first: [], again: [], written: null }]),
  ) as unknown as Record<StoreKind, Figures>;
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, kind] of stores.entries()) {
      const from = round * stores.length + place;
      await inEstate(bench, kind, (estate) => measureRound(bench, estate, figures[kind], trace, from));
    }
  }
  const met = stores.map((kind) => report(bench, kind, figures[kind]));
  return (await measureLatency(bench, trace)) && met.every(Boolean);
}

async function inEstate<T>(
  { vendor, folder, postgres, served }: Bench,
  kind: StoreKind,
  work: (estate: Estate) => Promise<T>,
): Promise<T> {
  const home = join(folder, `${vendor}-${kind}`);
  const estate = await Estate.open({ home, vendor, kind, base: postgres }, served.place);
  try {
    return await work(estate);
  } finally {
    await estate.close();
  }
}

async function measureRound(
  { served }: Bench,
  estate: Estate,
  figures: Figures,
  trace: Trace,
  from: number,
): Promise<void> {
  const bare = await seconds(() => fetchBare(trace));
  figures.first.push(roundOf(bare, await estate.scan()));
  await served.tell({ change: from });
  // The other side makes the new answers once, for nobody's account.
  await fetchBare(trace);
  const bareAgain = await seconds(() => fetchBare(trace));
  figures.written = await estate.scan();
  figures.again.push(roundOf(bareAgain, figures.written));
}

function roundOf(bare: number, { seconds: scan, rooms }: Scanned): Round {
  const scale = 100_000 / rooms;
  return { bare: bare * scale, scan: scan * scale, added: (scan - bare) * scale };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

const cells = (texts: readonly string[]): string => texts.map((text) => text.padStart(14)).join('');

function middle(rounds: readonly Round[]): Round {
  const of = (name: keyof Round): number => median(rounds.map((round) => round[name]));
  return { bare: of('bare'), scan: of('scan'), added: of('added') };
}

function lineOf(name: string, rounds: readonly Round[]): string {
  const { bare, scan, added } = middle(rounds);
  const all = rounds.map((round) => round.added);
  const range = `${Math.min(...all).toFixed(1)}-${Math.max(...all).toFixed(1)}`;
  return `${name.padEnd(34)}${cells([bare.toFixed(1), scan.toFixed(1), added.toFixed(1), range])}`;
}

function report({ vendor, print }: Bench, kind: StoreKind, { first, again, written }: Figures): boolean {
  print(lineOf(`first scan, ${kind}`, first));
  print(lineOf(`1 % changed, ${kind}`, again));
  const { rooms = 1, written: tables = new Map<string, number>() } = written ?? {};
  const rows = [...tables.values()].reduce((sum, count) => sum + count, 0);
  print(`rows written, 1 % changed: ${[...tables].map(([table, count]) => `${table} ${count}`).join(', ')}`);
  const told = [
    {
      name: `first scan, ${vendor}, into ${kind}: added to the bare fetch of 100,000 rooms`,
      goal: `at most ${mostAdded[kind]} s`,
      measured: `${middle(first).added.toFixed(1)} s`,
      met: middle(first).added <= mostAdded[kind],
    },
    {
      name: `1 % changed, ${vendor}, into ${kind}: added to the bare fetch of 100,000 rooms`,
      goal: `at most ${mostAddedAgain} s`,
      measured: `${middle(again).added.toFixed(1)} s`,
      met: middle(again).added <= mostAddedAgain,
    },
    {
      name: `1 % changed, ${vendor}, into ${kind}: rows written`,
      goal: `at most ${mostWritten * 100} % of the rooms`,
      measured: `${((rows / rooms) * 100).toFixed(2)} %`,
      met: rows / rooms <= mostWritten,
    },
  ];
  // What a scan writes for itself would be more than its rooms.
  if (rooms < fewestRooms) told.pop();
  for (const goal of told) print(goalLine(goal));
  return told.every(({ met }) => met);
}

/** The other side takes its time for each answer, as over a network: one round trip in a database is one answer. */
async function measureLatency(bench: Bench, trace: Trace): Promise<boolean> {
  const { served, vendor, print } = bench;
  if (trace.questions.length < fewest) {
    print(`${latencyMs} ms an answer: not measured, all comes in ${trace.questions.length} answers`);
    return true;
  }
  await served.tell({ latency: latencyMs });
  const ratios: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    const bare = await seconds(() => fetchBare(trace));
    const scanned = await inEstate(bench, 'SQLite', (estate) => estate.scan());
    print(`${latencyMs} ms an answer: bare ${bare.toFixed(1)} s, scan ${scanned.seconds.toFixed(1)} s`);
    ratios.push(scanned.seconds / bare);
  }
  await served.tell({ latency: 0 });
  const ratio = median(ratios);
  const goal = {
    name: `first scan, ${vendor}, ${latencyMs} ms an answer: wall time to the bare fetch`,
    goal: `at most ${mostRatio} x`,
    measured: `${ratio.toFixed(2)} x`,
    met: ratio <= mostRatio,
  };
  print(goalLine(goal));
  return goal.met;
}

/** `node bench/scan.ts [--full] [VENDOR...]` */
if (import.meta.main) {
  const only = process.argv.slice(2).filter((argument) => argument !== '--full');
  await runAlone((print, full) => measureScan(print, full, only));
}
