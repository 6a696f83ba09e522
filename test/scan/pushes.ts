import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bigbluebutton } from '../../adapters/bigbluebutton/index.ts';
import { type BigBlueButtonSimulator, startBigBlueButton } from '../../adapters/bigbluebutton/simulator.ts';
import {
  createdEvent,
  delivery,
  endedEvent,
  recordingEvent,
} from '../../adapters/bigbluebutton/simulator-hooks.ts';
import type { Adapter } from '../../adapters/contract/adapter.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { ConfiguredTarget } from '../../src/config/types.ts';
import { findingUid } from '../../src/findings/uid.ts';
import { FactReader, storedColumns } from '../../src/inventory/kept.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { attestingPolicies, binder } from '../../src/scan/bind.ts';
import { Moments } from '../../src/scan/notes.ts';
import { Pushes } from '../../src/scan/push.ts';
import { type RecordDeps, recordScan } from '../../src/scan/runner.ts';
import type { Store } from '../../src/store/index.ts';
import { config, quiet, t0 } from './toy.ts';

export const secret = 'push-secret-canary-0123456789abcdef';
const catalogue = loadCatalogue(fileURLToPath(new URL('../../policies', import.meta.url)));

type Change = Parameters<typeof createdEvent>[2];

/** One server, one target with `live`, one process of ours; `restart` gives the next process on the same store. */
export class Estate {
  now = t0;
  readonly server: BigBlueButtonSimulator;
  readonly #folder = mkdtempSync(join(tmpdir(), 'roomwarden-pushes-'));
  #store: Store;
  #process: { deps: RecordDeps; pushes: Pushes };
  #scans = 0;
  /** Called while a scan has asked for the list of meetings and is not recorded yet. */
  during: (() => Promise<void>) | null = null;

  static async open(store: Store): Promise<Estate> {
    let estate: Estate | null = null;
    const clock = (): number => estate?.now ?? t0;
    estate = new Estate(store, await startBigBlueButton({ secret, clock, meetings: [] }));
    return estate;
  }

  private constructor(store: Store, server: BigBlueButtonSimulator) {
    this.#store = store;
    this.server = server;
    this.#process = this.#start(true);
  }

  get deps(): RecordDeps {
    return this.#process.deps;
  }

  get target(): ConfiguredTarget {
    const [target] = this.deps.config.targets;
    if (target === undefined) throw new Error('no target');
    return target;
  }

  get store(): Store {
    return this.#store;
  }

  #start(live: boolean): { deps: RecordDeps; pushes: Pushes } {
    const target: ConfiguredTarget = {
      id: 'bbb-main',
      vendor: 'bigbluebutton',
      settings: {
        id: 'bbb-main',
        vendor: 'bigbluebutton',
        url: this.server.url,
        secret: { env: 'S' },
        ...(live ? { live: { purpose: 'p' } } : {}),
      } as never,
      schedule: null,
      freshness: 86_400,
      live: live ? { purpose: 'p' } : null,
      origin: { file: 'roomwarden.yaml', line: 1, column: 1 },
    };
    const vendor = bigbluebutton as unknown as Adapter;
    const estate = this;
    const adapter: Adapter = {
      ...vendor,
      async *collect(one, context) {
        for await (const item of vendor.collect(one, context)) {
          if ('source' in item && item.source.source === 'A0') await estate.during?.();
          yield item;
        }
      },
    };
    const adapters = new Map([['bigbluebutton', adapter]]);
    const deps: RecordDeps = {
      store: this.#store,
      key: 'k'.repeat(32),
      config: config({ targets: [target] }),
      catalogue,
      bind: binder(catalogue, adapters),
      adapters,
      collect: {
        now: () => this.now,
        log: quiet,
        secret: async () => secret,
        attesting: attestingPolicies(catalogue),
      },
      spool: join(this.#folder, 'spool'),
      moments: new Moments(),
    };
    return { deps, pushes: new Pushes(deps) };
  }

