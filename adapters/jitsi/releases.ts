/** One stable release; `web` is the number in the page's script addresses, null where it is not known. */
export interface Release {
  version: string;
  web: number | null;
}

/** Newest first. Jitsi documents no support periods: the newest counts, one behind is still supported. */
export const releaseList = {
  dated: '2026-08-20',
  releases: [
    { version: '2.0.11146', web: null },
    { version: '2.0.11031', web: 9268 },
    { version: '2.0.10978', web: 9222 },
    { version: '2.0.10888', web: 9139 },
    { version: '2.0.10741', web: 9008 },
    { version: '2.0.10710', web: 8979 },
    { version: '2.0.10655', web: 8936 },
    { version: '2.0.10590', web: 8877 },
    { version: '2.0.10532', web: 8821 },
    { version: '2.0.10431', web: 8737 },
    { version: '2.0.10314', web: 8648 },
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
