import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { type Logger, pino } from 'pino';
import { reason } from '../../adapters/contract/fact.ts';
import { createToken, type Scope } from '../../src/access/tokens.ts';
import { type Api, type ApiDeps, buildApi } from '../../src/api/server.ts';
import type { Config } from '../../src/config/types.ts';
import { attestingPolicies, binder } from '../../src/scan/bind.ts';
import { type RecordDeps, recordScan } from '../../src/scan/runner.ts';
import { Scheduler } from '../../src/scan/schedule.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { catalogue, config, quiet, t0, target, toyAdapter, type World, world } from '../scan/toy.ts';

export { catalogue, t0, target, world };

/** Ids that would break what is careless: join addresses, slashes, formulas, markup, length. */
export const hostile = {
  talk: 'k3x9w7ab',
  slash: 'a/b c#e%41&f=ü',
  long: `r-${'x'.repeat(298)}`,
  quote: `"><script>'; drop table findings;--`,
};

export interface Stage {
  app: Api;
  store: Store;
  scheduler: Scheduler;
  worlds: { main: World; other: World };
  clock: { now: number };
  logs: string[];
  recording: RecordDeps;
  scan(id: 'main' | 'other'): Promise<string>;
  token(scopes: Scope[], targets?: string[]): Promise<string>;
  get(url: string, token?: string | null, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  call(options: InjectOptions): Promise<LightMyRequestResponse>;
}

export interface StageOptions {
  config?: Partial<Config>;
  deps?: Partial<ApiDeps>;
  main?: Partial<World>;
  other?: Partial<World>;
  scanned?: boolean;
  /** Scans stay queued for ever. */
  stuck?: boolean;
}

const closers: (() => Promise<unknown> | unknown)[] = [];

/** Call after each test, before the stores are closed. */
export async function closeStages(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** Where the engine does not matter. */
export async function embedded(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-api-store-'));
  const store = await openStore({ kind: 'sqlite', file: join(folder, 'roomwarden.db') });
  closers.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => store.close().catch(() => {}),
  );
  return store;
}

/** Two targets of two toy vendors, scanned through the real ledger. */
export async function stage(store: Store, options: StageOptions = {}): Promise<Stage> {
  const clock = { now: t0 };
  const worlds = { main: mainWorld(options.main), other: otherWorld(options.other) };
  const adapters = new Map([
    ['toy', toyAdapter(worlds.main)],
    ['rival', { ...toyAdapter(worlds.other), vendor: 'rival' }],
  ]);
  const configured = config({ targets: targets(), ...options.config });
  const spool = mkdtempSync(join(tmpdir(), 'roomwarden-api-'));
  const bind = binder(catalogue, adapters);
  const key = 'k'.repeat(32);
  const collect = {
    now: () => clock.now,
    log: quiet,
    secret: async () => 'secret',
    attesting: attestingPolicies(catalogue),
  };
  const recording: RecordDeps = { store, key, config: configured, catalogue, bind, adapters, collect, spool };
  let scans = 0;
  const run = async (name: string, id: string, signal = new AbortController().signal): Promise<void> => {
    const chosen = configured.targets.find((each) => each.id === name);
    if (chosen === undefined) throw new Error(`no target ${name}`);
    await recordScan(recording, { id, target: chosen, signal });
  };
  const scheduler = new Scheduler({
    timezone: 'Europe/Berlin',
    concurrency: 1,
    now: () => clock.now,
    newScanId: () => `scan-${++scans}`,
    run:
      options.stuck === true
        ? () => new Promise<void>(() => {})
        : (name, id, signal) => run(name, id, signal),
  });
  const logs: string[] = [];
  const app = await buildApi({
    config: configured,
    catalogue,
    store,
    scheduler,
    bind,
    key,
    now: () => clock.now,
    log: logInto(logs),
    version: '0.0.0-test',
    ...options.deps,
  });
  closers.push(
    () => rmSync(spool, { recursive: true, force: true }),
    () => app.close(),
  );
  let tokens = 0;
  const token = async (scopes: Scope[], only?: string[]): Promise<string> => {
    const wanted = { name: `t${tokens++}`, scopes, ...(only === undefined ? {} : { targets: only }) };
    return (await createToken(store.db, wanted, clock.now)).value;
  };
  const reader = await token(['read']);
  const made: Stage = {
    app,
    store,
    scheduler,
    worlds,
    clock,
    logs,
    recording,
    async scan(name) {
      const id = `scan-${++scans}`;
      worlds[name].now = clock.now;
      await run(name, id);
      clock.now += 60_000;
      return id;
    },
    token,
    get(url, bearer = reader, headers = {}) {
      const authorization = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
      return app.inject({ method: 'GET', url, headers: { ...authorization, ...headers } }) as never;
    },
    call: (request) => app.inject(request) as never,
  };
  if (options.scanned !== false) {
    await made.scan('main');
    await made.scan('other');
  }
  return made;
}

const targets = () => [
  target({
    id: 'main',
    vendor: 'toy',
    settings: {
      id: 'main',
      vendor: 'toy',
      url: 'https://main.example.org',
      owner: { name: 'Fachgebiet 12', contact: { name: 'Kontaktperson Beispiel', phone: '0361 4711' } },
    },
  }),
  target({ id: 'other', vendor: 'rival', settings: { id: 'other', vendor: 'rival' } }),
];

function mainWorld(change: Partial<World> = {}): World {
  return world({
    rooms: [
      { id: 'shut', password: true },
      { id: hostile.talk, name: '=HYPERLINK("http://x")', password: false },
      { id: hostile.slash, name: 'Ä "quoted", room', password: false },
      { id: hostile.long, password: false },
      { id: hostile.quote, name: hostile.quote, password: reason('conflicting') },
    ],
    recordings: [{ id: 'rec/1', age: 30 * 86_400 }],
    presence: true,
    ...change,
  });
}

function otherWorld(change: Partial<World> = {}): World {
  return world({
    rooms: [{ id: 'secret-room', name: 'Geheimraum', password: false }],
    presence: false,
    ...change,
  });
}

function logInto(lines: string[]): Logger {
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return pino({ level: 'debug', base: null }, sink);
}

/** All pages of a list, by its cursor. */
export async function walk<T>(
  { get }: Pick<Stage, 'get'>,
  url: string,
  key: string,
  token?: string,
): Promise<T[]> {
  const found: T[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < 1_000; pages += 1) {
    const next =
      after === null ? url : `${url}${url.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}`;
    const response = await get(next, token);
    if (response.statusCode !== 200) throw new Error(`${next}: ${response.statusCode} ${response.body}`);
    const body = response.json();
    found.push(...body[key]);
    if (body.has_more === false) return found;
    after = body.next_cursor;
  }
  throw new Error('the pages do not end');
}
