import type { Ms } from '../contract/fact.ts';
import {
  branchOf,
  type ListInUse,
  type ListsInUse,
  type ReleaseBook,
  supportedOn,
} from '../contract/releases.ts';
import { compareVersions, parseVersion } from '../contract/version.ts';

const dated = '2026-08-22';

/** As published on the day of `dated`; sources: the projects' release pages. */
export const releases = {
  bigbluebutton: {
    depth: 2,
    endOfLife: 'bigbluebutton',
    shipped: {
      dated,
      ended_before: '2.7',
      branches: [
        { branch: '2.7', latest: '2.7.16', ends: '2025-05-31' },
        { branch: '3.0', latest: '3.0.35', ends: false },
        { branch: '4.0', latest: '4.0.0-beta.3' },
      ],
    },
  },
  greenlight: {
    depth: 1,
    shipped: {
      dated,
      ended_before: '3',
      branches: [{ branch: '3', latest: '3.8.2.4', ends: false }],
    },
  },
  scalelite: {
    depth: 1,
    shipped: {
      dated,
      ended_before: '1',
      branches: [{ branch: '1', latest: '1.8.5', ends: false }],
    },
  },
} satisfies ReleaseBook;

export type Product = keyof typeof releases;
export type Releases = ListsInUse<Product>;

/** Lines whose properties were read; a newer list of releases adds none. */
const readLines = ['2.7', '3.0', '4.0'] as const;

export interface Release {
  /** Newest release of the version's own line. */
  latest: string | undefined;
  supported: boolean | undefined;
}

/** 3.1 never left its beta and was continued as 4.0. */
const renamed: Readonly<Record<string, string>> = { '3.1': '4.0' };

/** Null for a line that the list does not have and for what is no version. */
export function releaseOf(product: Product, version: string, inUse: ListInUse, now: Ms): Release | null {
  if (!('list' in inUse)) return null;
  const own = ownLine(product, version);
  if (own === null) return null;
  const { list } = inUse;
  const found = branchOf(list, releases[product].depth, own);
  if (found === null) return null;
  if (found !== 'over') return { latest: found.latest, supported: supportedOn(found, now) };
  const [oldest] = list.branches.toSorted((a, b) => compareVersions(a.branch, b.branch) ?? 0);
  return { latest: oldest?.latest, supported: false };
}

/**
 * Whether properties of the product that were read in its lines 2.7 to 4.0 hold: a hidden version is one of them.
 * A later patch of a known line is the line.
 */
export function isKnownLine(version: string | null): boolean {
  return version === null || knownLine(version) !== null;
}

/** The line of a version of the server; null where it is none that was read. */
export function knownLine(version: string): (typeof readLines)[number] | null {
  const own = ownLine('bigbluebutton', version);
  return readLines.find((line) => line === own) ?? null;
}

export function isOutdated(version: string, release: Release): boolean {
  if (release.supported === false) return true;
  return release.latest !== undefined && compareVersions(version, release.latest) === -1;
}

function ownLine(product: Product, version: string): string | null {
  const numbers = parseVersion(version)?.numbers;
  if (numbers === undefined) return null;
  if (product !== 'bigbluebutton') return String(numbers[0]);
  const line = `${numbers[0]}.${numbers[1] ?? 0}`;
  return renamed[line] ?? line;
}
