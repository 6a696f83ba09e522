import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { createToken } from '../src/access/tokens.ts';
import { start } from '../test/store/postgres.ts';
import { goalLine, median, type Print, runAlone } from './measure.ts';
import { serve } from './served.ts';
import { fillEvents, fillFindings, settle, storedEstate } from './stored.ts';

interface Took {
  seconds: number;
  bytes: number;
}

/** The feed as NDJSON over HTTP against `COPY events TO STDOUT` of the same rows; both readers only count bytes. */
export async function benchCopy(print: Print, full: boolean): Promise<boolean> {
  const events = full ? 1_000_000 : 100_000;
  const rounds = 3;
  const server = await start();
  const closers: (() => Promise<unknown>)[] = [() => server.stop()];
  try {
    const stored = await storedEstate(server.url);
    closers.unshift(() => stored.close());
    await fillFindings(stored.store, Math.ceil(events * 1.05));
    await fillEvents(stored.store, events);
    await settle(stored.store);
    const { value: token } = await createToken(
      stored.store.db,
      { name: 'bench', scopes: ['feed'] },
      Date.now(),
    );
    const { head } = await stored.store.feed();
    const api = await serve('./http-server.ts', [stored.file]);
    closers.unshift(api.stop);
    const [copies, feeds]: [Took[], Took[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1) {
      const copy = await inProcess(['copy', server.url]);
      const feed = await inProcess(['feed', api.url, token]);
      if (round === 0) continue;
      copies.push(copy);
      feeds.push(feed);
    }
    print(`PostgreSQL, ${head} events`);
    const [copy, feed] = [perSecond(copies, head), perSecond(feeds, head)];
    for (const [name, took, rate] of [
      ['COPY', copies, copy],
      ['feed', feeds, feed],
    ] as const) {
      const megabytes = Math.round((took[0]?.bytes ?? 0) / 2 ** 20);
      print(`${name}${rate.toFixed(0).padStart(10)} events/s, ${megabytes} MB`);
    }
    const ratio = feed / copy;
    print(
      goalLine({
        name: `feed as NDJSON to COPY, ${events} events`,
        goal: 'at least 0.5',
        measured: ratio.toFixed(2),
        met: ratio >= 0.5,
      }),
    );
    return ratio >= 0.5;
  } finally {
    for (const close of closers) await close();
  }
}

const perSecond = (took: readonly Took[], events: number): number =>
  events / median(took.map(({ seconds }) => seconds));

/** Each reader in a process of its own. */
async function inProcess(args: readonly string[]): Promise<Took> {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(import.meta.url), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout?.on('data', (chunk) => {
    told += String(chunk);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`a reader ended with ${code}`);
  return JSON.parse(told) as Took;
}

async function readFeed(url: string, token: string): Promise<Took> {
  const begin = performance.now();
  let [after, bytes] = ['', 0];
  for (;;) {
    const { size, next, more } = await one(`${url}/api/v1/events${after}`, token);
    bytes += size;
    if (!more) return { seconds: (performance.now() - begin) / 1000, bytes };
    after = `?after=${next}`;
  }
}

function one(url: string, token: string): Promise<{ size: number; next: string; more: boolean }> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/x-ndjson' };
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}`));
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (!response.complete) return reject(new Error('the feed broke off'));
        resolve({
          size,
          next: String(response.headers['x-next-cursor']),
          more: response.headers.link !== undefined,
        });
      });
    }).on('error', reject);
  });
}

/** What `pg` does with each row would count against COPY: its socket is read past it. */
async function readCopy(url: string): Promise<Took> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners('data');
  const statement = Buffer.from('COPY (SELECT * FROM events ORDER BY seq) TO STDOUT\0');
  const head = Buffer.from([0x51, 0, 0, 0, 0]);
  head.writeUInt32BE(statement.length + 4, 1);
  const begin = performance.now();
  const took = new Promise<Took>((resolve) => {
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // ReadyForQuery, idle.
      if (chunk.subarray(-6).equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]))) {
        resolve({ seconds: (performance.now() - begin) / 1000, bytes });
      }
    });
  });
  stream.write(Buffer.concat([head, statement]));
  const found = await took;
  stream.destroy();
  return found;
}

if (import.meta.main) {
  const [what, url = '', token = ''] = process.argv.slice(2);
  if (what === 'copy' || what === 'feed') {
    const took = what === 'copy' ? await readCopy(url) : await readFeed(url, token);
    process.stdout.write(JSON.stringify(took));
    process.exit(0);
  }
  await runAlone(benchCopy);
}
