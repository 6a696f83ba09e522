import type { Ms } from './fact.ts';
import type { ProductReleases, ReleaseBranch, ReleaseList } from './releases.ts';
import { compareVersions, parseVersion } from './version.ts';

/** Something in a list that is well-formed and cannot be true. `path` goes down from the list. */
export interface ReleaseProblem {
  path: readonly (string | number)[];
  message: { de: string; en: string };
}

/** Nobody announces an end further away. */
const mostYears = 15;
/** Somewhere it is already the next day. */
const aheadOfUtc: Ms = 14 * 3_600_000;

export function isFuture(day: string, now: Ms): boolean {
  return Date.parse(`${day}T00:00:00Z`) - aheadOfUtc > now;
}

/** What cannot be: days to come, branches of another product, releases of another branch, two entries for one branch. */
export function releaseProblems(rules: ProductReleases, list: ReleaseList, now: Ms): ReleaseProblem[] {
  const problems: ReleaseProblem[] = [];
  const tell = (path: ReleaseProblem['path'], de: string, en: string): void => {
    problems.push({ path, message: { de, en } });
  };
  if (isFuture(list.dated, now)) {
    tell(
      ['dated'],
      `Der Tag ${list.dated} liegt in der Zukunft.`,
      `The day ${list.dated} lies in the future.`,
    );
  }
  if (list.ended_before !== undefined && numbersOf(list.ended_before).length !== rules.depth) {
    tell(['ended_before'], ...wrongDepth(rules.depth));
  }
  for (const [place, entry] of list.branches.entries()) {
    const at = ['branches', place];
    for (const { path, message } of branchProblems(rules, list, entry)) {
      problems.push({ path: [...at, ...path], message });
    }
    const twice = list.branches.slice(0, place).some((other) => isSame(other.branch, entry.branch));
    if (twice)
      tell(
        [...at, 'branch'],
        'Dieser Zweig steht schon in der Liste.',
        'This branch is in the list already.',
      );
  }
  return problems;
}

function branchProblems(rules: ProductReleases, list: ReleaseList, entry: ReleaseBranch): ReleaseProblem[] {
  const problems: ReleaseProblem[] = [];
  const tell = (path: ReleaseProblem['path'], de: string, en: string): void => {
    problems.push({ path, message: { de, en } });
  };
  const { branch, latest, ends, ends_not_before: earliest, parts = {} } = entry;
  if (numbersOf(branch).length !== rules.depth) tell(['branch'], ...wrongDepth(rules.depth));
  if (latest !== undefined && !isSame(numbersOf(latest).slice(0, rules.depth).join('.'), branch)) {
    tell(
      ['latest'],
      `Das ist keine Fassung des Zweigs ${branch}.`,
      `That is no release of the branch ${branch}.`,
    );
  }
  if (ends !== undefined && earliest !== undefined) {
    tell(
      ['ends_not_before'],
      'Entweder steht das Ende fest (ends), oder es ist offen (ends_not_before).',
      'Either the end is settled (ends), or it is open (ends_not_before).',
    );
  }
  for (const [key, day] of [
    ['ends', ends],
    ['ends_not_before', earliest],
  ] as const) {
    if (typeof day !== 'string') continue;
    const years = (Date.parse(day) - Date.parse(list.dated)) / (365.25 * 86_400_000);
    if (years > mostYears || Number(day.slice(0, 4)) < 2000) {
      tell([key], `Das Ende ${day} ist nicht glaubhaft.`, `The end ${day} is not credible.`);
    }
  }
  for (const [name, text] of Object.entries(parts)) {
    const shape = rules.parts?.[name];
    if (shape === undefined) {
      const known = Object.keys(rules.parts ?? {}).join(', ') || '-';
      tell(
        ['parts', name],
        `Unbekannter Teil „${name}“; bekannt sind: ${known}.`,
        `Unknown part "${name}"; known are: ${known}.`,
      );
    } else if (!shape.test(text)) {
      tell(['parts', name], 'Diese Nummer lässt sich nicht lesen.', 'This number cannot be read.');
    }
  }
  return problems;
}

function wrongDepth(depth: number): [de: string, en: string] {
  return [
    depth === 1 ? 'Ein Zweig hat hier eine Zahl.' : `Ein Zweig hat hier ${depth} Zahlen.`,
    depth === 1 ? 'A branch has one number here.' : `A branch has ${depth} numbers here.`,
  ];
}

const numbersOf = (text: string): readonly number[] => parseVersion(text)?.numbers ?? [];
const isSame = (a: string, b: string): boolean => compareVersions(a, b) === 0;
