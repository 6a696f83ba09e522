import { afterEach, expect, it } from 'vitest';
import { beginEpoch } from '../../src/store/epoch.ts';
import { eachStore } from '../store/helper.ts';
import { closeStages, type Stage, stage } from './helper.ts';

afterEach(closeStages);

async function feed(made: Stage, after: string, targets?: string[]) {
  const token = await made.token(['feed'], targets);
  return made.get(`/api/v1/events?limit=1000&after=${encodeURIComponent(after)}`, token);
}

type Told = { id: string; seq: number }[];
const eventsOf = async (made: Stage, after: string, targets?: string[]): Promise<Told> =>
  (await feed(made, after, targets)).json().events;

eachStore((open) => {
  it('begins behind the event whose id is given, and at the beginning by that word', async () => {
    const made = await stage((await open()).store);
    const all = await eventsOf(made, 'beginning');
    expect(all.length).toBeGreaterThan(5);
    for (const [index, { id }] of all.entries())
      expect(await eventsOf(made, id)).toEqual(all.slice(index + 1));
    const last = (await feed(made, all.at(-1)?.id as string)).json();
    expect(last).toMatchObject({ events: [], has_more: false });
    expect(await eventsOf(made, last.next_cursor)).toEqual([]);
    const [first] = all as [Told[number]];
    const others = await eventsOf(made, first.id, ['other']);
    expect(others).toEqual(all.filter((event) => others.some(({ id }) => id === event.id)));
  });

  it('410 for an event that is deleted, of another store, or not told yet', async () => {
    const made = await stage((await open()).store);
    const all = await eventsOf(made, 'beginning');
    await made.store.db.deleteFrom('events').where('seq', '<=', 3).execute();
    await made.store.db.insertInto('meta').values({ key: 'feed_floor', value: '3' }).execute();
    const [first] = all as [Told[number]];
    const [epoch] = first.id.split('-');
    for (const id of [first.id, all[1]?.id, `${'0'.repeat(16)}-5`, `${epoch}-99999`]) {
      const gone = await feed(made, id as string);
      expect([id, gone.statusCode]).toEqual([id, 410]);
      expect(await eventsOf(made, gone.json().oldest_cursor)).toEqual(all.slice(3));
    }
    expect(await eventsOf(made, all[2]?.id as string)).toEqual(all.slice(3));
  });

  it('after a restore goes on behind an event that is still here, not behind one that was lost', async () => {
    const made = await stage((await open()).store);
    const all = await eventsOf(made, 'beginning');
    const [kept, lost] = [all.at(-3), all.at(-1)] as [Told[number], Told[number]];
    await made.store.transaction(async (tx) => {
      await tx.db.deleteFrom('events').where('seq', '>', kept.seq).execute();
      await beginEpoch(tx.db, lost.seq);
    });
    await made.scan('other');
    const news = await eventsOf(made, kept.id);
    expect(news.length).toBeGreaterThan(0);
    expect(news[0]?.seq).toBeGreaterThan(lost.seq);
    expect((await feed(made, lost.id)).statusCode).toBe(410);
    expect(await eventsOf(made, news[0]?.id as string)).toEqual(news.slice(1));
  });

  it.each(['Beginning', '0123456789abcdef-', '0123456789abcdef-x', '-5'])('400 for %s', async (after) => {
    const made = await stage((await open()).store, { scanned: false });
    expect((await feed(made, after)).statusCode).toBe(400);
  });
});
