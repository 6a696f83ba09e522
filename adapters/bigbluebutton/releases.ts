import { compareVersions, parseVersion } from '../contract/version.ts';

/** Lines and their newest releases as published on the day of `dated`; sources: the projects' release pages. */
export const releases = {
  dated: '2026-08-22',
  bigbluebutton: [
    { line: '2.7', latest: '2.7.16', supported: false, ended: '2025-05-31' },
    { line: '3.0', latest: '3.0.35', supported: true, ended: null },
    { line: '4.0', latest: '4.0.0-beta.3', supported: false, ended: null },
  ],
  greenlight: [{ line: '3', latest: '3.8.2.4', supported: true, ended: null }],
  scalelite: [{ line: '1', latest: '1.8.5', supported: true, ended: null }],
} as const;

export type Product = 'bigbluebutton' | 'greenlight' | 'scalelite';

export interface Release {
  /** Newest release of the version's own line. */
  latest: string;
  supported: boolean;
}

/** 3.1 never left its beta and was continued as 4.0. */
const renamed: Readonly<Record<string, string>> = { '3.1': '4.0' };

/** Lines before the first listed one are over; null for one that is newer than the list or no version. */
export function releaseOf(product: Product, version: string): Release | null {
  const parsed = parseVersion(version);
  if (parsed === undefined) return null;
  const own = lineOf(product, parsed.numbers);
  for (const known of releases[product]) {
    if (known.line === own) return { latest: known.latest, supported: known.supported };
  }
  const [oldest] = releases[product];
  if (compareVersions(own, oldest.line) === -1) return { latest: oldest.latest, supported: false };
  return null;
}

/**
 * Whether properties of the product that were read in its lines 2.7 to 4.0 hold: a hidden version is one of them.
 * A later patch of a known line is the line.
 */
export function isKnownLine(version: string | null): boolean {
  if (version === null) return true;
  const parsed = parseVersion(version);
  if (parsed === undefined) return false;
  const own = lineOf('bigbluebutton', parsed.numbers);
  return releases.bigbluebutton.some((known) => known.line === own);
}

/** The line of a version of the server; null where it is none that is listed. */
export function knownLine(version: string): '2.7' | '3.0' | '4.0' | null {
  const parsed = parseVersion(version);
  if (parsed === undefined) return null;
  const own = lineOf('bigbluebutton', parsed.numbers);
  return releases.bigbluebutton.find((known) => known.line === own)?.line ?? null;
}

export function isOutdated(version: string, release: Release): boolean {
  return !release.supported || compareVersions(version, release.latest) === -1;
}

function lineOf(product: Product, numbers: readonly number[]): string {
  if (product !== 'bigbluebutton') return String(numbers[0]);
  const line = `${numbers[0]}.${numbers[1] ?? 0}`;
  return renamed[line] ?? line;
}
