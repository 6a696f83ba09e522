import { describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../adapters/contract/fact.ts';
import type { SourceState } from '../../adapters/contract/subject.ts';
import type { Report, TargetReport } from '../../src/findings/types.ts';
import type { Severity } from '../../src/policy/types.ts';
import { exitCode } from '../../src/scan/exit.ts';
import { outcomeOf } from '../../src/scan/state.ts';

type State = TargetReport['state'];

function report(states: State[], violations: Partial<Record<Severity, number>>, unknown = 0) {
  return {
    targets: states.map((state) => ({ state })),
    summary: {
      verdicts: { pass: 0, violation: 0, unknown, not_applicable: 0 },
      violations: { info: 0, low: 0, medium: 0, high: 0, critical: 0, ...violations },
    },
  } as unknown as Report;
}

describe('exit code', () => {
  const table: [string, State[], Partial<Record<Severity, number>>, number, Severity, boolean, number][] = [
    ['nothing found', ['complete'], {}, 0, 'low', false, 0],
    ['below the threshold', ['complete'], { medium: 3 }, 0, 'high', false, 0],
    ['at the threshold', ['complete'], { high: 1 }, 0, 'high', false, 1],
    ['above the threshold', ['complete'], { critical: 1 }, 0, 'high', false, 1],
    ['info does not count by default', ['complete'], { info: 1 }, 0, 'low', false, 0],
    ['unknown does not count by itself', ['complete'], {}, 5, 'low', false, 0],
    ['unknown counts where asked', ['complete'], {}, 5, 'low', true, 1],
    ['no unknown to count', ['complete'], {}, 0, 'low', true, 0],
    ['partial outranks violations', ['complete', 'partial'], { critical: 1 }, 0, 'low', false, 2],
    ['failed', ['failed'], {}, 0, 'low', false, 2],
    ['no target at all', [], {}, 0, 'low', false, 0],
  ];
  it.each(table)('%s', (_name, states, violations, unknown, failOn, failOnUnknown, code) => {
    expect(exitCode(report(states, violations, unknown), { failOn, failOnUnknown })).toBe(code);
  });
});

describe('state of a target', () => {
  const source = (state: SourceState, code?: ReasonCode) => ({
    source: `s-${state}-${code}`,
    population: 'all' as const,
    state,
    count: 0,
    ...(code === undefined ? {} : { reason: { code } }),
  });
  const table: [string, ReturnType<typeof source>[], State, string?][] = [
    ['all complete', [source('complete')], 'complete'],
    ['one unreachable', [source('complete'), source('failed', 'unreachable')], 'partial', 'RW2001'],
    ['one refused', [source('complete'), source('failed', 'not_permitted')], 'partial', 'RW2002'],
    ['one throttled in part', [source('complete'), source('partial', 'throttled')], 'partial', 'RW2003'],
    ['one not understood', [source('complete'), source('failed', 'invalid_answer')], 'partial', 'RW2004'],
    ['one too large', [source('complete'), source('partial', 'too_large')], 'partial', 'RW2005'],
    [
      'all failed',
      [source('failed', 'unreachable'), source('skipped', 'not_configured')],
      'failed',
      'RW2001',
    ],
    ['not configured is no failure', [source('complete'), source('skipped', 'not_configured')], 'complete'],
    [
      'what the product never shows is none',
      [source('complete'), source('failed', 'not_observable')],
      'complete',
    ],
  ];
  it.each(table)('%s', (_name, sources, state, code) => {
    const outcome = outcomeOf('t', { sources });
    expect(outcome.state).toBe(state);
    expect(outcome.error?.code).toBe(code);
  });
});
