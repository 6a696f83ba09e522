import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createToken } from '../src/access/tokens.ts';
import { start } from '../test/store/postgres.ts';
import { goalLine, median, type Print, runAlone } from './measure.ts';
import { serve } from './served.ts';
import { fillFindings, type Stored, settle, storedEstate } from './stored.ts';

const run = promisify(execFile);
const autocannon = createRequire(import.meta.url).resolve('autocannon');
const filter = 'severity=medium&kind=room&target=demo-cloud&target=demo-meet&limit=200';
const rounds = 5;
const connections = 8;

interface Case {
  name: string;
  url: string;
  headers: Record<string, string>;
}

/**
 * `GET /violations` with filters, and the same call with its ETag, against a bare Fastify route that gives the same
 * bytes. Rounds take turns; the load comes from a process of its own.
 */
export async function benchHttp(print: Print, full: boolean): Promise<boolean> {
  const findings = full ? 1_000_000 : 100_000;
  const embedded = await measure(print, { findings, url: null, seconds: full ? 3 : 1.5 });
  if (!full) return embedded;
  const server = await start();
  try {
    await measure(print, { findings, url: server.url, seconds: 3 });
  } finally {
    await server.stop();
  }
  return embedded;
}

interface Size {
  findings: number;
  /** Null: SQLite. */
  url: string | null;
  seconds: number;
}

async function measure(print: Print, { findings, url, seconds }: Size): Promise<boolean> {
  const stored = await storedEstate(url);
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-bench-http-'));
  const closers = [() => stored.close(), () => rmSync(folder, { recursive: true, force: true })];
  try {
    await fillFindings(stored.store, findings);
    await settle(stored.store);
    const token = await tokenOf(stored);
    const api = await serve('./http-server.ts', [stored.file]);
    closers.unshift(api.stop);
    const address = `${api.url}/api/v1/violations?${filter}`;
    const headers = { authorization: `Bearer ${token}` };
    const first = performance.now();
    const page = await answerOf(address, headers);
    const alone = performance.now() - first;
    const unchanged = { ...headers, 'if-none-match': page.headers['etag'] ?? '' };
    const poll = await answerOf(address, unchanged);
    if (poll.status !== 304) throw new Error(`an unchanged poll gave ${poll.status}`);
    const files = [page, poll].map((answer, index) => {
      const file = join(folder, `${index}.json`);
      writeFileSync(file, JSON.stringify(answer));
      return file;
    });
    const bare = await serve('./http-bare.ts', files);
    closers.unshift(bare.stop);
    print(`${stored.store.dialect}, ${findings} findings, ${filter}`);
    print(
      `page of ${Math.round((page.body.length * 0.75) / 1024)} KB; the first after a change takes ${alone.toFixed(0)} ms`,
    );
    const cases: Case[] = [
      { name: 'page, bare', url: `${bare.url}/0`, headers: {} },
      { name: 'page', url: address, headers },
      { name: 'poll, bare', url: `${bare.url}/1`, headers: {} },
      { name: 'poll', url: address, headers: unchanged },
    ];
    const found = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
    for (let round = 0; round <= rounds; round += 1) {
      for (const one of cases) {
        const perSecond = await load(one, round === 0 ? 0.5 : seconds);
        if (round > 0) found.get(one.name)?.push(perSecond);
      }
    }
    const middle = (name: string): number => median(found.get(name) ?? []);
    for (const { name } of cases) print(`${name.padEnd(12)}${middle(name).toFixed(0).padStart(8)} calls/s`);
    const pages = await uncached(address, headers, stored, seconds);
    print(`page, each another one${pages.toFixed(0).padStart(6)} calls/s one after the other`);
    const page200 = middle('page') / middle('page, bare');
    const poll304 = middle('poll') / middle('poll, bare');
    const name = `${stored.store.dialect}, ${findings} findings`;
    print(`poll against the bare page${(middle('poll') / middle('page, bare')).toFixed(2).padStart(6)}`);
    print(
      goalLine({
        name: `GET /violations to bare route, ${name}`,
        goal: 'at least 0.6',
        measured: page200.toFixed(2),
        met: page200 >= 0.6,
      }),
    );
    print(
      goalLine({
        name: `unchanged poll to bare 304, ${name}`,
        goal: 'at least 0.9',
        measured: poll304.toFixed(2),
        met: poll304 >= 0.9,
      }),
    );
    return page200 >= 0.6 && poll304 >= 0.9;
  } finally {
    for (const close of closers) await close();
  }
}

async function tokenOf({ store }: Stored): Promise<string> {
  return (await createToken(store.db, { name: 'bench', scopes: ['read'] }, Date.now())).value;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const ofConnection = new Set(['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding']);

async function answerOf(url: string, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, { headers: { ...headers, 'accept-encoding': 'identity' } });
  const body = Buffer.from(await response.arrayBuffer()).toString('base64');
  const told = [...response.headers].filter(([name]) => !ofConnection.has(name));
  return { status: response.status, headers: Object.fromEntries(told), body };
}

/** Calls per second over all connections. */
async function load({ url, headers }: Case, seconds: number): Promise<number> {
  const told = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const args = [autocannon, '--json', '-n', '-c', String(connections), '-d', String(seconds), ...told, url];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 24 });
  const { requests, duration, errors, non2xx, statusCodeStats } = JSON.parse(stdout);
  const strange = Object.keys(statusCodeStats ?? {}).filter((code) => code !== '200' && code !== '304');
  if (errors > 0 || strange.length > 0) throw new Error(`${url}: ${errors} errors, ${non2xx}, ${strange}`);
  return requests.total / duration;
}

/** Pages one after the other through the list: none has been asked for before. */
async function uncached(
  url: string,
  headers: Record<string, string>,
  _: Stored,
  seconds: number,
): Promise<number> {
  const begin = performance.now();
  let after = '';
  let pages = 0;
  while (performance.now() - begin < seconds * 1000) {
    const response = await fetch(`${url}${after}`, {
      headers: { ...headers, 'accept-encoding': 'identity' },
    });
    const { next_cursor } = (await response.json()) as { next_cursor: string | null };
    pages += 1;
    if (next_cursor === null) break;
    after = `&after=${next_cursor}`;
  }
  return pages / ((performance.now() - begin) / 1000);
}

if (import.meta.main) await runAlone(benchHttp);
