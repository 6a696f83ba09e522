import { afterEach, expect, it } from 'vitest';
import { eachStore } from '../store/helper.ts';
import { closeStages, type Stage, stage, t0, walk } from './helper.ts';

afterEach(closeStages);
const url = '/api/v1/events';

async function feed(made: Stage, query = '', headers: Record<string, string> = {}) {
  return made.get(`${url}${query}`, await made.token(['feed']), headers);
}

const cursorOf = (parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

eachStore((open) => {
  it('tells everything once and in order, and goes on where it stopped', async () => {
    const made = await stage((await open()).store);
    const whole = (await feed(made)).json();
    expect(whole.events.map((event: { event: string }) => event.event)).toContain('heartbeat');
    expect(whole.has_more).toBe(false);
    const token = await made.token(['feed']);
    for (const limit of [1, 3, 500]) {
      const walked = await walk<{ seq: number }>(made, `${url}?limit=${limit}`, 'events', token);
      expect(walked).toEqual(whole.events);
    }
    const end = (await feed(made, `?after=${whole.next_cursor}`)).json();
    expect(end).toMatchObject({ events: [], next_cursor: whole.next_cursor, has_more: false });
    const [room] = made.worlds.other.rooms;
    if (room !== undefined) room.password = true;
    await made.scan('other');
    const news = (await feed(made, `?after=${whole.next_cursor}`)).json();
    expect(news.events.map((event: { event: string }) => event.event)).toEqual(['resolved', 'heartbeat']);
    expect(news.events[0]).toMatchObject({
      cause: 'facts',
      finding: { status: 'resolved', title: { de: 'Zugang', en: 'Access' } },
    });
    expect(new Set([...whole.events, ...news.events].map((event) => event.id)).size).toBe(
      whole.events.length + 2,
    );
  });

  it('gives the address of the next page, and as a link while there is more', async () => {
    const made = await stage((await open()).store);
    const page = await feed(made, '?limit=2');
    const { next, next_cursor, has_more } = page.json();
    expect(has_more).toBe(true);
    expect(new URL(next).searchParams.get('after')).toBe(next_cursor);
    expect(new URL(next).searchParams.get('limit')).toBe('2');
    expect(page.headers['link']).toBe(`<${next}>; rel="next"`);
    expect(page.headers['cache-control']).toBe('private, no-cache');
    expect(page.headers['etag']).toBeDefined();
    const last = await feed(made, '?limit=1000');
    expect([last.headers['link'], last.headers['cache-control'], last.headers['etag']]).toEqual([
      undefined,
      'no-store',
      undefined,
    ]);
    expect(last.headers['x-next-cursor']).toBe(last.json().next_cursor);
  });

  it('410 for another epoch and for what is no longer kept, with where to begin again', async () => {
    const made = await stage((await open()).store);
    const { next_cursor } = (await feed(made, '?limit=1')).json();
    await made.store.db.deleteFrom('events').where('seq', '<=', 3).execute();
    await made.store.db.insertInto('meta').values({ key: 'feed_floor', value: '3' }).execute();
    for (const cursor of [next_cursor, cursorOf(['another-epoch', 5])]) {
      const gone = await feed(made, `?after=${cursor}`);
      expect([gone.statusCode, gone.json().type]).toEqual([410, 'urn:roomwarden:problem:cursor-expired']);
      const again = (await feed(made, `?after=${gone.json().oldest_cursor}`)).json();
      expect(again.events[0].seq).toBe(4);
    }
  });

  it.each([
    ['after=x'],
    [`after=${cursorOf(['e', 1.5])}`],
    [`after=${cursorOf(['e'])}`],
    [`after=${cursorOf([{}, 1])}`],
    ['limit=0'],
    ['limit=1001'],
    ['since=yesterday'],
    ['nonsense=1'],
  ])('400 for %s', async (query) => {
    const made = await stage((await open()).store, { scanned: false });
    expect((await feed(made, `?${query}`)).statusCode).toBe(400);
  });

  it('reads a time window', async () => {
    const made = await stage((await open()).store);
    const targets = async (query: string) =>
      new Set((await feed(made, query)).json().events.map((event: { target: string }) => event.target));
    const border = new Date(t0 + 30_000).toISOString();
    expect(await targets(`?since=${border}`)).toEqual(new Set(['other']));
    expect(await targets(`?until=${border}`)).toEqual(new Set(['main']));
  });

  it('gives NDJSON and flat lines, and refuses what it does not have', async () => {
    const made = await stage((await open()).store, { config: { feed: { initial: 'summary' } } });
    const json = (await feed(made)).json();
    expect(json.events.map((event: { event: string }) => event.event)).toEqual([
      'baseline',
      'heartbeat',
      'baseline',
      'heartbeat',
    ]);
    const lines = await feed(made, '', { accept: 'application/x-ndjson' });
    expect(lines.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(lines.headers['x-next-cursor']).toBe(json.next_cursor);
    expect(
      lines.body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(json.events);
    const [flat] = (await feed(made, '?format=flat')).json().events;
    expect(flat).toMatchObject({
      event: 'baseline',
      sequence: 1,
      target: 'main',
      count_violation_critical: 1,
    });
    expect(
      Object.values(flat)
        .flat()
        .some((value) => typeof value === 'object'),
    ).toBe(false);
    expect((await feed(made, '', { accept: 'text/csv' })).statusCode).toBe(406);
    expect((await feed(made, '?format=sarif')).statusCode).toBe(406);
  });
});
