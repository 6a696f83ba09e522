import { describe, expect, it } from 'vitest';
import { endOfDay, isDate, isTimezone, localDate, startOfDay } from '../../src/config/dates.ts';
import { formatDuration, parseDuration } from '../../src/config/duration.ts';

describe('durations', () => {
  it.each([
    ['90s', 90],
    ['30m', 1_800],
    ['24h', 86_400],
    ['7d', 604_800],
    ['0d', 0],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each([
    '',
    '7',
    'd',
    '-1d',
    '1.5h',
    '7 d',
    '7D',
    '1d12h',
    '1w',
    '1e3s',
    '9999999999d',
    ' 7d',
    '7d\n',
    '٣d',
  ])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(/RW1005/);
  });

  it.each([0, 1, 59, 60, 90, 3_600, 5_400, 86_400, 90_000, 604_800])('%i seconds come back', (seconds) => {
    expect(parseDuration(formatDuration(seconds))).toBe(seconds);
  });

  it('names the largest unit', () => {
    expect([0, 45, 5_400, 7_200, 172_800].map(formatDuration)).toEqual(['0s', '45s', '90m', '2h', '2d']);
  });
});

describe('days in a time zone', () => {
  it.each([
    ['2027-01-31', 'Europe/Berlin', '2027-01-31T22:59:59.999Z'],
    ['2027-07-31', 'Europe/Berlin', '2027-07-31T21:59:59.999Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-29T21:59:59.999Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-25T22:59:59.999Z'],
    ['2026-12-31', 'UTC', '2026-12-31T23:59:59.999Z'],
    ['2026-06-01', 'Pacific/Kiritimati', '2026-06-01T09:59:59.999Z'],
    ['2026-06-01', 'Pacific/Pago_Pago', '2026-06-02T10:59:59.999Z'],
    ['2026-06-01', 'Asia/Kathmandu', '2026-06-01T18:14:59.999Z'],
    // Clocks jump from 00:00 to 01:00 on the next day: the day still ends at midnight.
    ['2018-11-03', 'America/Sao_Paulo', '2018-11-04T02:59:59.999Z'],
    // A day that this zone left out.
    ['2011-12-29', 'Pacific/Apia', '2011-12-30T09:59:59.999Z'],
    ['2024-02-29', 'Europe/Berlin', '2024-02-29T22:59:59.999Z'],
  ])('%s ends in %s at %s', (date, timezone, instant) => {
    expect(new Date(endOfDay(date, timezone)).toISOString()).toBe(instant);
  });

  it('starts at the first instant that shows the day', () => {
    expect(new Date(startOfDay('2018-11-04', 'America/Sao_Paulo')).toISOString()).toBe(
      '2018-11-04T03:00:00.000Z',
    );
    expect(new Date(startOfDay('2026-03-29', 'Europe/Berlin')).toISOString()).toBe(
      '2026-03-28T23:00:00.000Z',
    );
  });

  it('joins days without a gap', () => {
    for (const day of ['2026-03-28', '2026-03-29', '2026-10-24', '2026-10-25']) {
      const end = endOfDay(day, 'Europe/Berlin');
      expect(startOfDay(localDate(end + 1, 'Europe/Berlin'), 'Europe/Berlin')).toBe(end + 1);
    }
  });

  it.each(['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '31.01.2027', '', '2026-01-01T00:00:00Z'])(
    'refuses %j as a day',
    (text) => {
      expect(isDate(text)).toBe(false);
      expect(() => endOfDay(text, 'UTC')).toThrow(/RW1006/);
    },
  );

  it('knows which time zones exist', () => {
    expect(isTimezone('Europe/Berlin')).toBe(true);
    expect(isTimezone('Europe/Erfurt')).toBe(false);
    expect(() => endOfDay('2026-01-01', 'Nowhere')).toThrow(/RW1007/);
  });
});
