import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { startBigBlueButton } from '../adapters/bigbluebutton/simulator.ts';
import { smallWorld, startTalk } from '../adapters/nextcloud-talk/simulator.ts';
import { start } from '../test/store/postgres.ts';
import { goalLine, machine, type Print, runAlone } from './measure.ts';
import type { MemoryFigures } from './memory-child.ts';
import { fillGreenlight, fillTalkPostgres, fillTalkSqlite, freshDatabase } from './tables.ts';

/** Bytes for each room that there is more. */
const mostEach = 64;
const mostAtMillion = 400e6;
/** Without them the engine lets garbage lie as long as the machine has room. */
const limited = ['--max-old-space-size=192', '--max-semi-space-size=16'];
const child = fileURLToPath(new URL('./memory-child.ts', import.meta.url));

type Prepared = { target: object; secrets: Record<string, string> };

interface Source {
  name: string;
  /** @returns keys of the target and values of its secrets, by file */
  prepare(rooms: number): Promise<Prepared>;
}

interface Sources {
  all: readonly [greenlight: Source, talkSqlite: Source, talkPostgres: Source];
  folder: string;
  close(): Promise<void>;
}

/**
 * What many rooms need more than a tenth of them, from the database to the ledger; `full`: also what a million need. The
 * sources share the machine: this is about memory, not time.
 */
export async function measureMemory(print: Print, full: boolean): Promise<boolean> {
  print(machine());
  const sources = await openSources();
  try {
    const [greenlight, talkSqlite] = sources.all;
    const chosen = full ? sources.all : [greenlight, talkSqlite];
    const sizes: Sizes = full ? [10_000, 100_000] : [5_000, 50_000];
    print(`${'source'.padEnd(24)}${columns.map((column) => column.padStart(14)).join('')}`);
    const kept = await Promise.all(chosen.map((source) => measureGrowth(source, sources, sizes, print)));
    if (full) kept.push(await measureMillion(talkSqlite, sources, print));
    return kept.every(Boolean);
  } finally {
    await sources.close();
  }
}

type Sizes = readonly [few: number, many: number];

async function openSources(): Promise<Sources> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-memory-'));
  const postgres = await start();
  const secret = 'simulated-secret-0123456789abcdefghijk';
  const bbb = await startBigBlueButton({ secret, version: '3.0.20' });
  const talk = await startTalk({ ...smallWorld(Date.now()), rooms: [] });
  const talkTarget = { vendor: 'nextcloud-talk', url: talk.server.origin, user: talk.world.user };
  const talkOf = (database: string): Prepared => ({
    target: { ...talkTarget, password: { file: 'password' }, database: { file: 'database' } },
    secrets: { password: talk.world.password, database },
  });
  const greenlight: Source = {
    name: 'Greenlight, PostgreSQL',
    async prepare(rooms) {
      const database = await freshDatabase(postgres.url, `greenlight_${rooms}`);
      await fillGreenlight(database, rooms);
      const stored = { database: { file: 'database' } };
      const target = { vendor: 'bigbluebutton', url: bbb.url, secret: { file: 'password' } };
      return { target: { ...target, greenlight: stored }, secrets: { password: secret, database } };
    },
  };
  const talkSqlite: Source = {
    name: 'Talk, SQLite',
    async prepare(rooms) {
      const file = join(folder, `talk-${rooms}.db`);
      fillTalkSqlite(file, rooms);
      return talkOf(`sqlite:${file}`);
    },
  };
  const talkPostgres: Source = {
    name: 'Talk, PostgreSQL',
    async prepare(rooms) {
      const database = await freshDatabase(postgres.url, `talk_${rooms}`);
      await fillTalkPostgres(database, rooms);
      return talkOf(database);
    },
  };
  const close = async (): Promise<void> => {
    await Promise.all([bbb.close(), talk.server.close(), postgres.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { all: [greenlight, talkSqlite, talkPostgres], folder, close };
}

const columns = ['rooms', 'alive, MB', 'highest, MB', 'resident, MB', 'looks', 'seconds'];
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

/** The last third of a phase has seen five sixths of the rooms. */
const seenThen = 5 / 6;

/** As many looks at the many rooms as at the few. */
const looksEvery = (rooms: number): number => Math.round(rooms / 16);

async function measureGrowth(
  source: Source,
  { folder }: Sources,
  sizes: Sizes,
  print: Print,
): Promise<boolean> {
  const alive: number[] = [];
  for (const rooms of sizes) {
    const figures = await scanned(source, rooms, folder, { rounds: 2, interval: looksEvery(rooms) });
    alive.push(figures.live);
    print(lineOf(source, figures));
  }
  const [few = 0, many = 0] = alive;
  const each = (many - few) / (sizes[1] - sizes[0]) / seenThen;
  const goal = {
    name: `memory, ${source.name}, ${sizes[1]} rooms to ${sizes[0]}`,
    goal: `at most ${mostEach} bytes a room more`,
    measured: `${each.toFixed(0)} bytes`,
    met: each <= mostEach,
  };
  print(goalLine(goal));
  return goal.met;
}

/** Nobody looks: garbage is collected when the engine wants to, as in a service that is told to keep to so much. */
async function measureMillion(source: Source, { folder }: Sources, print: Print): Promise<boolean> {
  const figures = await scanned(source, 1_000_000, folder, { rounds: 1, interval: 0 });
  print(lineOf(source, figures));
  const goal = {
    name: `memory, ${source.name}, ${figures.rooms} rooms, most that the process held`,
    goal: `at most ${megabytes(mostAtMillion)} MB`,
    measured: `${megabytes(figures.resident)} MB`,
    met: figures.resident <= mostAtMillion,
  };
  print(goalLine(goal));
  return goal.met;
}

function lineOf({ name }: Source, figures: MemoryFigures): string {
  const { rooms, live, highest, resident, looks, seconds, phase } = figures;
  const sizes = [live, highest, resident].map(megabytes);
  const cells = [`${rooms}`, ...sizes, `${looks}`, seconds.toFixed(0)];
  return `${name.padEnd(24)}${cells.map((cell) => cell.padStart(14)).join('')}  ${phase}`;
}

async function scanned(
  { name, prepare }: Source,
  rooms: number,
  folder: string,
  { rounds, interval }: { rounds: number; interval: number },
): Promise<MemoryFigures> {
  const { target, secrets } = await prepare(rooms);
  const home = join(folder, `${name}-${rooms}`);
  mkdirSync(home, { recursive: true });
  for (const [file, value] of Object.entries(secrets))
    writeFileSync(join(home, file), value, { mode: 0o600 });
  const configuration = join(home, 'roomwarden.yaml');
  writeFileSync(configuration, stringify({ targets: [{ id: 'bench', ...target }] }));
  const flags = interval === 0 ? limited : ['--expose-gc'];
  const args = [...flags, child, configuration, `${rounds}`, `${interval}`];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e7 });
  process.stderr.write(stderr);
  rmSync(home, { recursive: true, force: true });
  return JSON.parse(stdout) as MemoryFigures;
}

if (import.meta.main) await runAlone(measureMemory);
