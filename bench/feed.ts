import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openStore } from '../src/store/index.ts';
import { closeStages, stage } from '../test/api/helper.ts';
import { start } from '../test/store/postgres.ts';
import type { Writing } from './feed-writer.ts';
import { goalLine } from './measure.ts';

export interface FeedRun {
  url: string;
  events: number;
  writers: number;
  /** Events of the largest transaction. */
  largest: number;
  /** Called after each page. */
  onProgress?: (events: number) => void;
}

export interface FeedResult {
  events: number;
  findings: number;
  seconds: number;
  /** Until the last writer was done. */
  writing: number;
  polls: number;
  /** Polls that found nothing new. */
  empty: number;
  /** What was wrong; empty when nothing was missed, doubled or out of order. */
  faults: string[];
}

interface Told {
  seq: number;
  uid: string;
  finding: { changed_at: string };
}

const firstChange = Date.UTC(2026, 0, 1);
const findingsOfOne = 500;
const writerFile = fileURLToPath(new URL('./feed-writer.ts', import.meta.url));

/**
 * Several processes write while one reader polls `GET /api/v1/events` over HTTP all the while, and checks every event:
 * numbers without gap, changes of each finding in their order and complete.
 */
export async function measureFeed({
  url,
  events,
  writers,
  largest,
  onProgress,
}: FeedRun): Promise<FeedResult> {
  const store = await openStore({ kind: 'postgres', url });
  const limits = { address: 1e9, token: 1e9 };
  const made = await stage(store, { scanned: false, deps: { limits } });
  const token = await made.token(['feed']);
  const address = await made.app.listen({ host: '127.0.0.1', port: 0 });
  const begin = performance.now();
  const each = Math.floor(events / writers);
  const state = { writing: true, seconds: 0 };
  const work = Promise.all(
    Array.from({ length: writers }, (_, writer) => {
      const share = writer === 0 ? events - each * (writers - 1) : each;
      return write({ url, writer, events: share, findings: findingsOfOne, largest });
    }),
  ).finally(() => {
    state.writing = false;
    state.seconds = (performance.now() - begin) / 1000;
  });
  work.catch(() => {});
  const check = new Check();
  let [after, polls, empty] = ['', 0, 0];
  for (;;) {
    const last = !state.writing;
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${address}/api/v1/events?limit=1000${after}`, { headers });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const page = (await response.json()) as { events: Told[]; next_cursor: string };
    polls += 1;
    if (page.events.length === 0) empty += 1;
    for (const event of page.events) check.take(event);
    onProgress?.(check.events);
    if (last && page.events.length === 0) break;
    after = `&after=${page.next_cursor}`;
  }
  await work;
  const seconds = (performance.now() - begin) / 1000;
  await closeStages();
  await store.close();
  if (check.events !== events) check.faults.push(`${check.events} of ${events} events were read`);
  const { faults, findings } = check;
  return { events: check.events, findings, seconds, writing: state.seconds, polls, empty, faults };
}

class Check {
  events = 0;
  readonly faults: string[] = [];
  readonly #changes = new Map<string, number>();

  get findings(): number {
    return this.#changes.size;
  }

  take({ seq, uid, finding }: Told): void {
    this.events += 1;
    if (seq !== this.events) this.#fault(`number ${seq} where ${this.events} was due`);
    const change = Date.parse(finding.changed_at) - firstChange;
    const due = this.#changes.get(uid) ?? 0;
    if (change !== due) this.#fault(`finding ${uid}: change ${change} where ${due} was due`);
    this.#changes.set(uid, change + 1);
  }

  #fault(text: string): void {
    if (this.faults.length < 20) this.faults.push(text);
  }
}

function write(writing: Writing): Promise<void> {
  const child = spawn(process.execPath, [writerFile, JSON.stringify(writing)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`a writer ended with ${code}`)),
    );
  });
}

if (import.meta.main) {
  const events = Number(process.argv[2] ?? 1_000_000);
  const server = await start();
  let shown = 0;
  const onProgress = (read: number): void => {
    if (read - shown < 100_000) return;
    shown = read;
    process.stderr.write(`${read} read\n`);
  };
  try {
    const result = await measureFeed({ url: server.url, events, writers: 8, largest: 400, onProgress });
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    const { faults, writing, seconds } = result;
    const behind = (seconds - writing).toFixed(1);
    const goal = {
      name: `feed, ${events} events of 8 processes read while they are written`,
      goal: 'none missed, doubled or out of order',
      measured: `${faults.length} faults, done ${behind} s after the last writer`,
      met: faults.length === 0,
    };
    process.stdout.write(`${goalLine(goal)}\n`);
    if (!goal.met) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}
