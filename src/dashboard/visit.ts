/** The last visit is remembered in this browser alone: the server does not note who looked when. */
export interface Visit {
  at: number;
  totals: Readonly<Record<string, number>>;
}

interface Kept {
  before: Visit | null;
  current: Visit;
}

const key = 'rw.visit';
/** A visit is over after this long without one. */
const pauseMs = 30 * 60_000;

let before: Visit | null | undefined;

function kept(): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/** The visit before this one; null at the first. */
export function lastVisit(now: number): Visit | null {
  if (before !== undefined) return before;
  const known = kept();
  before = known === null ? null : now - known.current.at > pauseMs ? known.current : known.before;
  return before;
}

export function noteVisit(totals: Visit['totals'], now: number): void {
  const last = lastVisit(now);
  localStorage.setItem(key, JSON.stringify({ before: last, current: { at: now, totals } } satisfies Kept));
}
