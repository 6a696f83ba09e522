import { expect, it } from 'vitest';
import { Timetable } from '../../src/scan/timetable.ts';

const at = (text: string): number => Date.parse(`${text}:00Z`);
const zone = 'Europe/Berlin';

const one = (schedule: string | null, lastStartedAt: number | null): Timetable =>
  new Timetable([{ id: 'a', schedule, lastStartedAt }], zone);

it.each([
  ['never scanned', '0 3 * * *', null, at('2026-11-01T12:00'), true],
  ['never scanned, without schedule', null, null, at('2026-11-01T12:00'), true],
  ['scanned once, without schedule', null, at('2020-01-01T00:00'), at('2026-11-01T12:00'), false],
  ['a moment before', '*/5 * * * *', at('2026-11-01T12:00'), at('2026-11-01T12:05') - 1, false],
  ['on the minute', '*/5 * * * *', at('2026-11-01T12:00'), at('2026-11-01T12:05'), true],
  ['scanned by hand between two times', '0 * * * *', at('2026-11-01T12:59'), at('2026-11-01T13:00'), true],
  ['in local time, not in UTC', '0 3 * * *', at('2026-11-01T01:59'), at('2026-11-01T02:00'), true],
  ['local time in summer', '0 3 * * *', at('2026-07-01T00:59'), at('2026-07-01T01:00'), true],
  ['a clock that was set back', '0 3 * * *', at('2026-11-02T12:00'), at('2026-11-01T12:00'), false],
  ['a clock that was years ahead', '0 3 * * *', at('2036-02-07T06:28'), at('2026-11-01T12:00'), true],
  ['a clock that was years ahead, on demand', null, at('2036-02-07T06:28'), at('2026-11-01T12:00'), false],
] as const)('due: %s', (_name, schedule, last, now, due) => {
  expect(one(schedule, last).due(now)).toEqual(due ? ['a'] : []);
});

it('an hour that is left out or comes twice: once each day', () => {
  // In Berlin 02:30 does not exist on 29 March and comes twice on 25 October 2026.
  for (const [from, to] of [
    ['2026-03-27T12:00', '2026-03-31T12:00'],
    ['2026-10-23T12:00', '2026-10-27T12:00'],
  ] as const) {
    const made = one('30 2 * * *', at(from));
    let scans = 0;
    for (let now = at(from); now < at(to); now += 60_000) {
      if (made.due(now).length === 0) continue;
      scans += 1;
      made.started('a', now);
    }
    expect(scans).toBe(4);
  }
});

it('what was missed many times is due once, and then at its next time', () => {
  const made = one('*/5 * * * *', at('2026-10-01T00:00'));
  const now = at('2026-11-01T12:03');
  expect(made.due(now)).toEqual(['a']);
  made.started('a', now);
  expect(made.due(now)).toEqual([]);
  expect(made.due(at('2026-11-01T12:05') - 1)).toEqual([]);
  expect(made.due(at('2026-11-01T12:05'))).toEqual(['a']);
});

it('a day of 2,000 targets: each at each of its times', () => {
  const begin = at('2026-11-01T00:00');
  const ids = Array.from({ length: 2_000 }, (_, place) => `t${place}`);
  const made = new Timetable(
    ids.map((id, place) => ({ id, schedule: `${place % 60} */2 * * *`, lastStartedAt: begin - 1 })),
    'UTC',
  );
  const scans = new Map<string, number>();
  for (let now = begin; now < begin + 86_400_000; now += 60_000) {
    for (const id of made.due(now)) {
      scans.set(id, (scans.get(id) ?? 0) + 1);
      made.started(id, now);
    }
  }
  expect(ids.filter((id) => scans.get(id) !== 12)).toEqual([]);
});
