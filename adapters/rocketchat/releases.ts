import type { Ms } from '../contract/fact.ts';
import { parseVersion } from '../contract/version.ts';

/**
 * Lines of Rocket.Chat for servers without the vendor's own list. `ends`: the announced end of support. `until`: the
 * earliest day on which support can end, where only release candidates are dated; afterwards nothing is known.
 * Standard lines are supported for six months, LTS lines for twelve. A line that is not listed is unknown.
 */
export const releases = {
  dated: '2026-11-21',
  /** Every line before this one was out of support on `dated`. */
  endedBefore: '7.10',
  lines: [
    { line: '7.10', ends: '2026-09-30' },
    { line: '8.5', ends: '2027-06-30' },
    { line: '8.6', until: '2026-12-26', latest: '8.6.1' },
    { line: '8.7', until: '2027-02-06', latest: '8.7.1' },
    { line: '8.8', until: '2027-02-28', latest: '8.8.1' },
  ],
} as const satisfies {
  dated: string;
  endedBefore: string;
  lines: readonly { line: string; ends?: string; until?: string; latest?: string }[];
};

interface Entry {
  line: string;
  ends?: string;
  until?: string;
  latest?: string;
}

export function listedSupport(line: string, now: Ms): boolean | undefined {
  const entry: Entry | undefined = releases.lines.find((each) => each.line === line);
  if (entry?.ends !== undefined) return now <= endOf(entry.ends);
  if (entry?.until !== undefined) return now <= endOf(entry.until) ? true : undefined;
  return isBefore(line, releases.endedBefore) ? false : undefined;
}

export function listedLatest(line: string): string | undefined {
  const entry: Entry | undefined = releases.lines.find((each) => each.line === line);
  return entry?.latest;
}

/** Seconds since the list was made; never negative. */
export function listAge(now: Ms): number {
  return Math.max(0, Math.floor((now - Date.parse(`${releases.dated}T00:00:00Z`)) / 1000));
}

const endOf = (day: string): Ms => Date.parse(`${day}T23:59:59Z`);

function isBefore(line: string, other: string): boolean {
  const [a, b] = [line, other].map((text) => parseVersion(text)?.numbers ?? []);
  const [major = Number.NaN, minor = Number.NaN] = a ?? [];
  const [otherMajor = 0, otherMinor = 0] = b ?? [];
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
