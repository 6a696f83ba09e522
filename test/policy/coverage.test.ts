import { describe, expect, it } from 'vitest';
import { adapters } from '../../adapters/registry.ts';
import { coverageOf, neverSeen, scoreOf } from '../../src/policy/coverage.ts';
import { bindVendor, compileCatalogue } from '../../src/policy/evaluate.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { addVerdict, newTally, type Tally } from '../../src/policy/tally.ts';
import type { Verdict } from '../../src/policy/types.ts';
import { bindAll, everyRow, policyFolder } from './helper.ts';

const catalogue = loadCatalogue(policyFolder);
const bound = bindAll(catalogue);

function tallyOf(...verdicts: [string, 'deployment' | 'room' | 'recording', Verdict, number][]): Tally {
  const tally = newTally();
  for (const [policy, kind, verdict, number] of verdicts)
    addVerdict(tally, { policy, kind, verdict }, number);
  return tally;
}

function clause(id: string, tally: Tally, on = bound) {
  return coverageOf(on, tally).find((c) => c.clause === id);
}

describe('coverage of a clause', () => {
  it('is automated where everything was decided', () => {
    const tally = tallyOf(['presence-status-disabled', 'deployment', 'violation', 1]);
    expect(clause('S2-02', tally)).toMatchObject({
      status: 'automated',
      score: 0,
      judged_at: ['deployment'],
    });
  });

  it('has no score while one room is unknown', () => {
    const tally = tallyOf(['remote-control-disabled', 'deployment', 'pass', 1]);
    for (const [verdict, number] of [
      ['pass', 7],
      ['violation', 2],
      ['unknown', 1],
    ] as const) {
      addVerdict(tally, { policy: 'remote-control-disabled', kind: 'room', verdict }, number);
    }
    addVerdict(tally, {
      policy: 'auditor-account-least-privilege',
      kind: 'deployment',
      verdict: 'not_applicable',
    });
    const covered = clause('S1-16', tally);
    expect(covered).toMatchObject({
      status: 'partly',
      score: null,
      counts: { pass: 8, violation: 2, unknown: 1 },
    });
    expect(covered?.span?.low).toBeCloseTo((1 + 0.7) / 2);
    expect(covered?.span?.high).toBeCloseTo((1 + 0.8) / 2);
  });

  it('is null where no room was seen, never all', () => {
    const tally = tallyOf(['access-restriction-enforced', 'deployment', 'pass', 1]);
    expect(clause('S2-06', tally)).toMatchObject({ status: 'partly', score: null });
    expect(clause('S2-08a', newTally())).toMatchObject({ score: null, span: { low: 0, high: 1, seen: 0 } });
  });

  it('counts what does not apply neither way', () => {
    const tally = tallyOf(['presence-status-disabled', 'deployment', 'not_applicable', 1]);
    expect(clause('S2-02', tally)).toMatchObject({ score: null, span: null });
  });

  it('is partly where a pass rests on what a participant can change', () => {
    const tally = newTally();
    addVerdict(tally, {
      policy: 'presence-status-disabled',
      kind: 'deployment',
      verdict: 'pass',
      confidence: 'low',
    });
    expect(clause('S2-02', tally)).toMatchObject({ status: 'partly', score: 1 });
  });

  it('shows waived violations apart and counts them', () => {
    const tally = newTally();
    const violation = {
      policy: 'presence-status-disabled',
      kind: 'deployment',
      verdict: 'violation',
    } as const;
    addVerdict(tally, { ...violation, waived: true });
    expect(clause('S2-02', tally)).toMatchObject({ score: 0, counts: { violation: 1, waived: 1 } });
  });

  it.each([
    ['S1-13', 'advisory'],
    ['S1-15', 'by_attestation'],
    ['S2-10', 'aggregate'],
  ])('%s is %s', (id, status) => {
    expect(clause(id, newTally())?.status).toBe(status);
  });

  it('says what a product never shows', () => {
    const rows = everyRow.filter((row) => !row.fact.startsWith('presence_status'));
    const blind = bindVendor(
      compileCatalogue(catalogue),
      rows.filter((row) => row.fact !== 'presence_auto_away_enabled'),
      { declaredOnly: false, live: true },
    );
    expect(clause('S2-02', newTally(), blind)).toMatchObject({
      status: 'not_observable',
      score: null,
      judged_at: [],
    });
  });
});

describe('score of a target', () => {
  it('spans everything while nothing was seen', () => {
    expect(scoreOf(coverageOf(bound, newTally()))).toEqual({ low: 0, high: 1, seen: 0 });
  });

  it('is a point only when all is decided, and falls with a violation', () => {
    const tally = newTally();
    for (const { entry } of bound.entries) {
      addVerdict(tally, { policy: entry.policy.id, kind: entry.kind, verdict: 'pass' });
    }
    expect(scoreOf(coverageOf(bound, tally))).toEqual({ low: 1, high: 1, seen: 1 });
    addVerdict(tally, { policy: 'room-access-restricted', kind: 'room', verdict: 'violation' });
    const score = scoreOf(coverageOf(bound, tally));
    expect(score.low).toBeLessThan(1);
    expect(score.high).toBe(score.low);
  });

  it('has none where nothing applies', () => {
    const tally = newTally();
    for (const { entry } of bound.entries) {
      addVerdict(tally, { policy: entry.policy.id, kind: entry.kind, verdict: 'not_applicable' });
    }
    expect(scoreOf(coverageOf(bound, tally))).toEqual({ low: null, high: null, seen: 0 });
  });
});

it('names clauses that no source of a product ever shows, and none that an attestation could decide', () => {
  const real = loadCatalogue(policyFolder);
  const never = (vendor: string) => neverSeen(real, adapters.get(vendor)?.facts ?? []);
  expect(never('rocketchat')).toEqual(['S1-12', 'S1-14', 'S2-07']);
  expect(never('bigbluebutton')).toEqual([]);
  // A product that shows nothing leaves nothing to be decided by a machine.
  const none = neverSeen(real, []);
  expect(none).toContain('S2-06');
  expect(none).not.toContain('S2-11');
});
