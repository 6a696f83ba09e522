import {
  branchOf,
  type ListsInUse,
  type ReleaseBook,
  type ReleaseBranch,
  type ReleaseList,
} from '../contract/releases.ts';

/**
 * Lines of Rocket.Chat for servers without the vendor's own list. `ends`: the announced end of support.
 * `ends_not_before`: the earliest day on which support can end, where only release candidates are dated.
 * Standard lines are supported for six months, LTS lines for twelve. A line that is not listed is unknown.
 */
export const releases = {
  server: {
    depth: 2,
    endOfLife: 'rocket-chat',
    shipped: {
      dated: '2026-11-21',
      ended_before: '7.10',
      branches: [
        { branch: '7.10', ends: '2026-09-30' },
        { branch: '8.5', ends: '2027-06-30' },
        { branch: '8.6', ends_not_before: '2026-12-26', latest: '8.6.1' },
        { branch: '8.7', ends_not_before: '2027-02-06', latest: '8.7.1' },
        { branch: '8.8', ends_not_before: '2027-02-28', latest: '8.8.1' },
      ],
    },
  },
} as const satisfies ReleaseBook;

export type Releases = ListsInUse<keyof typeof releases>;

export function branchIn(list: ReleaseList, line: string): ReleaseBranch | null {
  const found = branchOf(list, releases.server.depth, line);
  return found === 'over' ? { branch: line, ends: true } : found;
}
