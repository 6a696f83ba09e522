import { readFile } from 'node:fs/promises';
import type { Adapter, AdapterContext, Log, SourceCheck, Target } from '../../adapters/contract/adapter.ts';
import { createHttp, type HttpDeps } from '../../adapters/contract/http-client.ts';
import type { ReadOnlySql, SqlOptions } from '../../adapters/contract/sql.ts';
import { openSql } from '../../adapters/contract/sql-client.ts';
import type { Item, SourceOutcome, Subject } from '../../adapters/contract/subject.ts';
import { CommonTarget, type SecretRef } from '../../adapters/contract/target.ts';

/** Everything that one run of an adapter gave, in order. */
export interface Scan {
  items: Item[];
  subjects: Map<string, Subject>;
  outcomes: Map<string, SourceOutcome>;
  checks: SourceCheck[];
  log: string[];
  /** What collect or check threw; nothing is allowed to. */
  errors: string[];
}

export interface ScanOptions {
  adapter: Adapter;
  settings: object;
  /** Secret values by environment name or file path; else the environment and the disk are read. */
  secretValues?: Readonly<Record<string, string>>;
  tags?: Readonly<Record<string, readonly string[]>>;
  live?: boolean;
  check?: boolean;
  now?: number;
  /** A clock that goes on when an adapter waits; else it stands still. */
  clock?: { now(): number; sleep(ms: number): Promise<void> };
  timeoutMs?: number;
  /** Stands between the adapter and its databases. */
  sql?: (options: SqlOptions, client: ReadOnlySql) => ReadOnlySql;
}

/** Noon of a day after every vendor's release list. */
export const scanTime = Date.UTC(2026, 10, 21, 12, 0, 0);

export const subjectKey = (subject: Pick<Subject, 'kind' | 'id'>): string => `${subject.kind} ${subject.id}`;

export function targetOf(adapter: Adapter, settings: object): Target<never> {
  const entries = Object.entries(settings);
  const common = entries.filter(([key]) => Object.hasOwn(CommonTarget.shape, key));
  const own = entries.filter(([key]) => !Object.hasOwn(CommonTarget.shape, key));
  const id = `${adapter.vendor}-contract`;
  return {
    id,
    settings: {
      ...CommonTarget.parse({ id, vendor: adapter.vendor, ...Object.fromEntries(common) }),
      ...adapter.configuration.parse(Object.fromEntries(own)),
    } as never,
  };
}

export function capturingLog(lines: string[]): Log {
  const write =
    (level: string) =>
    (fields: object, message: string): void => {
      const shown = JSON.stringify(fields, (_key, value: unknown) =>
        value instanceof Error ? `${value.stack} ${JSON.stringify(value)} ${String(value.cause)}` : value,
      );
      lines.push(`${level} ${message} ${shown}`);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** Context as the product gives it, but that no call waits and the clock stands still. */
export async function scan(options: ScanOptions): Promise<Scan> {
  const found: Scan = {
    items: [],
    subjects: new Map(),
    outcomes: new Map(),
    checks: [],
    log: [],
    errors: [],
  };
  const clients: { close(): void }[] = [];
  const now = (): number => options.clock?.now() ?? options.now ?? scanTime;
  const sleep = async (ms: number): Promise<void> => options.clock?.sleep(ms);
  const signal = new AbortController().signal;
  const log = capturingLog(found.log);
  const deps: HttpDeps = { now, log, signal, sleep: async () => {} };
  const context: AdapterContext = {
    http(http) {
      const timeoutMs = Math.min(http.timeoutMs ?? 30_000, options.timeoutMs ?? 30_000);
      const client = createHttp({ ...http, timeoutMs }, deps);
      clients.push(client);
      return client;
    },
    sql(sql) {
      const timeoutMs = Math.min(sql.timeoutMs ?? 30_000, options.timeoutMs ?? 30_000);
      const client = openSql({ ...sql, timeoutMs }, deps);
      clients.push(client);
      return options.sql?.(sql, client) ?? client;
    },
    now,
    sleep,
    log,
    signal,
    secret: (ref) => readSecret(ref, options.secretValues ?? {}),
    tags: options.tags ?? {},
    live: options.live ?? false,
  };
  const target = targetOf(options.adapter, options.settings);
  try {
    for await (const item of options.adapter.collect(target, context)) {
      found.items.push(item);
      if ('subject' in item) found.subjects.set(subjectKey(item.subject), item.subject);
      else found.outcomes.set(item.source.source, item.source);
    }
  } catch (error) {
    found.errors.push(describeError('collect', error));
  }
  try {
    if (options.check === true) {
      for await (const line of options.adapter.check(target, context)) found.checks.push(line);
    }
  } catch (error) {
    found.errors.push(describeError('check', error));
  }
  for (const client of clients) client.close();
  return found;
}

function describeError(where: string, error: unknown): string {
  return error instanceof Error ? `${where} threw ${error.stack}` : `${where} threw ${String(error)}`;
}

async function readSecret(ref: SecretRef, values: Readonly<Record<string, string>>): Promise<string> {
  const name = 'env' in ref ? ref.env : ref.file;
  const value = values[name] ?? ('env' in ref ? process.env[ref.env] : await readFile(ref.file, 'utf8'));
  if (value === undefined) throw new Error(`the test gives no secret named ${name}`);
  return value.trim();
}
