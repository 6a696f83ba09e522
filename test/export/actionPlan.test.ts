import { describe, expect, it } from 'vitest';
import { writeReport } from '../../src/export/report.ts';
import type { NativeFinding } from '../../src/findings/types.ts';
import type { Language } from '../../src/texts/index.ts';
import { finding, readCsv, report } from './finding.ts';
import { aggregate, context, hostileNames, room, waived } from './matrix.ts';

function plan(findings: NativeFinding[], language: Language): { text: string; rows: string[][] } {
  const text = [...writeReport('action-plan', report(findings), { ...context, language })].join('');
  return { text, rows: readCsv(text.slice(1), language === 'de' ? ';' : ',') };
}

describe('action plan', () => {
  it.each([
    ['de', ';', ['Maßnahme oder Begründung', 'Zuständig', 'Termin', 'Erledigt am']],
    ['en', ',', ['Measure or reason', 'Responsible', 'Due date', 'Done on']],
  ] as const)('%s: marked as UTF-8, split at %s, with columns to fill in', (language, separator, empty) => {
    const { text, rows } = plan([finding(), finding(waived), finding(aggregate)], language);
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(text.split('\r\n')[0]?.split(separator).slice(-4)).toEqual(empty);
    const [head = [], ...others] = rows;
    expect(others).toHaveLength(3);
    for (const row of others) {
      expect(row).toHaveLength(head.length);
      expect(row.slice(-4)).toEqual(['', '', '', '']);
    }
    expect(others.map((row) => row[0])).toEqual(['1', '2', '3']);
  });

  it('says what is to be done in the language of the reader', () => {
    const { rows } = plan([finding(waived)], 'de');
    const [head = [], row = []] = rows;
    const cell = (name: string): string | undefined => row[head.indexOf(name)];
    expect(cell('Schwere')).toBe('hoch');
    expect(cell('Ergebnis')).toBe('Verstoß');
    expect(cell('Gegenstand')).toBe('Raum');
    expect(cell('Empfehlung')).toBe('Kennwort setzen.');
    expect(cell('Ausnahme bis')).toBe('2027-01-31');
    expect(cell('Fundstellen')).toBe('S2-06, S1-18');
    const [, many = []] = plan([finding(aggregate)], 'de').rows;
    expect(many).toContain('Raum (214)');
  });

  it('rooms that one setting above them lets down are one task, those of a cause of their own are not', () => {
    const chain = [{ layer: 'site' as const, path: 'GlobalSetting', value: false, decides: true }];
    const evidence = [{ fact: 'room_password_required', value: false, chain }];
    const many = Array.from({ length: 23 }, (_, index) =>
      finding({ uid: `many-${index}`, evidence, subject: room(`Raum ${index}`) }),
    );
    const { rows } = plan([...many, finding({ ...waived, uid: 'w', evidence }), finding()], 'de');
    const [, one = [], held = [], alone = []] = rows;
    expect(rows).toHaveLength(4);
    expect([one[4], one[12]]).toEqual(['Raum (23)', 'many-0']);
    expect(one[5]).toMatch(/^Raum 0; Raum 1; .*Raum 19 \(\+3\)$/);
    expect([held[4], held[12], alone[4]]).toEqual(['Raum', 'w', 'Raum']);
  });

  it.each(hostileNames.map((name) => [name.slice(0, 30), name]))(
    '%j runs nothing and stays in its cell',
    (_, name) => {
      for (const language of ['de', 'en'] as const) {
        const { rows } = plan([finding({ subject: room(name) })], language);
        expect(rows.map((row) => row.length)).toEqual([rows[0]?.length, rows[0]?.length]);
        const cell = rows[1]?.[5] ?? '';
        expect(cell).not.toMatch(/^[\s\p{Cf}]*[=@]|^[\t\r\n]/u);
        if (!/[=@]|^[+-]/.test(name)) expect(cell).toBe(name.toWellFormed().replace(/^(?=\r|\n|\t)/, "'"));
      }
    },
  );
});
