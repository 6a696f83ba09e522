import { describe, expect, it } from 'vitest';
import { known, notConfigured } from '../../adapters/contract/fact.ts';
import { Aggregates } from '../../src/findings/aggregate.ts';
import { factsKey } from '../../src/findings/detail.ts';
import type { Judgement, Scope, Severity } from '../../src/policy/types.ts';

const evidence = {
  source: 'A1',
  locator: 'getMeetings',
  path: 'meeting',
  observed_at: 0,
  provenance: 'direct',
  force: 'enforced',
} as const;

function seen(length: number, severity: Severity): { judgement: Judgement; scope: Scope } {
  return {
    judgement: {
      policy: 'room-password-strong',
      policyVersion: 1,
      kind: 'room',
      verdict: 'unknown',
      severity,
      confidence: 'low',
      facts: ['room_password_length'],
      holes: [{ fact: 'room_password_entropy_bits', reason: notConfigured('greenlight.database') }],
      met: [],
    },
    scope: {
      deployment: {},
      inventory: {},
      attestations: {},
      room: { room_password_length: known(length, evidence) },
    },
  };
}

const rooms = [seen(4, 'medium'), seen(9, 'high'), seen(6, 'high'), seen(7, 'high')] as const;

function told(order: readonly number[]) {
  const aggregates = new Aggregates();
  for (const at of order) {
    const { judgement, scope } = rooms[at] as (typeof rooms)[number];
    aggregates.add('room', judgement, scope, 1);
  }
  const [one, ...others] = aggregates.all();
  expect(others).toEqual([]);
  return {
    key: one && factsKey(one.judgement, one.scope),
    severity: one?.judgement.severity,
    affected: one?.affected,
  };
}

describe('an unknown that is told once for many rooms', () => {
  it.each([[[1, 0, 3, 2]], [[2, 3, 1, 0]], [[3, 2, 1, 0]]])(
    'is the same in whatever order they come: %j',
    (order) => {
      expect(told(order)).toEqual(told([0, 1, 2, 3]));
    },
  );

  it('is as bad as the worst of them, and of one of these', () => {
    const keys = rooms.filter(({ judgement }) => judgement.severity === 'high');
    expect(keys.map(({ judgement, scope }) => factsKey(judgement, scope))).toContain(told([0, 1, 2, 3]).key);
    expect(told([0, 1, 2, 3])).toMatchObject({ severity: 'high', affected: 4 });
  });
});
