/**
 * One stable release with the numbers of its parts, null where they are not known; `web` is the one in the page's script
 * addresses.
 */
export interface Release {
  version: string;
  web: number | null;
  jicofo: string | null;
  jvb: string | null;
}

/** Newest first. Jitsi documents no support periods: the newest counts, one behind is still supported. */
export const releaseList = {
  dated: '2026-08-20',
  releases: [
    { version: '2.0.11146', web: null, jicofo: null, jvb: null },
    { version: '2.0.11031', web: 9268, jicofo: '1.0-1183', jvb: '2.3-295' },
    { version: '2.0.10978', web: 9222, jicofo: '1.0-1180', jvb: '2.3-291' },
    { version: '2.0.10888', web: 9139, jicofo: '1.0-1174', jvb: '2.3-287' },
    { version: '2.0.10741', web: 9008, jicofo: '1.0-1169', jvb: '2.3-272' },
    { version: '2.0.10710', web: 8979, jicofo: '1.0-1169', jvb: '2.3-270' },
    { version: '2.0.10655', web: 8936, jicofo: '1.0-1167', jvb: '2.3-260' },
    { version: '2.0.10590', web: 8877, jicofo: '1.0-1162', jvb: '2.3-259' },
    { version: '2.0.10532', web: 8821, jicofo: '1.0-1161', jvb: '2.3-258' },
    { version: '2.0.10431', web: 8737, jicofo: '1.0-1153', jvb: '2.3-249' },
    { version: '2.0.10314', web: 8648, jicofo: '1.0-1138', jvb: '2.3-236' },
  ],
} as const satisfies { dated: string; releases: readonly Release[] };

const releases: readonly Release[] = releaseList.releases;

export const latestRelease: string = releaseList.releases[0].version;

export type Line =
  | { state: 'known'; web: number; release: string | null; supported: boolean }
  /** Above the newest number that the list knows. */
  | { state: 'newer'; web: number }
  /** Below the oldest: what holds there was not read. */
  | { state: 'older'; web: number };

/** Where a web number stands in the list. */
export function lineOf(web: number): Line {
  const numbers = releases.flatMap((release) => (release.web === null ? [] : [release.web]));
  if (web > Math.max(...numbers)) return { state: 'newer', web };
  if (web < Math.min(...numbers)) return { state: 'older', web };
  const place = releases.findIndex((release) => release.web === web);
  const release = releases[place]?.version ?? null;
  return { state: 'known', web, release, supported: place >= 0 && place <= 1 };
}

/** `2.0.11031` or the bare number, as some operators write it into their configuration. */
export function releaseNamed(text: string): string | null {
  const number = /^(?:2\.0\.|stable-)?(\d{4,6})(?:-\d+)?$/.exec(text.trim())?.[1];
  return releases.find((release) => release.version === `2.0.${number}`)?.version ?? null;
}

export function isSupported(version: string): boolean {
  return releases.slice(0, 2).some((release) => release.version === version);
}

/** Seconds since the list was dated. */
export function listAge(now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(releaseList.dated)) / 1000));
}

export type Placed =
  | { state: 'release'; version: string }
  /** Between this release of the list and the next, or a number that several share, of which this is the newest. */
  | { state: 'at_most'; version: string }
  | { state: 'newer' }
  | { state: 'older' }
  | { state: 'unreadable' };

/** Where the version of a part (`1.0-1183`, `2.3-295-g0123abc`) stands in the list. */
export function placeOfPart(part: 'jicofo' | 'jvb', text: string): Placed {
  const number = /^(\d+)\.(\d+)[-.](\d+)(?:[-.+].*)?$/.exec(text);
  if (number === null) return { state: 'unreadable' };
  const value = orderOf(number);
  const known = releases.flatMap((release) => {
    const own = /^(\d+)\.(\d+)-(\d+)$/.exec(release[part] ?? '');
    return own === null ? [] : [{ version: release.version, value: orderOf(own) }];
  });
  const [newest] = known;
  const oldest = known.at(-1);
  if (newest === undefined || oldest === undefined || value > newest.value) return { state: 'newer' };
  if (value < oldest.value) return { state: 'older' };
  const same = known.filter((release) => release.value === value);
  const [first] = same;
  if (first !== undefined)
    return { state: same.length === 1 ? 'release' : 'at_most', version: first.version };
  const before = known.find((release) => release.value < value) ?? oldest;
  return { state: 'at_most', version: before.version };
}

function orderOf(match: RegExpExecArray): number {
  return Number(match[1]) * 1e9 + Number(match[2]) * 1e6 + Number(match[3]);
}

/** -1 where `a` is the older one; both stand in the list. */
export function compareReleases(a: string, b: string): number {
  const place = (version: string): number => releases.findIndex((release) => release.version === version);
  return Math.sign(place(b) - place(a));
}

/** The same for the number in the page's script addresses. */
export function placeOfWeb(web: number): Placed {
  const line = lineOf(web);
  if (line.state !== 'known') return { state: line.state };
  if (line.release !== null) return { state: 'release', version: line.release };
  const before = releases.find((release) => release.web !== null && release.web < web);
  return before === undefined ? { state: 'older' } : { state: 'at_most', version: before.version };
}
