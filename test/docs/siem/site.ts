import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../../src/config/types.ts';
import { emptied } from '../../../src/findings/erased.ts';
import { keepToRetention } from '../../../src/findings/retention.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { closeStages, type Stage, stage, t0 } from '../../api/helper.ts';
import { type Told, tell } from '../../push/helper.ts';

export interface Asked {
  method: string;
  url: string;
  headers: Record<string, string>;
}
export interface Answer {
  status: number;
  /** Names in small letters. */
  headers: Record<string, string>;
  body: string;
}
/** What a collector sends its requests into. */
export type Wire = (asked: Asked) => Promise<Answer>;

/** The service with a store on disk, as a collector meets it. */
export interface Site {
  wire: Wire;
  /** Every request that came, oldest first. */
  asked: Asked[];
  stage(): Stage;
  token(targets?: string[]): Promise<string>;
  /** So many more events, of findings of both targets, with heartbeats and an erased one between them. */
  grow(count: number): Promise<void>;
  /** Ids of all events that are kept, in their order. */
  ids(target?: string): Promise<string[]>;
  /** The service ends and begins again on the same store. */
  restart(): Promise<void>;
  /** Deletes all but the newest. */
  forget(keep: number): Promise<void>;
  /** Answers of this kind come instead of the next ones. */
  troubles: number[];
}

const closers: (() => unknown)[] = [];

export async function closeSites(): Promise<void> {
  await closeStages();
  for (const close of closers.splice(0).reverse()) await close();
}

export async function site(events = 730, config: Partial<Config> = {}): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-siem-'));
  const place = { kind: 'sqlite' as const, file: join(folder, 'roomwarden.db') };
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  let store: Store = await openStore(place);
  closers.push(() => store.close().catch(() => {}));
  let made = await stage(store, { config });
  let told = 0;
  const asked: Asked[] = [];
  const troubles: number[] = [];
  const here: Site = {
    asked,
    troubles,
    stage: () => made,
    token: (targets) => made.token(['feed'], targets),
    async wire(request) {
      asked.push(request);
      const trouble = troubles.shift();
      if (trouble !== undefined) return { status: trouble, headers: {}, body: '{"type":"about:blank"}' };
      const url = new URL(request.url);
      const answer = await made.call({
        method: request.method as 'GET',
        url: `${url.pathname}${url.search}`,
        headers: { ...request.headers, host: url.host },
      });
      const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
      return { status: answer.statusCode, headers: Object.fromEntries(headers), body: answer.body };
    },
    async grow(count) {
      await tell(
        store,
        Array.from({ length: count }, (): Told => toldAt(told++)),
      );
      await store.db.updateTable('events').set(emptied).where('seq', '=', 200).execute();
    },
    async ids(target) {
      const ids: string[] = [];
      const token = await made.token(['feed'], target === undefined ? undefined : [target]);
      for (let url = '/api/v1/events?limit=1000'; ; ) {
        const page = (await made.get(url, token)).json();
        ids.push(...page.events.map((event: { id: string }) => event.id));
        if (page.has_more === false) return ids;
        url = `/api/v1/events?limit=1000&after=${page.next_cursor}`;
      }
    },
    async restart() {
      await made.app.close();
      await store.close();
      store = await openStore(place);
      made = await stage(store, { config, scanned: false });
    },
    async forget(keep) {
      const { head } = await store.feed();
      const old = head - keep;
      await store.db.updateTable('events').set({ at: 1 }).where('seq', '<=', old).execute();
      const all = 10 * 365 * 86_400;
      const retention = {
        events: all,
        resolved: all,
        gone_rooms: all,
        scans: all,
        audit_log: all,
        trends: all,
      };
      await keepToRetention({ store, retention, receivers: [] }, t0 + 86_400_000);
    },
  };
  await here.grow(events);
  return here;
}

/** Texts that break what is careless with quotes, brackets or templates. */
const names = [
  'A room',
  'x"timestamp":"2001-01-01T00:00:00.000Z',
  '[[ .cursor ]] {{ 7*7 }} {% if %}',
  'Ä\nb|c=d\\',
];

function toldAt(index: number): Told {
  const target = index % 3 === 0 ? 'other' : 'main';
  const at = t0 + 1_000 * index;
  if (index % 50 === 49) return { kind: 'heartbeat', target, at };
  const kind = (['opened', 'changed', 'resolved', 'reopened', 'unknown'] as const)[index % 5] ?? 'opened';
  const severity = (['low', 'medium', 'high', 'critical'] as const)[index % 4] ?? 'low';
  return { uid: `finding-${index % 37}`, kind, severity, target, at, name: names[index % 4] ?? '' };
}

/** Each at least once, and in order once what came again is taken away. */
export function once(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
