import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createToken } from '../src/access/tokens.ts';
import { goalLine, median, type Print, runAlone } from './measure.ts';
import { firstUrl } from './served.ts';
import { fillRooms, settle, storedEstate } from './stored.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const builder = fileURLToPath(new URL('../src/prepared/build.ts', import.meta.url));
const rounds = 5;

interface Took {
  /** Until the first violations were answered. */
  wall: number;
  /** Until a bare `node` with nothing to do ended: what the machine itself takes for a process at that moment. */
  bare: number;
}

/** From the start of the process `serve` to its first page of violations: with few rooms stored, and with many. */
export async function benchStart(print: Print, full: boolean): Promise<boolean> {
  // As `npm ci` and `npm start` do.
  execFileSync(process.execPath, [builder], { stdio: 'inherit' });
  const rooms = full ? 1_000_000 : 100_000;
  const stored = await storedEstate(null);
  try {
    const { value } = await createToken(stored.store.db, { name: 'bench', scopes: ['read'] }, Date.now());
    await stored.store.close();
    const few = await measure(stored.file, value);
    const { openConfiguredStore } = await import('../src/commands/environment.ts');
    const store = await openConfiguredStore(stored.environment.config, false);
    await fillRooms(store, rooms);
    await settle(store);
    await store.close();
    const many = await measure(stored.file, value);
    const met = [told(print, 'few rooms', few, 1), told(print, `${rooms} rooms`, many, 2)];
    return met.every(Boolean);
  } finally {
    await stored.close();
  }
}

function told(print: Print, name: string, took: readonly Took[], goal: number): boolean {
  const wall = median(took.map((one) => one.wall)) / 1000;
  const bare = median(took.map((one) => one.bare)) / 1000;
  print(`${name}: ${wall.toFixed(2)} s; an empty node process took ${bare.toFixed(2)} s beside it`);
  const met = wall < goal;
  print(
    goalLine({
      name: `start to first answer, ${name}`,
      goal: `under ${goal} s`,
      measured: `${wall.toFixed(2)} s`,
      met,
    }),
  );
  return met;
}

async function measure(file: string, token: string): Promise<Took[]> {
  const took: Took[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    // The first one ends in order: only then it keeps what it compiled, as every service does that has run for a while.
    const one = { wall: await started(file, token, round === 0 ? 'SIGTERM' : 'SIGKILL'), bare: await bare() };
    if (round > 0) took.push(one);
  }
  return took;
}

async function started(file: string, token: string, end: 'SIGTERM' | 'SIGKILL'): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, [main, 'serve', '--config', file, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  try {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${await firstUrl(child)}/api/v1/violations`, { headers });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`the first answer was ${response.status}`);
    return performance.now() - begin;
  } finally {
    child.kill(end);
    await ended;
  }
}

async function bare(): Promise<number> {
  const begin = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - begin;
}

if (import.meta.main) await runAlone(benchStart);
