import { afterEach, expect, it } from 'vitest';
import { eachStore } from '../store/helper.ts';
import { closeStages, hostile, type Stage, stage, walk } from './helper.ts';

afterEach(closeStages);

interface Group {
  filter: Record<string, string>;
  count: number;
  worst: string;
  targets: string[];
  room?: { ref: string; name: string | null; id?: string };
}

const list = (made: Stage, query: string, token?: string) =>
  walk<Group>(made, `/api/v1/violations/groups?${query}`, 'groups', token);

async function number(made: Stage, filter: Record<string, string>, more = ''): Promise<number> {
  const query = new URLSearchParams({ ...filter, total: 'true', limit: '1' });
  return (await made.get(`/api/v1/violations?${query}${more}`)).json().total;
}

eachStore((open) => {
  it.each(['policy', 'target', 'room'])('by %s: each counts what its filters list', async (by) => {
    const made = await stage((await open()).store);
    for (const verdict of ['violation', 'unknown', 'all']) {
      const groups = await list(made, `by=${by}&verdict=${verdict}`);
      const answer = (await made.get(`/api/v1/violations/groups?by=${by}&verdict=${verdict}`)).json();
      for (const { filter, count } of groups)
        expect([filter, await number(made, filter, `&verdict=${verdict}`)]).toEqual([filter, count]);
      const all = await number(made, { verdict });
      expect(groups.reduce((sum, { count }) => sum + count, 0) + answer.rest).toBe(all);
    }
  });

  it('most severe first, then the largest, the same in pages of one', async () => {
    const made = await stage((await open()).store);
    const order = ['info', 'low', 'medium', 'high', 'critical'];
    for (const by of ['policy', 'target', 'room']) {
      const whole = await list(made, `by=${by}`);
      expect(await list(made, `by=${by}&limit=1`)).toEqual(whole);
      const places = whole.map(({ worst, count }) => order.indexOf(worst) * 1_000 + count);
      expect(places).toEqual(places.toSorted((one, other) => other - one));
    }
  });

  it('shows ids of rooms to those who operate alone, and nothing of hidden targets', async () => {
    const made = await stage((await open()).store);
    const rooms = await list(made, 'by=room&target=main');
    expect(rooms.length).toBeGreaterThan(2);
    expect(JSON.stringify(rooms)).not.toContain(hostile.talk);
    const operator = await made.token(['operate']);
    expect(JSON.stringify(await list(made, 'by=room&target=main', operator))).toContain(hostile.talk);
    const one = await list(made, 'by=target', await made.token(['read'], ['other']));
    expect(one.map(({ filter }) => filter)).toEqual([{ target: 'other' }]);
    expect((await made.get('/api/v1/violations/groups?by=target&target=nobody')).statusCode).toBe(400);
    expect((await made.get('/api/v1/violations/groups?by=mood')).statusCode).toBe(400);
  });

  it('by cause: what one source keeps unseen is one group, with what fills it', async () => {
    const fill = { kind: 'permission' as const, name: 'view-rooms' };
    const made = await stage((await open()).store, {
      main: { outcomes: { detail: 'failed' }, why: { code: 'not_permitted', fill } },
    });
    const answer = (await made.get('/api/v1/violations/groups?by=cause&verdict=unknown&target=main')).json();
    expect(answer.groups.map(({ cause }: { cause: object }) => cause)).toContainEqual({ fill });
    for (const { filter, count } of answer.groups)
      expect(await number(made, filter, '&verdict=unknown')).toBe(count);
    const alone = await number(made, { cause: 'none', target: 'main' }, '&verdict=unknown');
    expect(answer.rest).toBe(alone);
  });

  it('lists scans newest first, in pages, with how much was not seen', async () => {
    const made = await stage((await open()).store, { main: { outcomes: { detail: 'failed' } } });
    await made.scan('main');
    const scans = await walk<{ target: string; not_seen: number; asked: number; requested_at: string }>(
      made,
      '/api/v1/scans?limit=1',
      'scans',
    );
    expect(scans.map(({ target }) => target)).toEqual(['main', 'other', 'main']);
    expect(scans[0]).toMatchObject({ not_seen: 1, asked: 4 });
    const times = scans.map(({ requested_at }) => requested_at);
    expect(times).toEqual(times.toSorted().toReversed());
    const own = await made.get('/api/v1/scans', await made.token(['read'], ['other']));
    expect(own.json().scans).toHaveLength(1);
    expect((await made.get('/api/v1/scans?state=complete&target=other')).json().scans).toHaveLength(1);
  });
});
