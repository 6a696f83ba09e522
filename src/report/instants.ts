import { isDate, startOfDay } from '../config/dates.ts';
import { ReportProblem } from './problem.ts';
import type { Writer } from './writer.ts';

export interface Times {
  /** Milliseconds. */
  from: number;
  to: number;
  targets: string[];
}

/** A day (its beginning where the clocks of the organisation stand), an instant with its offset, or the id of a scan. */
export function readMoment(value: string, timezone: string): string | number {
  if (isDate(value)) return startOfDay(value, timezone);
  const instant = /^\d{4}-\d{2}-\d{2}T\S+(?:Z|[+-]\d{2}:\d{2})$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? value : instant;
}

/** Of two scans the target is theirs. @throws {ReportProblem} */
export async function resolveTimes(writer: Writer): Promise<Times> {
  const { asked, state } = writer;
  const targets = state.targets.map(({ id }) => id);
  const from = await momentOf(writer, 'from', asked.from);
  // Where nothing has moved since the beginning, the end is the beginning.
  const to =
    asked.to === undefined
      ? { at: Math.max(state.at, from.at), target: null }
      : await momentOf(writer, 'to', asked.to);
  if (from.target !== null && to.target !== null && from.target !== to.target) {
    throw new ReportProblem('to', {
      de: `Die Prüfläufe gehören zu zwei Systemen: ${from.target} und ${to.target}.`,
      en: `The scans are of two targets: ${from.target} and ${to.target}.`,
    });
  }
  if (from.at > to.at) {
    throw new ReportProblem('from', {
      de: 'Der Anfang liegt nach dem Ende.',
      en: 'The beginning is after the end.',
    });
  }
  const own = from.target ?? to.target;
  return { from: from.at, to: to.at, targets: own === null ? targets : [own] };
}

async function momentOf(
  { state }: Writer,
  parameter: 'from' | 'to',
  value: string | number | undefined,
): Promise<{ at: number; target: string | null }> {
  if (typeof value === 'number') return { at: value, target: null };
  const scan = await state.deps.store.db
    .selectFrom('scans')
    .select(['target', 'finished_at', 'recorded'])
    .where('id', '=', value ?? '')
    .executeTakeFirst();
  const seen = scan !== undefined && state.targets.some(({ id }) => id === scan.target);
  // A scan of a target that is hidden is answered like one that does not exist.
  if (!seen || scan.recorded !== 1 || scan.finished_at === null) {
    throw new ReportProblem(parameter, {
      de: `„${value ?? ''}“ ist weder ein Zeitpunkt noch ein beendeter Prüflauf.`,
      en: `"${value ?? ''}" is neither a time nor a scan that has ended.`,
    });
  }
  return { at: scan.finished_at, target: scan.target };
}
