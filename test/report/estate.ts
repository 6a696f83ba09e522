import { pino } from 'pino';
import { createToken } from '../../src/access/tokens.ts';
import { buildApi } from '../../src/api/server.ts';
import { openConfiguredStore, openEnvironment } from '../../src/commands/environment.ts';
import { makeFolder, recordDeps } from '../../src/commands/recording.ts';
import { startEstate } from '../../src/demo/estate.ts';
import type { Document, Table } from '../../src/report/types.ts';
import { recordScan } from '../../src/scan/runner.ts';

/** Nobody has looked at it for two days. */
export const stale = 'demo-bbb-schule';

export interface ReportedEstate {
  configuration: string;
  get(url: string, accept?: string): Promise<string>;
  json<T>(url: string): Promise<T>;
  close(): Promise<void>;
}

/** The demo estate as of now, in this process, scanned through the real ledger. */
export async function reportedEstate(now: number): Promise<ReportedEstate> {
  const estate = await startEstate(now);
  const environment = await openEnvironment(estate.configuration);
  makeFolder(environment.config.data);
  const store = await openConfiguredStore(environment.config, false);
  const deps = await recordDeps(environment, store);
  for (const target of environment.config.targets) {
    const at = target.id === stale ? now - 2 * 86_400_000 : now;
    const collect = { ...deps.collect, now: () => at };
    const signal = new AbortController().signal;
    await recordScan({ ...deps, collect }, { id: `scan-${target.id}`, target, signal });
  }
  const app = await buildApi({
    ...environment,
    store,
    scheduler: { request: async () => ({ id: '', state: 'queued' }), activeScan: () => null } as never,
    now: () => now,
    key: deps.key,
    version: '0.0.0-test',
    log: pino({ level: 'silent' }),
  });
  const { value } = await createToken(store.db, { name: 't', scopes: ['read', 'feed'] }, now);
  const get = async (url: string, accept = '*/*'): Promise<string> => {
    const headers = { authorization: `Bearer ${value}`, accept };
    const response = await app.inject({ method: 'GET', url, headers });
    if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${response.body}`);
    return response.body;
  };
  return {
    configuration: estate.configuration,
    get,
    json: async (url) => JSON.parse(await get(url, 'application/json')),
    async close() {
      await app.close();
      await store.close();
      await estate.close();
    },
  };
}

/** RFC 4180, as a spreadsheet reads it: rows by the titles of their columns. */
export function rows(csv: string, separator: string): Record<string, string>[] {
  const lines: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const text = csv.replace(/^\uFEFF/, '');
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === '"' && quoted && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (!quoted && (sign === separator || sign === '\n')) {
      lines.at(-1)?.push(cell.replace(/\r$/, ''));
      cell = '';
      if (sign === '\n') lines.push([]);
    } else cell += sign;
  }
  const [head = [], ...rest] = lines.slice(0, -1);
  return rest.map((line) => Object.fromEntries(head.map((name, at) => [name, line[at] ?? ''])));
}

export function tableOf({ blocks }: Document, id: string): Table {
  const all = blocks.flatMap((block) => (block.type === 'pair' ? [...block.left, ...block.right] : [block]));
  const found = all.find((block): block is Table => block.type === 'table' && block.id === id);
  if (found === undefined) throw new Error(`no table ${id}`);
  return found;
}

export const sum = (numbers: readonly unknown[]): number =>
  numbers.reduce<number>((all, n) => all + Number(n), 0);
