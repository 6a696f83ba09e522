import { describe, expect, it } from 'vitest';
import { csvHeader, csvLine } from '../../src/export/csv.ts';
import { flatten } from '../../src/export/flat.ts';
import { writeReport } from '../../src/export/report.ts';
import { finding, readCsv, report } from './finding.ts';
import { context } from './matrix.ts';

const at = '2026-11-21T12:00:00.000Z';
const [header = []] = readCsv(csvHeader);
const cellOf = (name: string | null, column = 'subject_name'): string | undefined => {
  const line = csvLine(flatten(finding({ subject: { kind: 'room', id: 'x', name } }), at));
  const rows = readCsv(line);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toHaveLength(header.length);
  return rows[0]?.[header.indexOf(column)];
};

describe('csv', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['=HYPERLINK("http://evil.example";"Klick")', '\'=HYPERLINK("http://evil.example";"Klick")'],
    ['+49 361 0', "'+49 361 0"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    [' =1+1', "' =1+1"],
    ['\u200b=1+1', "'\u200b=1+1"],
    ['＝1+1', "'＝1+1"],
    ['a;=1+1', "a;'=1+1"],
    ['a; @SUM(A1)', "a; '@SUM(A1)"],
    ['a\t+1', "a\t'+1"],
    ['\r=1', "'\r=1"],
    ['\n=1', "'\n=1"],
  ])('%j is no formula', (name, expected) => {
    expect(cellOf(name)).toBe(expected);
  });

  it.each([
    'Bürgersprechstunde „Straße“ 日本語 😀',
    'mit "Anführung"',
    'Komma, und; Semikolon',
    'erste\nzweite',
    'erste\r\nzweite',
    'a=b',
    '-',
    "'schon so",
    '',
  ])('%j stays as it is', (name) => {
    expect(cellOf(name)).toBe(name);
  });

  it('a formula inside a list or among facts is none either, since the cell begins otherwise', () => {
    const risky = finding({ facts: { name: '=1+1' }, clauses: ['=1+1'] });
    const [row = []] = readCsv(csvLine(flatten(risky, at)));
    expect(row[header.indexOf('facts')]).toBe('name==1+1');
    expect(row[header.indexOf('clauses')]).not.toMatch(/^=/);
  });

  it('every row of a report has as many cells as the heading, and ends as RFC 4180 says', () => {
    const text = [...writeReport('csv', report([finding(), finding({ status: 'open' })]), context)].join('');
    expect(text.endsWith('\r\n')).toBe(true);
    const rows = readCsv(text);
    expect(rows.map((row) => row.length)).toEqual([header.length, header.length, header.length]);
    expect(new Set(header).size).toBe(header.length);
  });
});
