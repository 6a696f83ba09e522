import { settingKey } from '../../findings/groups.ts';
import { listFindings } from '../../findings/queries.ts';
import type { NativeFinding } from '../../findings/types.ts';
import type { OpenCount } from './counts.ts';
import type { MatrixDeps, Step } from './types.ts';

const shown = 12;
/** Pairs of target and policy that are looked into, and findings read of each: what bounds the cost. */
const mostPairs = 12;
const mostFindings = 500;

/** Largest effect first: one setting above many rooms, or one right, key or grant that lets many verdicts be seen. */
export async function stepsOf(
  deps: MatrixDeps,
  counts: readonly OpenCount[],
  visible: readonly string[] | null,
): Promise<Step[]> {
  const steps = [...(await settings(deps, counts)), ...(await fills(deps, counts, visible))];
  return steps.sort((one, other) => other.settles - one.settles).slice(0, shown);
}

const read = async (
  deps: MatrixDeps,
  target: string,
  policy: string | null,
  verdict: 'violation' | 'unknown',
) =>
  listFindings(
    { store: deps.store, catalogue: deps.catalogue, now: deps.now, freshness: new Map() },
    { visible: null, target: [target], ...(policy === null ? {} : { policy: [policy] }), verdict },
    { limit: mostFindings },
    'ref',
  );

async function settings(deps: MatrixDeps, counts: readonly OpenCount[]): Promise<Step[]> {
  const rooms = new Map<string, { target: string; policy: string; number: number }>();
  for (const { target, policy, status, verdict, number, system } of counts) {
    if (status !== 'open' || verdict !== 'violation') continue;
    const pair = rooms.get(`${target}\n${policy}`) ?? { target, policy, number: 0 };
    pair.number += number - system;
    rooms.set(`${target}\n${policy}`, pair);
  }
  const largest = [...rooms.values()]
    .filter(({ number }) => number > 1)
    .sort((one, other) => other.number - one.number)
    .slice(0, mostPairs);
  const steps: Step[] = [];
  for (const { target, policy } of largest) {
    const { findings, has_more } = await read(deps, target, policy, 'violation');
    steps.push(...grouped(findings, has_more));
  }
  return steps;
}

function grouped(findings: readonly NativeFinding[], more: boolean): Step[] {
  const groups = new Map<string, NativeFinding[]>();
  for (const finding of findings) {
    const key = settingKey(finding);
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length < 2) return [];
    const grave = first.severity === 'critical' || first.severity === 'high';
    return {
      status: grave ? 'violation' : 'violation_minor',
      settles: group.length,
      at_least: more,
      target: first.target,
      vendor: first.vendor,
      policy: first.policy,
      uid: first.uid,
      title: first.title,
      fill: null,
    } satisfies Step;
  });
}

/** A verdict that needs two different things is settled by neither alone, so it is left out. */
async function fills(
  deps: MatrixDeps,
  counts: readonly OpenCount[],
  visible: readonly string[] | null,
): Promise<Step[]> {
  const steps = new Map<string, Step>();
  const targets = new Set(counts.filter(({ verdict }) => verdict === 'unknown').map(({ target }) => target));
  for (const target of targets) {
    if (visible !== null && !visible.includes(target)) continue;
    const { findings, has_more } = await read(deps, target, null, 'unknown');
    for (const finding of findings) addFill(steps, finding, has_more);
  }
  return [...steps.values()];
}

function addFill(steps: Map<string, Step>, finding: NativeFinding, more: boolean): void {
  const known = finding.reasons.flatMap(({ fill }) => fill ?? []);
  const names = new Set(known.map(({ kind, name }) => `${kind}\n${name}`));
  const [fill] = known;
  if (fill === undefined || names.size !== 1 || finding.reasons.some((reason) => reason.fill === undefined)) {
    return;
  }
  const key = JSON.stringify([finding.target, fill.kind, fill.name]);
  const step = steps.get(key) ?? {
    status: 'unknown' as const,
    settles: 0,
    at_least: more,
    target: finding.target,
    vendor: finding.vendor,
    policy: null,
    uid: finding.uid,
    title: finding.title,
    fill,
  };
  steps.set(key, { ...step, settles: step.settles + (finding.affected ?? 1) });
}
