import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rocketchat } from '../../../adapters/rocketchat/index.ts';
import { bindVendor, compileCatalogue, judgeSubject, unjudged } from '../../../src/policy/evaluate.ts';
import { loadCatalogue } from '../../../src/policy/load.ts';
import type { FactMap, Judgement, Scope } from '../../../src/policy/types.ts';
import { demands, type Given, noList, stated } from './demands.ts';
import { roomId, scanWorld, worldOf } from './harness.ts';

const compiled = compileCatalogue(
  loadCatalogue(fileURLToPath(new URL('../../../policies', import.meta.url))),
);

/** Verdict, and for what is unknown the reasons that decide it. */
async function judged(policy: string, given: Given): Promise<string[]> {
  const live = given.options?.live ?? false;
  const bound = bindVendor(compiled, rocketchat.facts, { declaredOnly: false, live });
  const { scan } = await scanWorld(worldOf({ name: policy, ...given, expect: {} }), given.options);
  expect(scan.errors).toEqual([]);
  const deployment = scan.subjects.get('deployment -')?.facts ?? {};
  const attestation: FactMap =
    given.attested === undefined ? {} : { 'attestation.value': stated(given.attested) };
  const base: Scope = {
    deployment,
    inventory: given.inventory ?? {},
    attestations: { [policy]: attestation },
  };
  const room = scan.subjects.get(`room ${roomId}`)?.facts;
  const all: Judgement[] = [
    ...(room === undefined
      ? [...judgeSubject(bound, 'deployment', base), ...unjudged(bound)]
      : judgeSubject(bound, 'room', { ...base, room })),
  ];
  const own = all.find((judgement) => judgement.policy === policy);
  if (own === undefined) return ['not judged'];
  const reasons = own.holes.map(({ reason }) =>
    reason.fill === undefined ? reason.code : `${reason.code} ${reason.fill.name}`,
  );
  return own.verdict === 'unknown' ? ['unknown', ...new Set(reasons)] : [own.verdict];
}

describe('demand by demand, with the policies of the project', () => {
  it.each(demands)('%s (%s) %j', async (_, policy, given, verdict) => {
    const found = await judged(policy, given);
    expect(found[0]).toBe(verdict[0]);
    for (const reason of verdict.slice(1)) expect(found).toContain(reason);
  });

  it('a team channel without the list of teams', async () => {
    const given: Given = { world: noList, room: { t: 'c', teamId: 'team-01' } };
    const found = await judged('room-not-publicly-listed', given);
    expect(found[0]).toBe('violation');
  });
});
