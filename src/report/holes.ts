import type { Fill, ReasonCode } from '../../adapters/contract/fact.ts';
import { listFindings } from '../findings/queries.ts';
import type { NativeFinding } from '../findings/types.ts';
import type { ReportDeps } from './types.ts';

/** One reason why something was not seen, or several that only together explain it. */
export interface Hole {
  reasons: { code: ReasonCode; fill: Fill | null }[];
  /** Findings, and the checks of rooms and recordings that they stand for. */
  checks: number;
  /** Of each policy, by its id. */
  policies: { id: string; checks: number }[];
}

const page = 1_000;

/** What is open because it could not be seen, by its cause, the most first. */
export async function readHoles(deps: ReportDeps, target: string): Promise<Hole[]> {
  const holes = new Map<string, Hole>();
  for await (const finding of findingsOf(deps, { target: [target], verdict: 'unknown', status: 'open' })) {
    const reasons = reasonsOf(finding);
    const key = JSON.stringify(reasons);
    const hole = holes.get(key) ?? { reasons, checks: 0, policies: [] };
    holes.set(key, hole);
    const checks = finding.affected === undefined ? 1 : Math.max(1, finding.affected);
    hole.checks += checks;
    const own = hole.policies.find(({ id }) => id === finding.policy);
    if (own === undefined) hole.policies.push({ id: finding.policy, checks });
    else own.checks += checks;
  }
  for (const { policies } of holes.values()) policies.sort((one, other) => (one.id < other.id ? -1 : 1));
  const keyed = [...holes].sort(
    ([one, { checks: a }], [other, { checks: b }]) => b - a || (one < other ? -1 : 1),
  );
  return keyed.map(([, hole]) => hole);
}

function reasonsOf({ reasons }: NativeFinding): Hole['reasons'] {
  const known = new Map(
    reasons.map(({ code, fill = null }) => [JSON.stringify([code, fill?.kind, fill?.name]), { code, fill }]),
  );
  return [...known].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, reason]) => reason);
}

/** The embedded database never yields by itself: requests get their turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Filter = Omit<Parameters<typeof listFindings>[1], 'visible'>;

/** All of them, the most severe first. */
export async function* findingsOf(
  deps: ReportDeps,
  filter: Filter,
  view: 'plain' | 'ref' = 'ref',
): AsyncGenerator<NativeFinding> {
  const freshness = new Map(deps.config.targets.map((each) => [each.id, each.freshness]));
  const { store, catalogue, now } = deps;
  for (let after: string | undefined; ; ) {
    const found = await listFindings(
      { store, catalogue, now, freshness },
      { visible: null, ...filter },
      { limit: page, ...(after === undefined ? {} : { after }) },
      view,
    );
    yield* found.findings;
    if (found.next_cursor === null) return;
    after = found.next_cursor;
    await turn();
  }
}
