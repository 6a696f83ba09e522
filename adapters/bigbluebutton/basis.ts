import { answered } from './answer.ts';
import type { BigBlueButtonTarget } from './configuration.ts';
import type { Seen } from './seen.ts';

/** What a slice of the stored rooms has to know of the rest of its scan. */
export interface Basis extends Omit<Seen, 'settings'> {
  /** Codes are read through the view. */
  view: boolean | null;
}

/** Nothing of a meeting is in it, and of a recording its id alone. */
export function basisOf(seen: Seen, view: boolean | null): Basis {
  const { now, root, meetings, recordings, greenlight, database, files, recordingDoubted } = seen;
  const { call, gap, empty, rooms, ids } = recordings;
  return {
    now,
    root,
    meetings: answered(meetings)
      ? { call: meetings.call, value: { unreadable: meetings.value.unreadable, empty: meetings.value.empty } }
      : meetings,
    recordings: { call, gap, empty, rooms, ids: new Set(ids.keys()) },
    greenlight,
    database:
      database !== null && answered(database)
        ? { call: database.call, value: { site: database.value.site, roles: database.value.roles } }
        : database,
    files,
    recordingDoubted,
    view,
  };
}

export function seenBy({ settings }: BigBlueButtonTarget, { view: _, ...basis }: Basis): Seen {
  return { ...basis, settings };
}
