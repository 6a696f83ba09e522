import type { KyselyPlugin } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { roomRef } from '../../src/access/ref.ts';
import { eraseRoom } from '../../src/findings/erase.ts';
import { keepToRetention } from '../../src/findings/retention.ts';
import { DueWatch } from '../../src/scan/due.ts';
import { archiveRemoved } from '../../src/scan/scope.ts';
import type { Store } from '../../src/store/index.ts';
import { quiet, target } from '../scan/toy.ts';
import { eachStore } from '../store/helper.ts';
import { give, send } from './giving.ts';
import { catalogue, closeStages, hostile, type Stage, stage, t0 } from './helper.ts';

afterEach(closeStages);

const list = '/api/v1/violations?severity=low&verdict=all&status=all';
const rooms = '/api/v1/targets/main/rooms?state=all';

/** A store that tells which tables were asked. */
function watched(store: Store): { store: Store; asked: Set<string> } {
  const asked = new Set<string>();
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      for (const [, name = ''] of JSON.stringify(node).matchAll(/"TableNode".*?"name":"(\w+)"/g))
        asked.add(name);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { store: { ...store, db: store.db.withPlugin(plugin) }, asked };
}

async function tagOf(made: Stage, url: string, token?: string): Promise<string> {
  const response = await made.get(url, token);
  expect(response.statusCode).toBe(200);
  return String(response.headers['etag']);
}

const ask = (made: Stage, url: string, tag: string, token?: string) =>
  made.get(url, token, { 'if-none-match': tag });

/** The answer as nobody has it yet: of another process that serves the same store. */
async function afresh(made: Stage, url: string, token: string): Promise<string> {
  const other = await stage(made.store, { scanned: false, deps: { now: () => made.clock.now } });
  return (await other.get(url, token)).body;
}

