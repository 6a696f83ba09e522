import { RoomwardenError } from '../errors.ts';

const hour = 3_600_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

export function isTimezone(timezone: string): boolean {
  try {
    formatter(timezone);
    return true;
  } catch {
    return false;
  }
}

/** A day of the calendar as `YYYY-MM-DD`; 2026-02-30 is none. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/**
 * Last millisecond of that day where the clocks show `timezone`.
 * @throws {RoomwardenError} RW1006, RW1007
 */
export function endOfDay(date: string, timezone: string): number {
  return firstInstant(date, timezone, (local) => local > date) - 1;
}

/** First millisecond of that day; not always midnight where clocks change at midnight. */
export function startOfDay(date: string, timezone: string): number {
  return firstInstant(date, timezone, (local) => local >= date);
}

/** The day that the clocks of `timezone` show at that instant. */
export function localDate(instant: number, timezone: string): string {
  const parts = new Map(
    formatter(timezone)
      .formatToParts(instant)
      .map((part) => [part.type, part.value]),
  );
  return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
}

/** Halves the span instead of adding offsets: correct through every change of the clocks, also skipped days. */
function firstInstant(date: string, timezone: string, reached: (local: string) => boolean): number {
  if (!isDate(date)) throw new RoomwardenError('RW1006', { value: date });
  if (!isTimezone(timezone)) throw new RoomwardenError('RW1007', { value: timezone });
  const noon = Date.parse(`${date}T12:00:00Z`);
  let before = noon - 48 * hour;
  let after = noon + 60 * hour;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (reached(localDate(middle, timezone))) after = middle;
    else before = middle;
  }
  return after;
}

/** @throws {RangeError} for a time zone that does not exist */
function formatter(timezone: string): Intl.DateTimeFormat {
  const known = formatters.get(timezone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formatters.set(timezone, made);
  return made;
}