  async restart(store: Store = this.#store, { live = true } = {}): Promise<void> {
    await this.#process.pushes.stop();
    this.#store = store;
    this.#process = this.#start(live);
  }

  /** A meeting that the server lists from now on. */
  begin(id: string, more: { recording?: boolean } = {}): { id: string; name: string; createTime: number } {
    const meeting = { id, name: `Raum ${id}`, createTime: this.now, ...more };
    this.server.world = {
      ...this.server.world,
      meetings: [...(this.server.world.meetings ?? []).filter((other) => other.id !== id), meeting],
    };
    return meeting;
  }

  end(id: string): void {
    const meetings = this.server.world.meetings?.filter((other) => other.id !== id) ?? [];
    this.server.world = { ...this.server.world, meetings };
  }

  async tellCreated(
    meeting: { id: string; name: string; createTime: number; recording?: boolean },
    change: Change = {},
  ): Promise<void> {
    await this.tell(createdEvent(meeting, meeting.createTime, change));
  }

  tellRecording(
    { id, createTime }: { id: string; createTime: number },
    on: boolean,
    at = this.now,
  ): Promise<void> {
    return this.tell(recordingEvent(id, createTime, on, at));
  }

  tellEnded({ id, createTime }: { id: string; createTime: number }): Promise<void> {
    return this.tell(endedEvent(id, createTime, this.now));
  }

  async tell(event: object): Promise<void> {
    const url = 'https://audit.example.org/hooks/bigbluebutton/bbb-main';
    const sent = delivery(event, { url, secret, at: this.now });
    const { pathname, search } = new URL(sent.url);
    const headers = { host: 'audit.example.org' };
    const request = { target: pathname + search, headers, body: Buffer.from(sent.body) };
    await this.#process.pushes.take('bigbluebutton', 'bbb-main', request);
    await this.#process.pushes.idle();
  }

  async scan(): Promise<void> {
    this.#scans += 1;
    await recordScan(this.deps, {
      id: `scan-${this.#scans}`,
      target: this.target,
      signal: new AbortController().signal,
    });
    this.during = null;
  }

  /** Standing of one finding: `violation open`, `violation? open` where the last look could not confirm it. */
  async finding(policy: string, id: string): Promise<string | null> {
    const row = await this.#store.db
      .selectFrom('findings')
      .select(['verdict', 'status', 'confirmed'])
      .where('policy', '=', policy)
      .where('subject_id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return null;
    return `${row.verdict}${row.confirmed === 1 ? '' : '?'} ${row.status}`;
  }

  async fact(name: string, id: string): Promise<unknown> {
    const row = await this.#store.db
      .selectFrom('subjects')
      .select(storedColumns)
      .where('kind', '=', 'room')
      .where('id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const fact = (await new FactReader(this.#store.db).one(row))[name as FactName];
    if (fact === undefined) return null;
    return 'value' in fact ? fact.value : `? ${fact.unavailable.code}`;
  }

  async state(id: string): Promise<string | undefined> {
    const row = await this.#store.db
      .selectFrom('subjects')
      .select('state')
      .where('kind', '=', 'room')
      .where('id', '=', id)
      .executeTakeFirst();
    return row?.state;
  }

  async notes(): Promise<string[]> {
    const rows = await this.#store.db.selectFrom('notes').select('room').orderBy('room').execute();
    return rows.map(({ room }) => room);
  }

  /** Kinds of the events about one finding, in order. */
  async events(policy: string, id: string): Promise<string[]> {
    const rows = await this.#store.db
      .selectFrom('events')
      .select('kind')
      .where('uid', '=', findingUid('bbb-main', 'room', id, policy))
      .orderBy('seq')
      .execute();
    return rows.map(({ kind }) => kind);
  }

  async close(): Promise<void> {
    await this.#process.pushes.stop();
    await this.server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
