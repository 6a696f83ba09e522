import { afterEach, expect, it } from 'vitest';
import { roomRef } from '../../src/access/ref.ts';
import { revokeToken } from '../../src/access/tokens.ts';
import { eraseRoom } from '../../src/findings/erase.ts';
import { DueWatch } from '../../src/scan/due.ts';
import { openStore } from '../../src/store/index.ts';
import { quiet, target } from '../scan/toy.ts';
import { eachStore } from '../store/helper.ts';
import { give } from './giving.ts';
import { catalogue, closeStages, hostile, type Stage, stage, t0 } from './helper.ts';
import { countingLong, lineTo } from './line.ts';

afterEach(closeStages);

const list = '/api/v1/violations?severity=low&verdict=all&status=all';
const rooms = '/api/v1/targets/main/rooms?state=all';
const day = 86_400_000;

interface Change {
  make(made: Stage, id: string): Promise<unknown>;
  /** Of the list and of the rooms after it; 304 to the tag that was there before, 200 to none. */
  status: [list: number, rooms: number];
}

const token = (made: Stage, id: string, values: object): Promise<unknown> =>
  made.store.db.updateTable('tokens').set(values).where('id', '=', id).execute();

const changes: Record<string, Change> = {
  'a token that is revoked': {
    make: ({ store, clock }, id) => revokeToken(store.db, id, clock.now),
    status: [401, 401],
  },
  'a token that is gone': {
    make: ({ store }, id) => store.db.deleteFrom('tokens').where('id', '=', id).execute(),
    status: [401, 401],
  },
  'a token that loses a right': {
    make: (made, id) => token(made, id, { scopes: 'feed' }),
    status: [403, 403],
  },
  'a token that gains a right': {
    make: (made, id) => token(made, id, { scopes: 'read operate' }),
    status: [200, 200],
  },
  'a token that loses a target': {
    make: (made, id) => token(made, id, { targets: 'other' }),
    status: [200, 404],
  },
  'a token that expires': {
    make: async ({ clock }) => {
      clock.now = t0 + 12 * 3_600_000;
    },
    status: [401, 401],
  },
  'a token that is to expire at once': {
    make: (made, id) => token(made, id, { expires_at: made.clock.now }),
    status: [401, 401],
  },
  'a finding that is new': {
    make: async (made) => {
      made.worlds.main.rooms.push({ id: 'new-one', password: false });
      await made.scan('main');
    },
    status: [200, 200],
  },
  'a waiver that is given': { make: (made) => give(made), status: [200, 200] },
  'a room that is erased': {
    make: ({ store, clock }) => {
      const asked = { target: 'main', room: hostile.talk, policies: catalogue.policies.map(({ id }) => id) };
      const refOf = (id: string): string => roomRef('k'.repeat(32), id);
      return eraseRoom(store, { ...asked, refOf }, { actor: 'cli', now: clock.now });
    },
    status: [200, 200],
  },
  'a hand in the database': {
    make: ({ store }) => store.db.updateTable('findings').set({ affected: 7 }).execute(),
    status: [200, 200],
  },
};

eachStore((open) => {
  it.each(Object.entries(changes))('%s ends it at once', async (name, { make, status }) => {
    const opened = await open();
    const { store, long } = countingLong(opened.store);
    const made = await stage(store);
    const call = await lineTo(made);
    const value = await made.token(['read']);
    const { id } = await store.db
      .selectFrom('tokens')
      .select('id')
      .orderBy('created_at', 'desc')
      .where('last_used_at', 'is', null)
      .where('name', '=', 't1')
      .executeTakeFirstOrThrow();
    await token(made, id, { expires_at: t0 + 12 * 3_600_000 });
    const bearer = { authorization: `Bearer ${value}` };
    const polls: [string, Record<string, string>][] = [];
    for (const url of [list, rooms]) {
      const { headers } = await call(url, bearer);
      polls.push([url, bearer], [url, { ...bearer, 'if-none-match': String(headers['etag']) }]);
    }
    for (const [url, headers] of polls) await call(url, headers);
    const before = long.calls;
    for (const [index, [url, headers]] of polls.entries()) {
      expect((await call(url, headers)).status).toBe(index % 2 === 0 ? 200 : 304);
    }
    expect(long.calls).toBe(before);
    // By another process, as it were: nothing in this one hears of it.
    const other = await openStore(opened.location);
    try {
      await make({ ...made, store: name.includes('waiver') ? made.store : other }, id);
    } finally {
      await other.close();
    }
    for (const [index, [url, headers]] of polls.entries()) {
      const heard = await call(url, headers);
      expect([name, url, heard.status]).toEqual([name, url, status[index < 2 ? 0 : 1]]);
      const straight = await made.call({ method: 'GET', url, headers });
      expect([straight.statusCode, straight.headers['etag']]).toEqual([heard.status, heard.headers['etag']]);
      if (heard.status === 200) expect(heard.body).toBe(straight.body);
    }
  });

  it('a waiver that expires ends it', async () => {
    const made = await stage((await open()).store);
    const call = await lineTo(made);
    const watch = new DueWatch({ ...made.recording, log: quiet, now: () => made.clock.now });
    await give(made, { until: '2026-11-05' });
    await made.scan('main');
    const waived = '/api/v1/violations?status=waived';
    const bearer = { authorization: `Bearer ${await made.token(['read'])}` };
    made.clock.now = t0 + 10 * day;
    const count = async (): Promise<number> =>
      JSON.parse((await call(waived, bearer)).body).violations.length;
    expect([await count(), await count(), await count()]).toEqual([3, 3, 3]);
    await watch.run();
    expect(await count()).toBe(0);
    await watch.stop();
  });

  it('what becomes stale by time alone ends it at that very moment, and a clock that is set back as well', async () => {
    const { store, long } = countingLong((await open()).store);
    const made = await stage(store);
    const call = await lineTo(made);
    const bearer = { authorization: `Bearer ${await made.token(['read'])}` };
    const seen = JSON.parse((await call(list, bearer)).body).violations;
    const first = Math.min(...seen.map((v: { last_seen_at: string }) => Date.parse(v.last_seen_at)));
    const moment = first + target().freshness * 1000 + 1;
    made.clock.now = moment - 1;
    const stale = async (): Promise<number> =>
      JSON.parse((await call(list, bearer)).body).violations.filter((v: { stale?: true }) => v.stale).length;
    await stale();
    await stale();
    const before = long.calls;
    expect([await stale(), long.calls]).toEqual([0, before]);
    made.clock.now = moment;
    expect(await stale()).toBeGreaterThan(0);
    await stale();
    made.clock.now = moment - 1;
    expect(await stale()).toBe(0);
  });

  it('the day of the last use is written on each day, however often the same is asked', async () => {
    const made = await stage((await open()).store);
    const call = await lineTo(made);
    const bearer = { authorization: `Bearer ${await made.token(['read'])}` };
    const used = async (): Promise<number | null> => {
      const row = await made.store.db.selectFrom('tokens').select('last_used_at').where('name', '=', 't1');
      return (await row.executeTakeFirstOrThrow()).last_used_at;
    };
    for (let days = 0; days < 3; days += 1) {
      made.clock.now = t0 - (t0 % day) + days * day + 5_000;
      for (let times = 0; times < 3; times += 1) expect((await call(rooms, bearer)).status).toBe(200);
      expect(await used()).toBe(t0 - (t0 % day) + days * day);
    }
  });
});
