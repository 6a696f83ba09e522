import { describe, expect, it } from 'vitest';
import { defaultFreshness, nextRuns, scheduleProblem } from '../../src/config/schedule.ts';
import { now } from './helper.ts';

const hour = 3_600;

describe('schedules', () => {
  it.each(['*/30 * * * *', '0 6 * * 1-5', '15 3 1 * *', '0 0 29 2 *', '0 8,12 * * MON-FRI', ' 0 6 * * * '])(
    'takes %j',
    (line) => {
      expect(scheduleProblem(line, 'Europe/Berlin', now)).toBeNull();
    },
  );

  it.each(['', '* * * *', '@hourly', '60 * * * *', 'a b c d e', '0 6 * * 1-9'])('refuses %j', (line) => {
    expect(scheduleProblem(line, 'Europe/Berlin', now)?.en).toMatch(/^This is not a cron line/);
  });

  it('means the clock of the time zone', () => {
    expect(nextRuns('0 6 * * *', 'Europe/Berlin', now, 1)).toEqual([Date.parse('2026-06-16T04:00:00Z')]);
    expect(nextRuns('0 6 * * *', 'UTC', now, 1)).toEqual([Date.parse('2026-06-16T06:00:00Z')]);
  });

  it.each<[string | null, number]>([
    [null, 24 * hour],
    ['*/30 * * * *', 24 * hour],
    ['0 */8 * * *', 24 * hour],
    ['0 */12 * * *', 36 * hour],
    ['0 6 * * *', 72 * hour],
    ['0 6 * * 1-5', 216 * hour],
    ['0 6 * * 1', 504 * hour],
  ])('%s is stale after %i s', (line, seconds) => {
    expect(defaultFreshness(line, 'UTC', now)).toBe(seconds);
  });

  it.each(['* * * * *', '7,59 * * * *', '*/30 */1 * * *', '59 */5 * * *', '0 */6 * * *'])(
    '%s is told without looking ahead, and the same as with it',
    (line) => {
      for (const zone of ['Europe/Berlin', 'Australia/Lord_Howe', 'America/New_York']) {
        for (const moment of [now, Date.parse('2026-03-28T10:00:00Z'), Date.parse('2026-10-31T20:00:00Z')]) {
          const runs = nextRuns(line, zone, moment, 60);
          const gaps = runs.slice(1).map((run, index) => (run - (runs[index] ?? run)) / 1000);
          expect(Math.max(24 * hour, 3 * Math.max(...gaps))).toBe(defaultFreshness(line, zone, moment));
        }
      }
    },
  );

  it('does not depend on the moment, also over the change of the clocks', () => {
    const moments = [
      now,
      now + 86_400_000,
      Date.parse('2026-10-24T10:00:00Z'),
      Date.parse('2026-12-31T23:59:00Z'),
    ];
    const found = moments.map((moment) => defaultFreshness('0 6 * * 1-5', 'UTC', moment));
    expect(new Set(found)).toEqual(new Set([216 * hour]));
  });
});
