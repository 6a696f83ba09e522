import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Adapter, FactSource, Log } from '../../adapters/contract/adapter.ts';
import { type Evidence, type Fact, hole, known, type Reason, reason } from '../../adapters/contract/fact.ts';
import type { Item, Population, SourceOutcome, Subject } from '../../adapters/contract/subject.ts';
import type { Config, ConfiguredTarget } from '../../src/config/types.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { attestingPolicies, binder } from '../../src/scan/bind.ts';
import type { RecordDeps } from '../../src/scan/runner.ts';
import type { Store } from '../../src/store/index.ts';

export const t0 = Date.UTC(2026, 10, 1, 8);
const folder = fileURLToPath(new URL('./policies', import.meta.url));

/** A vendor whose answers a test sets. */
export interface World {
  rooms: { id: string; name?: string; password: boolean | Reason; aliases?: string[] }[];
  recordings: { id: string; age: number; room?: string }[];
  presence: boolean | Reason;
  population: Population;
  /** How each source ends; default complete. */
  outcomes: Partial<Record<'site' | 'list' | 'detail' | 'recordings', SourceOutcome['state']>>;
  why: Reason;
  now: number;
  /** Called before each room. */
  before?: (index: number) => void | Promise<void>;
}

export const world = (change: Partial<World> = {}): World => ({
  rooms: [
    { id: 'open', password: false },
    { id: 'shut', password: true },
  ],
  recordings: [],
  presence: false,
  population: 'visible',
  outcomes: {},
  why: reason('unreachable', 'HTTP 503'),
  now: t0,
  ...change,
});

const facts: FactSource[] = [
  { fact: 'presence_status_feature_enabled', source: 'site', proves: 'both' },
  { fact: 'room_kind', source: 'list', proves: 'value' },
  { fact: 'room_conference_possible', source: 'list', proves: 'both' },
  { fact: 'room_tags', source: 'list', proves: 'value' },
  { fact: 'room_password_required', source: 'detail', proves: 'both' },
  { fact: 'room_waiting_room_enabled', source: 'detail', proves: 'both' },
  { fact: 'recording.state', source: 'recordings', proves: 'value' },
  { fact: 'recording.age', source: 'recordings', proves: 'value' },
];

export function toyAdapter(state: World): Adapter {
  const evidence = (source: string, id: string): Evidence => ({
    source,
    locator: `GET /${source}/${id}`,
    path: `${source}.value`,
    observed_at: state.now,
    provenance: 'direct',
    force: 'enforced',
  });
  const fact = (
    source: 'site' | 'list' | 'detail' | 'recordings',
    id: string,
    value: boolean | Reason,
  ): Fact => {
    if (state.outcomes[source] === 'failed') return hole(state.why, evidence(source, id));
    return typeof value === 'boolean'
      ? known(value, evidence(source, id))
      : hole(value, evidence(source, id));
  };
  const room = (entry: World['rooms'][number]): Subject => ({
    kind: 'room',
    id: entry.id,
    name: entry.name ?? `Room ${entry.id}`,
    ...(entry.aliases === undefined ? {} : { aliases: entry.aliases }),
    facts: {
      room_kind: known('conference', evidence('list', entry.id)),
      room_conference_possible: known(true, evidence('list', entry.id)),
      room_tags: known({ items: [], complete: true }, evidence('configuration', '')),
      room_password_required: fact('detail', entry.id, entry.password),
      room_waiting_room_enabled: fact('detail', entry.id, false),
    },
  });
  const outcome = (source: keyof World['outcomes'], population: Population, count: number): Item => {
    const end = state.outcomes[source] ?? 'complete';
    return {
      source: { source, population, state: end, count, ...(end === 'complete' ? {} : { reason: state.why }) },
    };
  };
  return {
    vendor: 'toy',
    configuration: z.object({}),
    sources: [
      { id: 'list', calls: [], population: 'all', lists: ['room'], adds: { de: '', en: '' } },
      { id: 'recordings', calls: [], population: 'all', lists: ['recording'], adds: { de: '', en: '' } },
    ],
    facts,
    async *check() {},
    async *collect(): AsyncGenerator<Item> {
      if (state.outcomes.recordings !== 'failed') {
        for (const { id, age, room } of state.recordings) {
          yield {
            subject: {
              kind: 'recording',
              id,
              name: null,
              facts: {
                'recording.state': known('published', evidence('recordings', id)),
                'recording.age': known(age, evidence('recordings', id)),
                ...(room === undefined
                  ? {}
                  : { 'recording.room_id': known(room, evidence('recordings', id)) }),
              },
            },
          };
        }
      }
      yield outcome('recordings', 'all', state.recordings.length);
      const presence = { presence_status_feature_enabled: fact('site', '', state.presence) };
      yield { subject: { kind: 'deployment', id: '-', name: 'Toy', facts: presence } };
      yield outcome('site', 'all', 1);
      if (state.outcomes.list !== 'failed') {
        for (const [index, entry] of state.rooms.entries()) {
          await state.before?.(index);
          yield { subject: room(entry) };
        }
      }
      yield outcome('list', state.population, state.rooms.length);
      yield outcome('detail', state.population, state.rooms.length);
    },
  };
}

export const target = (change: Partial<ConfiguredTarget> = {}): ConfiguredTarget => ({
  id: 't',
  vendor: 'toy',
  settings: { id: 't', vendor: 'toy' },
  schedule: null,
  freshness: 86_400,
  live: null,
  origin: { file: 'roomwarden.yaml', line: 1, column: 1 },
  ...change,
});

export const config = (change: Partial<Config> = {}): Config => ({
  file: 'roomwarden.yaml',
  directory: '.',
  listen: { host: '127.0.0.1', port: 0, tls: null, trusted_proxies: [] },
  access: { header: null, public_url: null, sessions: { idle: 1_800, longest: 36_000 }, oidc: null },
  metrics: { open: false },
  data: '.',
  timezone: 'Europe/Berlin',
  database: null,
  instance: { key: null, roles: ['api', 'worker'], heartbeat: 30, slice_rooms: 0, shutdown: 30 },
  privacy: { room_names: 'plain', room_ids: 'ref' },
  retention: { events: 1, resolved: 1, gone_rooms: 1, scans: 1, audit_log: 1, trends: 1 },
  feed: { initial: 'full' },
  export: { language: 'de' },
  tags: {},
  targets: [target()],
  attestations: [],
  attestations_due: 30 * 86_400,
  waivers: [],
  waivers_max: null,
  push: [],
  policies: {},
  ...change,
});

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
export const catalogue = loadCatalogue(folder);

export function recordDeps(
  store: Store,
  state: World,
  spool: string,
  change: Partial<Config> = {},
): RecordDeps {
  const adapters = new Map([['toy', toyAdapter(state)]]);
  return {
    store,
    key: 'k'.repeat(32),
    config: config(change),
    catalogue,
    bind: binder(catalogue, adapters),
    adapters,
    collect: {
      now: () => state.now,
      log: quiet,
      secret: async () => 'secret',
      attesting: attestingPolicies(catalogue),
    },
    spool,
  };
}
