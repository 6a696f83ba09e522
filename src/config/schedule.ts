import { Cron } from 'croner';
import type { Bilingual } from '../texts/fill.ts';

const day = 86_400;
/** Runs looked ahead: enough for the longest gap of a line that names days of a week or of a month. */
const runsAhead = 60;

/** What is wrong with a cron line, or null. */
export function scheduleProblem(line: string, timezone: string, now: number): Bilingual | null {
  const fields = line.trim().split(/\s+/).length;
  if (fields === 6 || fields === 7) {
    return {
      de: 'Der Zeitplan hat fünf Felder (Minute Stunde Tag Monat Wochentag); Sekunden und Jahre gibt es nicht.',
      en: 'A schedule has five fields (minute hour day month weekday); there are no seconds and no years.',
    };
  }
  const wrong = {
    de: 'Das ist keine Cron-Zeile mit fünf Feldern, wie "*/30 * * * *".',
    en: 'This is not a cron line of five fields, such as "*/30 * * * *".',
  };
  if (fields !== 5) return wrong;
  try {
    if (nextRuns(line, timezone, now, 1).length > 0) return null;
  } catch {
    return wrong;
  }
  return { de: 'Dieser Zeitplan trifft nie ein.', en: 'This schedule never comes due.' };
}

/** Instants in ms after `now`. @throws for a line that is no cron line */
export function nextRuns(line: string, timezone: string, now: number, count: number): number[] {
  const cron = new Cron(line, { timezone, mode: '5-part', paused: true });
  return cron.nextRuns(count, new Date(now)).map((run) => run.getTime());
}

/** Every day and at least every six hours: three times that is less than a day, also where the clocks change. */
const often = /^\S+\s+(?:\*|\*\/[1-6])(?:\s+\*){3}$/;

/** Seconds: three times the longest gap of the schedule, never less than 24 h. */
export function defaultFreshness(line: string | null, timezone: string, now: number): number {
  if (line === null || often.test(line.trim())) return day;
  const runs = nextRuns(line, timezone, now, runsAhead);
  const gaps = runs.slice(1).map((run, index) => (run - (runs[index] ?? run)) / 1000);
  return Math.max(day, 3 * Math.max(0, ...gaps));
}
