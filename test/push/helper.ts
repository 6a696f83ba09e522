import { parseConfig } from '../../src/config/load.ts';
import type { ConfiguredReceiver } from '../../src/config/push.ts';
import { exportContext } from '../../src/export/index.ts';
import { FeedWriter } from '../../src/findings/feed.ts';
import { severityRank } from '../../src/findings/severity.ts';
import type { EventKind } from '../../src/findings/types.ts';
import type { Severity } from '../../src/policy/types.ts';
import { createSender } from '../../src/push/create.ts';
import type { Sender } from '../../src/push/sending.ts';
import type { PushDeps } from '../../src/push/types.ts';
import type { FindingsTable, Store } from '../../src/store/index.ts';
import { vendors } from '../config/helper.ts';
import { catalogue, config, t0 } from '../scan/toy.ts';

export { t0 };

/** Long enough for every use; must never be seen outside its header. */
export const secrets: Record<string, string> = {
  KEY: 'whsec_c2VjcmV0LWtleS1vZi10aGlydHktdHdvLWJ5dGVzISE=',
  TOKEN: 'b1f0c0de-secret-token-of-the-receiver',
  PASSWORD: 'secret-password-of-the-mail-account',
};

/** A receiver as the configuration gives it, with all defaults. */
export function receiver<Kind extends ConfiguredReceiver['kind']>(
  entry: { kind: Kind } & Record<string, unknown>,
): Extract<ConfiguredReceiver, { kind: Kind }> {
  const text = JSON.stringify({
    targets: [{ id: 't', vendor: 'declared', product: 'x' }],
    push: [{ id: 'r', from: 'beginning', ...entry }],
  });
  const [read] = parseConfig(text, '/etc/roomwarden.yaml', vendors).push;
  return read as Extract<ConfiguredReceiver, { kind: Kind }>;
}

export interface Stage {
  deps: PushDeps;
  clock: { now: number };
  logs: string[];
  slept: number[];
}

/** The clock stands; sleeping moves it. */
export function stage(
  store: Store,
  push: readonly ConfiguredReceiver[],
  change: Partial<PushDeps> = {},
): Stage {
  const clock = { now: t0 };
  const logs: string[] = [];
  const slept: number[] = [];
  const log = (level: string) => (fields: unknown, message?: string) =>
    void logs.push(JSON.stringify([level, message, fields]));
  const whole = config({ push: [...push] });
  const deps: PushDeps = {
    store,
    catalogue,
    config: whole,
    context: exportContext(
      { ...whole, export: { language: 'en', host: 'audit.example.org' } },
      { catalogue, version: '0.0.0-test' },
    ),
    log: { info: log('info'), warn: log('warn'), error: log('error') } as never,
    now: () => clock.now,
    random: () => 1,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      slept.push(ms);
      clock.now += ms;
      await new Promise(setImmediate);
    },
    async secret(ref) {
      const value = 'env' in ref ? secrets[ref.env] : undefined;
      if (value === undefined) throw Object.assign(new Error('missing'), { code: 'RW1008' });
      return value;
    },
    ...change,
  };
  return { deps, clock, logs, slept };
}

export const still = new AbortController().signal;
export const mine = async (): Promise<boolean> => true;

/** Turns until the receiver waits; returns that wait. */
export async function settle(sender: Sender): Promise<number> {
  for (let turns = 0; turns < 10_000; turns += 1) {
    const wait = await sender.turn(still, mine);
    if (wait > 0) return wait;
  }
  throw new Error('it does not come to rest');
}

export async function opened<Kind extends ConfiguredReceiver['kind']>(
  entry: { kind: Kind } & Record<string, unknown>,
  store: Store,
  change: Partial<PushDeps> = {},
) {
  const made = receiver(entry);
  const theatre = stage(store, [made], change);
  const sender = createSender(made, theatre.deps);
  await sender.prepare();
  return { ...theatre, sender, receiver: made };
}

export interface Told {
  uid?: string;
  kind?: EventKind;
  severity?: Severity;
  target?: string;
  at?: number;
  name?: string;
  room?: string;
}

/** Writes events as the ledger does. */
export async function tell(store: Store, told: readonly Told[]): Promise<void> {
  await store.transaction(async (tx) => {
    const feed = new FeedWriter(tx, 'scan-1');
    for (const each of told) {
      const { kind = 'opened', at = t0 } = each;
      if (kind === 'heartbeat' || kind === 'baseline')
        await feed.numbers(kind, each.target ?? 't', { rooms: 3, violations: 2 }, at);
      else await feed.finding(kind, findingRow(each), 'facts', at);
    }
    await feed.flush();
  });
}

export const many = (count: number, findings = 7): Told[] =>
  Array.from({ length: count }, (_, index) => ({
    uid: `finding-${index % findings}`,
    kind: index < findings ? 'opened' : 'changed',
  }));

function findingRow({
  uid = 'u1',
  kind,
  severity = 'high',
  target = 't',
  at = t0,
  name,
  room,
}: Told): FindingsTable {
  const id = room ?? `room-${uid}`;
  return {
    uid,
    target,
    vendor: 'toy',
    kind: 'room',
    subject_id: id,
    subject_ref: `ref-of-${uid}`,
    subject_name: name ?? 'A room',
    policy: 'room-password',
    policy_version: 1,
    severity,
    severity_rank: severityRank(severity),
    verdict: kind === 'resolved' ? 'pass' : 'violation',
    status: kind === 'resolved' ? 'resolved' : 'open',
    confidence: 'high',
    confirmed: 1,
    reason_key: null,
    affected: null,
    cause: 'facts',
    opened_at: at,
    changed_at: at,
    resolved_at: null,
    facts_key: 'k',
    tags_json: '[]',
    waiver_json: null,
    waived_json: '{}',
    detail_json: JSON.stringify({
      facts: { room_password_required: false },
      evidence: [
        {
          fact: 'room_password_required',
          value: false,
          source: 'list',
          locator: `GET /rooms/${id}`,
          path: 'password',
          observed_at: new Date(at).toISOString(),
          provenance: 'direct',
          force: 'enforced',
        },
      ],
      reasons: [],
      met: [],
    }),
  } as FindingsTable;
}

export const row = (store: Store, id = 'r') =>
  store.db.selectFrom('receivers').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
export const letters = (store: Store) =>
  store.db.selectFrom('dead_letters').selectAll().orderBy('seq').execute();