eachStore((open) => {
  it.each([list, rooms, '/api/v1/violations?target=main&policy=access&room=x&limit=2&total=true'])(
    'an unchanged %s is confirmed without a look at the findings',
    async (url) => {
      const { store, asked } = watched((await open()).store);
      const made = await stage(store);
      const token = await made.token(['read']);
      const tag = await tagOf(made, url, token);
      expect(asked.has('findings')).toBe(true);
      asked.clear();
      for (const form of [tag, `W/${tag}`, tag.replace(/"$/, '-gzip"'), `"x", ${tag}`]) {
        const again = await ask(made, url, form, token);
        const plain = String(again.headers['etag']).replace('-gzip', '');
        expect([again.statusCode, again.body, plain]).toEqual([304, '', tag]);
      }
      expect([...asked]).toEqual(['tokens']);
      expect((await made.get(url, token)).statusCode).toBe(200);
      expect([...asked]).toEqual(['tokens']);
    },
  );

  const room = 'secret-room';
  const changes: Record<string, (made: Stage) => Promise<unknown>> = {
    'a scan that opens a finding': async (made) => {
      made.worlds.main.rooms.push({ id: 'new-one', password: false });
      await made.scan('main');
    },
    'a scan that resolves one': async (made) => {
      made.worlds.main.presence = false;
      await made.scan('main');
    },
    'a scan that found all as it was': (made) => made.scan('main'),
    'a scan that failed': async (made) => {
      made.worlds.main.outcomes = { site: 'failed', list: 'failed', detail: 'failed', recordings: 'failed' };
      await made.scan('main');
    },
    'a room that is not met any more': async (made) => {
      made.worlds.main.rooms.pop();
      await made.scan('main');
    },
    'a waiver that is given': (made) => give(made),
    'a room that is erased': async ({ store, clock }) => {
      const asked = { target: 'main', room: hostile.talk, policies: catalogue.policies.map(({ id }) => id) };
      const refOf = (id: string): string => roomRef('k'.repeat(32), id);
      await eraseRoom(store, { ...asked, refOf }, { actor: 'cli', now: clock.now });
    },
    'a target that leaves the configuration': (made) =>
      archiveRemoved(made.recording, ['other'], made.clock.now),
    'a hand in the database': ({ store }) =>
      store.db.updateTable('findings').set({ affected: 7 }).where('target', '=', 'main').execute(),
    'a subject that a hand deleted': ({ store }) =>
      store.db.deleteFrom('subjects').where('target', '=', 'main').execute(),
  };

  it.each(Object.keys(changes))('%s gives another ETag', async (name) => {
    const made = await stage((await open()).store);
    const token = await made.token(['read']);
    const tags = new Map<string, string>();
    for (const url of [list, rooms]) {
      tags.set(url, await tagOf(made, url, token));
      expect((await ask(made, url, tags.get(url) ?? '', token)).statusCode).toBe(304);
    }
    await changes[name]?.(made);
    for (const [url, tag] of tags) {
      const after = await ask(made, url, tag, token);
      expect([url, after.statusCode]).toEqual([url, 200]);
      expect(after.headers['etag']).not.toBe(tag);
      expect(after.body).toBe(await afresh(made, url, token));
      if (name.includes('erased')) expect(after.body).not.toContain(roomRef('k'.repeat(32), hostile.talk));
    }
  });

  it('a waiver that ends, or is revoked, gives another ETag', async () => {
    const made = await stage((await open()).store);
    const watch = new DueWatch({ ...made.recording, log: quiet, now: () => made.clock.now });
    const operator = await made.token(['operate']);
    const given = (await give(made, { until: '2026-11-05' })).json();
    const second = (await give(made, { target: 'other', until: '2026-12-31' })).json();
    await made.scan('main');
    const waived = '/api/v1/violations?status=waived';
    const before = await tagOf(made, waived);
    expect((await made.get(waived)).json().violations.length).toBeGreaterThan(1);
    made.clock.now = t0 + 10 * 86_400_000;
    await watch.run();
    const over = await ask(made, waived, before);
    expect([over.statusCode, over.json().violations.length]).toEqual([200, 1]);
    const tag = String(over.headers['etag']);
    expect((await ask(made, waived, tag)).statusCode).toBe(304);
    expect(
      (await send(made, 'DELETE', `/api/v1/waivers/${second.id}`, undefined, operator)).statusCode,
    ).toBeLessThan(300);
    const revoked = await ask(made, waived, tag);
    expect([revoked.statusCode, revoked.json().violations]).toEqual([200, []]);
    expect(given.id).not.toBe(second.id);
    await watch.stop();
  });

  it('an attestation gives another ETag', async () => {
    const made = await stage((await open()).store);
    const tag = await tagOf(made, list);
    const attestation = {
      policy: 'record-kept',
      target: 'main',
      value: true,
      attested_by: 'Amt',
      attested_at: '2026-11-01',
      valid_until: '2027-01-01',
      reference: 'R-1',
    };
    const given = await send(made, 'POST', '/api/v1/attestations', attestation);
    expect([given.statusCode, given.body]).toEqual([201, given.body]);
    const after = await ask(made, list, tag);
    expect(after.body).toBe(await afresh(made, list, await made.token(['read'])));
  });

  it('what retention takes gives another ETag', async () => {
    const made = await stage((await open()).store);
    made.worlds.other.rooms.splice(0, 1, { id: room, name: 'Geheimraum', password: true });
    await made.scan('other');
    const before = await made.get(list);
    const retention = { ...made.recording.config.retention, resolved: 1, gone_rooms: 1 };
    await keepToRetention({ store: made.store, retention, receivers: [] }, made.clock.now + 86_400_000);
    const after = await ask(made, list, String(before.headers['etag']));
    expect(after.statusCode).toBe(200);
    expect(after.json().violations.length).toBe(before.json().violations.length - 1);
  });

  it('becoming stale by time alone gives another ETag at that very moment, and none before', async () => {
    const made = await stage((await open()).store);
    const freshness = target().freshness * 1000;
    const page = (await made.get(list)).json().violations;
    const seen = page.map((v: { last_seen_at: string }) => Date.parse(v.last_seen_at)).sort();
    const moments = [...new Set<number>(seen)].map((at) => at + freshness + 1);
    expect(moments.length).toBe(2);
    for (const [index, moment] of moments.entries()) {
      made.clock.now = moment - 1;
      // The day of a token's last use is written at its first use on that day.
      await made.get(list);
      const before = await tagOf(made, list);
      expect((await ask(made, list, before)).statusCode).toBe(304);
      made.clock.now = moment;
      const turned = await ask(made, list, before);
      expect(turned.statusCode).toBe(200);
      const stale = turned.json().violations.filter((v: { stale?: true }) => v.stale === true);
      expect(stale.length).toBe(seen.filter((at: number) => at + freshness < moment).length);
      expect([index, stale.length > 0]).toEqual([index, true]);
      const tag = String(turned.headers['etag']);
      // A clock that is set back makes it fresh again: the stale page does not hold then.
      made.clock.now = moment - 1;
      expect([(await ask(made, list, tag)).statusCode, (await ask(made, list, before)).statusCode]).toEqual([
        200, 304,
      ]);
    }
  });
});
