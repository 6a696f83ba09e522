import type { ListsInUse, ReleaseBook, ReleaseList } from '../contract/releases.ts';
import { compareVersions } from '../contract/version.ts';

/**
 * Stable releases with the numbers of their parts where they are known; `web` is the one in the page's script addresses.
 * Jitsi documents no support periods: the newest counts, one behind is still supported.
 */
export const releases = {
  'jitsi-meet': {
    depth: 3,
    parts: { web: /^\d{1,9}$/, jicofo: /^\d+\.\d+-\d+$/, jvb: /^\d+\.\d+-\d+$/ },
    shipped: {
      dated: '2026-08-20',
      branches: [
        { branch: '2.0.11146' },
        { branch: '2.0.11031', parts: { web: '9268', jicofo: '1.0-1183', jvb: '2.3-295' } },
        { branch: '2.0.10978', parts: { web: '9222', jicofo: '1.0-1180', jvb: '2.3-291' } },
        { branch: '2.0.10888', parts: { web: '9139', jicofo: '1.0-1174', jvb: '2.3-287' } },
        { branch: '2.0.10741', parts: { web: '9008', jicofo: '1.0-1169', jvb: '2.3-272' } },
        { branch: '2.0.10710', parts: { web: '8979', jicofo: '1.0-1169', jvb: '2.3-270' } },
        { branch: '2.0.10655', parts: { web: '8936', jicofo: '1.0-1167', jvb: '2.3-260' } },
        { branch: '2.0.10590', parts: { web: '8877', jicofo: '1.0-1162', jvb: '2.3-259' } },
        { branch: '2.0.10532', parts: { web: '8821', jicofo: '1.0-1161', jvb: '2.3-258' } },
        { branch: '2.0.10431', parts: { web: '8737', jicofo: '1.0-1153', jvb: '2.3-249' } },
        { branch: '2.0.10314', parts: { web: '8648', jicofo: '1.0-1138', jvb: '2.3-236' } },
      ],
    },
  },
} satisfies ReleaseBook;

export type Releases = ListsInUse<keyof typeof releases>;

export interface Release {
  version: string;
  web: number | null;
  jicofo: string | null;
  jvb: string | null;
}

/** Newest first. */
export type Known = readonly Release[];

/** A list that was given adds to those that come along: what was released once stays released. */
export function knownReleases({ branches }: ReleaseList): Known {
  const listed = new Set(branches.map(({ branch }) => branch));
  const others = releases['jitsi-meet'].shipped.branches.filter(({ branch }) => !listed.has(branch));
  return [...branches, ...others]
    .toSorted((a, b) => compareVersions(b.branch, a.branch) ?? 0)
    .map(({ branch, parts = {} }) => ({
      version: branch,
      web: parts['web'] === undefined ? null : Number(parts['web']),
      jicofo: parts['jicofo'] ?? null,
      jvb: parts['jvb'] ?? null,
    }));
}

/** Releases whose behaviour was read; a newer list of releases adds none. */
export const readReleases: Known = knownReleases(releases['jitsi-meet'].shipped);

export type Line =
  | { state: 'known'; web: number; release: string | null }
  /** Above the newest number that the list knows. */
  | { state: 'newer'; web: number }
  /** Below the oldest: what holds there was not read. */
  | { state: 'older'; web: number };

/** Where a web number stands in the list. */
export function lineOf(web: number, known: Known): Line {
  const numbers = known.flatMap((release) => (release.web === null ? [] : [release.web]));
  if (web > Math.max(...numbers)) return { state: 'newer', web };
  if (web < Math.min(...numbers)) return { state: 'older', web };
  return { state: 'known', web, release: known.find((release) => release.web === web)?.version ?? null };
}

/** `2.0.11031` or the bare number, as some operators write it into their configuration. */
export function releaseNamed(text: string, known: Known): string | null {
  const number = /^(?:2\.0\.|stable-)?(\d{4,6})(?:-\d+)?$/.exec(text.trim())?.[1];
  return known.find((release) => release.version === `2.0.${number}`)?.version ?? null;
}

export function isSupported(version: string, known: Known): boolean {
  return known.slice(0, 2).some((release) => release.version === version);
}

export type Placed =
  | { state: 'release'; version: string }
  /** Between this release of the list and the next, or a number that several share, of which this is the newest. */
  | { state: 'at_most'; version: string }
  | { state: 'newer' }
  | { state: 'older' }
  | { state: 'unreadable' };

/** Where the version of a part (`1.0-1183`, `2.3-295-g0123abc`) stands in the list. */
export function placeOfPart(part: 'jicofo' | 'jvb', text: string, known: Known): Placed {
  const number = /^(\d+)\.(\d+)[-.](\d+)(?:[-.+].*)?$/.exec(text);
  if (number === null) return { state: 'unreadable' };
  const value = orderOf(number);
  const listed = known.flatMap((release) => {
    const own = /^(\d+)\.(\d+)-(\d+)$/.exec(release[part] ?? '');
    return own === null ? [] : [{ version: release.version, value: orderOf(own) }];
  });
  const [newest] = listed;
  const oldest = listed.at(-1);
  if (newest === undefined || oldest === undefined || value > newest.value) return { state: 'newer' };
  if (value < oldest.value) return { state: 'older' };
  const same = listed.filter((release) => release.value === value);
  const [first] = same;
  if (first !== undefined)
    return { state: same.length === 1 ? 'release' : 'at_most', version: first.version };
  const before = listed.find((release) => release.value < value) ?? oldest;
  return { state: 'at_most', version: before.version };
}

function orderOf(match: RegExpExecArray): number {
  return Number(match[1]) * 1e9 + Number(match[2]) * 1e6 + Number(match[3]);
}

/** -1 where `a` is the older one; both stand in the list. */
export function compareReleases(a: string, b: string): number {
  return compareVersions(a, b) ?? 0;
}

/** The same for the number in the page's script addresses. */
export function placeOfWeb(web: number, known: Known): Placed {
  const line = lineOf(web, known);
  if (line.state !== 'known') return { state: line.state };
  if (line.release !== null) return { state: 'release', version: line.release };
  const before = known.find((release) => release.web !== null && release.web < web);
  return before === undefined ? { state: 'older' } : { state: 'at_most', version: before.version };
}
