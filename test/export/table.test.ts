import { describe, expect, it } from 'vitest';
import { columns, reportTable, worstTable } from '../../src/export/table.ts';
import { processorTime } from '../processor.ts';
import { finding, report } from './finding.ts';

const named = (name: string) => finding({ subject: { kind: 'room', id: 'x', name } });
const table = (name: string): string => [...reportTable(report([named(name)]), 'en')].join('');

describe('table', () => {
  it.each([
    ['a terminal command', '\u001b[2J\u001b]0;owned\u0007Raum'],
    ['a carriage return', 'Raum\rpass'],
    ['a line break', 'Raum\ninfo  pass  cloud'],
    ['a null', 'Raum\u0000'],
    ['a delete', 'Raum\u007f'],
    ['a C1 command', 'Raum\u009b31m'],
    ['marks that turn the direction', 'Raum\u202egnp.exe\u2066\u2067\u2068\u2069\u200f\u061c'],
    ['characters that nobody sees', 'Ra\u200bum\u2060\ufeff'],
    ['a line separator', 'Raum\u2028info\u2029'],
  ])('%s does nothing', (_, name) => {
    const text = table(name);
    const calm = table('Raum');
    expect(text.split('\n')).toHaveLength(calm.split('\n').length);
    expect(text.replaceAll('\n', '')).not.toMatch(
      /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u,
    );
    expect(text).toContain('Ra');
  });

  it('a name of 10,000 characters is cut and widens no line beyond measure', () => {
    const text = table('x'.repeat(10_000));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(250);
    expect(text).toContain(`${'x'.repeat(59)}…`);
  });

  it('is quick on many long names', () => {
    const rows = Array.from({ length: 2_000 }, () => ['😀'.repeat(5_000), 'b']);
    const used = processorTime();
    columns(rows);
    expect(used()).toBeLessThan(5_000);
  });

  it('cuts between characters, never within one', () => {
    expect(columns([['😀'.repeat(70)]])).toBe(`${'😀'.repeat(59)}…\n`);
    expect(
      columns([
        ['ü', 'x'],
        ['üü', 'y'],
      ]),
    ).toBe('ü   x\nüü  y\n');
  });

  it('names what it counts', () => {
    const text = table('Raum');
    expect(text).toMatch(/^cloud \(nextcloud-talk\): /);
    expect(text).toMatch(/1 rooms? visible to this account/);
    expect(text).toMatch(/25.*75/);
    const none = [...reportTable(report([], { score: { low: null, high: null, seen: 0 } }), 'en')].join('');
    expect(none).not.toMatch(/score/i);
  });

  it('an error of a target stands with it, harmless', () => {
    const error = { code: 'RW2001', message: { de: 'x', en: 'no \u001b[31manswer' } };
    const text = [...reportTable(report([], { state: 'failed', error }), 'en')].join('');
    expect(text).toMatch(/RW2001: no \uFFFD\[31manswer/);
  });

  it('the worst: only violations that nobody waived, with the number of the others', () => {
    const findings = [
      named('eins'),
      finding({ status: 'waived' }),
      finding({ verdict: 'unknown' }),
      named('zwei'),
      named('drei'),
    ];
    const lines = worstTable(findings, 2, 'en').trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain('eins');
    expect(lines[2]).toContain('zwei');
    expect(lines[3]).toContain('1');
  });
});
