import { afterEach, describe, expect, it } from 'vitest';
import { give } from './giving.ts';
import { closeStages, embedded, stage } from './helper.ts';

afterEach(closeStages);

const day = 86_400_000;

describe('an exception for recordings', () => {
  const recorded = (ages: number[], room: string | null = 'shut') => ({
    recordings: ages.map((age, index) => ({
      id: `r${index}`,
      age: age * 86_400,
      ...(room === null ? {} : { room }),
    })),
  });
  const purpose = { policy: 'recordings', room: 'shut', purpose: 'Schulung', until: '2026-11-02' };
  const over = Date.UTC(2026, 10, 2, 23);

  async function ended(recordings: object, after: object, outcomes: object = {}) {
    const made = await stage(await embedded(), { main: recordings });
    const given = (await give(made, purpose)).json();
    made.clock.now = over + day;
    const care = async () => (await made.get(`/api/v1/waivers/${given.id}`)).json().aftercare;
    expect(given.aftercare).toBeUndefined();
    expect(await care()).toEqual({ state: 'unknown', count: null, checked_at: null });
    Object.assign(made.worlds.main, after, { outcomes });
    for (let times = 0; times < 2; times += 1) await made.scan('main');
    return { made, care, given };
  }

  it('covers the recordings of that room while it lasts', async () => {
    const made = await stage(await embedded(), { main: recorded([30, 30]) });
    expect((await give(made, purpose)).json().review.holds.violations).toBe(2);
    const elsewhere = await stage(await embedded(), { main: recorded([30], 'another') });
    expect((await give(elsewhere, purpose)).json().review.holds.violations).toBe(0);
  });

  it('they are gone', async () => {
    const { made, care, given } = await ended(recorded([30]), { recordings: [] });
    expect(await care()).toMatchObject({ state: 'gone', count: 0, checked_at: expect.any(String) });
    const log = await made.store.db
      .selectFrom('audit_log')
      .selectAll()
      .where('action', '=', 'waiver.aftercare')
      .execute();
    expect(log.map(({ object, detail_json }) => [object, JSON.parse(detail_json).state])).toEqual([
      [given.id, 'remaining'],
      [given.id, 'gone'],
    ]);
    // For good: what is recorded later has its own findings, and a list that fails takes nothing back.
    made.worlds.main.outcomes = { recordings: 'failed' };
    await made.scan('main');
    expect(await care()).toMatchObject({ state: 'gone' });
  });

  it('some are left; later ones do not count', async () => {
    const { care } = await ended(recorded([30]), recorded([33, 0]));
    expect(await care()).toMatchObject({ state: 'remaining', count: 1 });
  });

  it('nobody knows: the list failed, or does not name the room', async () => {
    const failed = await ended(recorded([]), { recordings: [] }, { recordings: 'failed' });
    expect(await failed.care()).toMatchObject({ state: 'unknown', count: null });
    const unnamed = await ended(recorded([30], null), recorded([33], null));
    expect(await unnamed.care()).toMatchObject({ state: 'unknown', count: null });
  });
});
