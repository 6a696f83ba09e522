import { looksLikeHtml } from '../../adapters/contract/answers.ts';
import type {
  Fault,
  SimulatedAnswer,
  SimulatedRequest,
  SimulatorServer,
} from '../../adapters/contract/simulator.ts';
import type { Verdicts } from './compare.ts';
import { judgeScan } from './judge.ts';
import { type Scan, scan } from './scan.ts';
import { type SqlDamage, SqlTape } from './sql-tape.ts';
import type { ContractSpec, Started } from './types.ts';

export interface Recorded {
  key: string;
  request: SimulatedRequest;
  answer: SimulatedAnswer;
}

/** One running simulator with what the undamaged run gave. */
export interface Bench {
  spec: ContractSpec;
  started: Started;
  servers: readonly SimulatorServer[];
  baseline: Scan;
  verdicts: Verdicts;
  recorded: readonly Recorded[];
  /** What the databases answered in the undamaged run. */
  tape: SqlTape;
  /** Requests of collect and check together. */
  requests: readonly SimulatedRequest[];
}

export async function openBench(spec: ContractSpec): Promise<Bench> {
  const started = await spec.start();
  const servers = [started.simulator, ...(started.others ?? [])];
  const recorded = new Map<string, Recorded>();
  for (const server of servers) {
    server.tap = (request, answer) => {
      const key = requestKey(spec, server, request);
      recorded.set(key, { key, request, answer });
      return answer;
    };
  }
  const options = { adapter: spec.adapter, ...scanOptions(spec, started) };
  const tape = new SqlTape();
  const baseline = await scan({ ...options, sql: tape.recorder() });
  const fromCollect = [...recorded.values()];
  await scan({ ...options, check: true });
  const requests = servers.flatMap((server) => server.requests);
  heal(servers);
  return {
    spec,
    started,
    servers,
    baseline,
    verdicts: judgeScan(spec.adapter, baseline),
    recorded: fromCollect,
    tape,
    requests: [...requests],
  };
}

export function requestKey(spec: ContractSpec, server: SimulatorServer, request: SimulatedRequest): string {
  const own = spec.mutate?.key?.(request);
  return `${server.origin} ${own ?? `${request.method} ${request.path}?${request.query}`}`;
}

function scanOptions(spec: ContractSpec, started: Started) {
  return {
    settings: started.settings,
    ...(started.secretValues === undefined ? {} : { secretValues: started.secretValues }),
    ...(spec.tags === undefined ? {} : { tags: spec.tags }),
  };
}

export interface Damage {
  /** On paths that fit; all servers. */
  fault?: { path: RegExp; fault: Fault };
  /** Replaces the body of the answer with this key. */
  replace?: { key: string; body: string };
  live?: boolean;
  check?: boolean;
  timeoutMs?: number;
  settings?: object;
  /** Databases answer as in the undamaged run, or damaged; left out: they are asked. */
  sql?: SqlDamage | 'replayed';
}

export async function run(bench: Bench, damage: Damage = {}): Promise<Scan> {
  const { spec, started, servers, tape } = bench;
  const { replace, fault, sql } = damage;
  for (const server of servers) {
    server.requests.length = 0;
    server.faults = fault === undefined ? [] : [fault];
    server.tap =
      replace === undefined
        ? null
        : (request, answer) =>
            requestKey(spec, server, request) === replace.key ? { ...answer, body: replace.body } : answer;
  }
  try {
    return await scan({
      adapter: spec.adapter,
      ...scanOptions(spec, started),
      ...(damage.settings === undefined ? {} : { settings: damage.settings }),
      ...(damage.live === undefined ? {} : { live: damage.live }),
      ...(damage.check === undefined ? {} : { check: damage.check }),
      ...(damage.timeoutMs === undefined ? {} : { timeoutMs: damage.timeoutMs }),
      ...(sql === undefined ? {} : { sql: tape.player(sql === 'replayed' ? null : sql) }),
    });
  } finally {
    heal(servers);
  }
}

function heal(servers: readonly SimulatorServer[]): void {
  for (const server of servers) {
    server.faults = [];
    server.tap = null;
  }
}

export function exactly(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

/** Base paths of the addresses in the settings, without the origin. */
export function basePaths(settings: object): string[] {
  const bases = new Set<string>();
  walkTexts(settings, (text) => {
    const path = /^https?:/.test(text) ? URL.parse(text)?.pathname.replace(/\/+$/, '') : undefined;
    if (path !== undefined && path !== '') bases.add(path);
  });
  return [...bases];
}

/** The same settings with every text changed. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((member) => mapTexts(member, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, mapTexts(member, change)]),
  ) as T;
}

function walkTexts(value: unknown, see: (text: string) => void): void {
  mapTexts(value, (text) => {
    see(text);
    return text;
  });
}

export function isPage(answer: SimulatedAnswer): boolean {
  return looksLikeHtml(answer.body);
}
