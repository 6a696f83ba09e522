import type { FindingView } from '../../views.ts';

export const groupings = ['policy', 'room', 'target', 'cause'] as const;
export type Grouping = (typeof groupings)[number];

export interface Group {
  key: string;
  findings: FindingView[];
}

/** The setting above the room that decides, as text; null where a finding has a cause of its own. */
export function causeOf(finding: FindingView): string | null {
  const deciding = finding.evidence.flatMap(({ chain }) => chain?.filter(({ decides }) => decides) ?? []);
  const [first] = deciding;
  if (first === undefined || deciding.some(({ layer }) => layer === 'room')) return null;
  return `${finding.target}: ${first.path} = ${JSON.stringify(first.value)}`;
}

/** Of one page, in the order of the server. */
export function groupBy(findings: readonly FindingView[], grouping: Grouping): Group[] {
  const groups = new Map<string, FindingView[]>();
  for (const finding of findings) {
    const key = keyOf(finding, grouping);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups].map(([key, members]) => ({ key, findings: members }));
}

function keyOf(finding: FindingView, grouping: Grouping): string {
  const { subject, target, policy } = finding;
  if (grouping === 'target') return target;
  if (grouping === 'policy') return policy;
  if (grouping === 'cause') return causeOf(finding) ?? '';
  return `${target}\n${subject.kind === 'deployment' ? '' : (subject.ref ?? subject.id ?? '')}`;
}
