import { describe, expect, it } from 'vitest';
import { writeReport } from '../../src/export/report.ts';
import type { NativeFinding } from '../../src/findings/types.ts';
import { severities, verdicts } from '../../src/policy/types.ts';
import { finding, report } from './finding.ts';
import { aggregate, context, everyEvent, hostileNames, room, waived } from './matrix.ts';
import { sarifCheck } from './schemas.ts';

// biome-ignore lint/suspicious/noExplicitAny: the shape is what is tested
type Any = any;
const check = sarifCheck();
const error = { code: 'RW2001', message: { de: 'keine Antwort', en: 'no answer' } };

function log(findings: NativeFinding[], target = {}, language: 'de' | 'en' = 'en'): Any {
  return JSON.parse([...writeReport('sarif', report(findings, target), { ...context, language })].join(''));
}
const resultOf = (change: Partial<NativeFinding>): Any => log([finding(change)]).runs[0].results[0];

describe('sarif', () => {
  it('a log of everything is valid in both languages, and one of nothing', () => {
    const findings = [...everyEvent()].flatMap((event) => event.finding ?? []);
    expect(findings.length).toBeGreaterThan(400);
    for (const language of ['de', 'en'] as const) expect(check(log(findings, {}, language))).toEqual([]);
    expect(check(log([]))).toEqual([]);
    expect(check(log([], { state: 'failed', error }))).toEqual([]);
  });

  it.each<[string, (result: Any) => void]>([
    ['no message', (result) => delete result.message],
    ['a kind that is none', (result) => Object.assign(result, { kind: 'violation' })],
    ['a level that is none', (result) => Object.assign(result, { level: 'high' })],
    ['an unknown field', (result) => Object.assign(result, { extra: 1 })],
    ['a suppression of no kind', (result) => Object.assign(result, { suppressions: [{}] })],
  ])('%s is refused', (_, damage) => {
    const whole = log([finding()]);
    expect(check(whole)).toEqual([]);
    damage(whole.runs[0].results[0]);
    expect(check(whole)).not.toEqual([]);
  });

  it('only a violation has a level; unknown is open, never pass', () => {
    const kinds = { pass: 'pass', violation: 'fail', unknown: 'open', not_applicable: 'notApplicable' };
    for (const verdict of verdicts) {
      for (const severity of severities) {
        const { kind, level } = resultOf({ verdict, severity });
        expect(kind).toBe(kinds[verdict]);
        expect(level === 'none').toBe(verdict !== 'violation');
      }
    }
    expect(resultOf(aggregate).occurrenceCount).toBe(214);
  });

  it('a waiver is a suppression, without who owns it', () => {
    const result = resultOf(waived);
    expect(result.suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'Schulungsvideo' },
    ]);
    expect(JSON.stringify(result)).not.toContain('Fachgebiet');
  });

  it('a target that was not scanned completely makes the run unsuccessful', () => {
    const { invocations } = log([], { state: 'failed', error }).runs[0];
    expect(invocations[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ level: 'error', message: { text: 'cloud: no answer' } }],
    });
    expect(log([]).runs[0].invocations[0].executionSuccessful).toBe(true);
  });

  it('a rule points at clauses and at what its policy refers to', () => {
    const { tool, taxonomies, results } = log([finding()]).runs[0];
    const rule = tool.driver.rules[results[0].ruleIndex];
    expect(rule.id).toBe('room-access-restricted');
    const named = rule.relationships.map(({ target }: Any) => {
      const taxonomy = taxonomies[target.toolComponent.index];
      expect(taxonomy.taxa.map(({ id }: Any) => id)).toContain(target.id);
      return `${taxonomy.name} ${target.id}`;
    });
    expect(named).toEqual(
      expect.arrayContaining(['S2 S2-06', 'gspp KONF.11.2', 'dsk_oh 4.2', 'gdpr Art. 32']),
    );
    expect(taxonomies.find(({ name }: Any) => name === 'gspp').version).toBe('2026-07-29');
  });

  it.each(hostileNames.map((name) => [name.slice(0, 30), name]))('%j comes back as it was', (_, name) => {
    const [location] = resultOf({ subject: room(name) }).locations[0].logicalLocations;
    expect(location).toMatchObject({ name, fullyQualifiedName: 'cloud/room/aaaabbbbccccdddd' });
  });
});
