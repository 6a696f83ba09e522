import type { Layer } from '../../adapters/contract/fact.ts';
import { severities } from '../policy/types.ts';
import type { FindingGroup, NativeFinding } from './types.ts';

/**
 * One site setting that decides for many rooms is one cause with one remediation. Only violations all of whose deciding
 * layers lie above the room are grouped: the others have a cause of their own as well.
 */
export function groupBySetting(findings: Iterable<NativeFinding>): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const layer = settingAbove(finding);
    if (layer === null) continue;
    const key = keyOf(finding, layer);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, groupOf(finding, layer));
    else {
      group.count += 1;
      if (severities.indexOf(finding.severity) > severities.indexOf(group.severity))
        group.severity = finding.severity;
    }
  }
  return [...groups.values()].filter((group) => group.count > 1);
}

/** The same for all findings of one group; null for a finding with a cause of its own. */
export function settingKey(finding: NativeFinding): string | null {
  const layer = settingAbove(finding);
  return layer === null ? null : keyOf(finding, layer);
}

const keyOf = ({ target, policy }: NativeFinding, { layer, path, value }: Layer): string =>
  JSON.stringify([target, policy, layer, path, value]);

function settingAbove(finding: NativeFinding): Layer | null {
  if (finding.verdict !== 'violation' || finding.subject.kind !== 'room') return null;
  const deciding = finding.evidence.flatMap((line) => line.chain?.filter((layer) => layer.decides) ?? []);
  if (deciding.length === 0 || deciding.some((layer) => layer.layer === 'room')) return null;
  return deciding[0] ?? null;
}

function groupOf(finding: NativeFinding, layer: Layer): FindingGroup {
  return {
    target: finding.target,
    policy: finding.policy,
    title: finding.title,
    severity: finding.severity,
    layer: layer.layer,
    path: layer.path,
    value: layer.value,
    count: 1,
    remediation: finding.remediation,
  };
}
