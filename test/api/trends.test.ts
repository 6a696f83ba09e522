import { afterEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Trends } from '../../src/api/schemas/trend.ts';
import { currentTrends, noteTrends } from '../../src/scan/trends.ts';
import { closeStages, embedded, type Stage, stage } from './helper.ts';

afterEach(closeStages);

const dayMs = 86_400_000;
const trends = async (made: Stage, query = ''): Promise<z.output<typeof Trends>> => {
  const response = await made.get(`/api/v1/trends${query}`);
  expect(response.statusCode).toBe(200);
  return response.json();
};
const total = ({ pass, violation, waived, unknown }: Record<string, unknown>): number =>
  [pass, violation, waived, unknown].reduce((sum: number, each) => sum + Number(each), 0);

describe('from day to day', () => {
  it('says the same of today as the targets do, noted or not', async () => {
    const made = await stage(await embedded());
    const unnoted = await trends(made);
    await noteTrends(made.recording);
    expect((await trends(made)).points).toEqual(unnoted.points);
    expect(unnoted.points.length).toBe(1);
    const [point] = unnoted.points;
    const { targets } = (await made.get('/api/v1/targets')).json();
    const sum = (verdict: string): number =>
      targets.reduce(
        (all: number, { verdicts }: { verdicts: Record<string, number> }) => all + (verdicts[verdict] ?? 0),
        0,
      );
    expect(point).toMatchObject({
      pass: sum('pass'),
      unknown: sum('unknown'),
      targets: 2,
      scanned: 2,
      stale: 0,
      score: null,
    });
    expect((point?.violation ?? 0) + (point?.waived ?? 0)).toBe(sum('violation'));
    const one = await trends(made, '?target=main');
    expect(one.points[0]?.score).toEqual(targets[0].score);
  });

  it('adds up by policy to what the whole has', async () => {
    const made = await stage(await embedded());
    const rows = await made.store.db.selectFrom('targets').selectAll().execute();
    for (const row of rows) {
      const [whole, ...policies] = currentTrends(made.recording, row);
      for (const key of ['pass', 'violation', 'waived', 'unknown'] as const) {
        const sum = policies.reduce((all, policy) => all + policy[key], 0);
        expect([row.id, key, sum]).toEqual([row.id, key, whole?.[key]]);
      }
    }
    const { policy, points } = await trends(made, '?policy=access&target=main');
    expect([policy, points[0]?.violation]).toEqual(['access', 3]);
  });

  it('carries on what still holds, and counts as not seen what nobody looked at for too long', async () => {
    const made = await stage(await embedded());
    const [main] = made.recording.config.targets;
    if (main === undefined) throw new Error('no target');
    await noteTrends(made.recording);
    const checks = total((await trends(made, '?target=main')).points[0] ?? {});
    made.clock.now += dayMs;
    for (const room of made.worlds.main.rooms) room.password = true;
    await made.scan('main');
    await noteTrends(made.recording);
    made.clock.now += 4 * main.freshness * 1000;
    const { points } = await trends(made, '?target=main&days=30');
    expect(points.map(({ scanned }) => scanned).slice(0, 2)).toEqual([1, 1]);
    expect(points[1]?.violation).toBeLessThan(points[0]?.violation ?? 0);
    const last = points.at(-1);
    expect(last).toMatchObject({
      pass: 0,
      violation: points[1]?.violation,
      scanned: 0,
      stale: 1,
      score: { low: 0 },
    });
    expect(total(last ?? {})).toBe(checks);
    // A page of days that begins later knows what was before it.
    expect((await trends(made, '?target=main&days=2')).points.at(-1)).toEqual(last);
  });

  it('knows the days before there were notes from the scans', async () => {
    const made = await stage(await embedded());
    made.clock.now += 3 * dayMs;
    await made.scan('main');
    await noteTrends(made.recording);
    const stored = await made.store.db
      .selectFrom('trends')
      .select(['day', 'policy'])
      .where('target', '=', 'main')
      .where('policy', '=', '')
      .orderBy('day')
      .execute();
    expect(stored.map(({ day }) => day)).toEqual(['2026-11-01', '2026-11-04']);
  });

  it('shows nothing of other targets, and refuses what does not exist', async () => {
    const made = await stage(await embedded());
    const limited = await made.token(['read'], ['other']);
    const seen = (await made.get('/api/v1/trends', limited)).json();
    expect([seen.targets, seen.points[0].targets]).toEqual([['other'], 1]);
    for (const query of ['?target=main', '?policy=none', '?days=1', '?days=5000']) {
      expect((await made.get(`/api/v1/trends${query}`, limited)).statusCode).toBe(400);
    }
    expect((await made.get('/api/v1/trends', await made.token(['feed']))).statusCode).toBe(403);
  });
});
