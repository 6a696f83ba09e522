import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { writeReport } from '../../src/export/report.ts';
import type { NativeFinding } from '../../src/findings/types.ts';
import { finding, report } from './finding.ts';
import { context, everyEvent, hostileNames, room, waived } from './matrix.ts';

interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

/** Throws on anything that is not well-formed XML 1.0. */
function readXml(text: string): Element {
  const parser = new SaxesParser();
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes } as Record<string, string>, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', (piece) => {
    const last = open.at(-1);
    if (last !== undefined) last.text += piece;
  });
  parser.write(text).close();
  const [root] = top.children;
  if (root === undefined) throw new Error('empty');
  return root;
}

function suiteOf(findings: NativeFinding[], target = {}): Element {
  const text = [...writeReport('junit', report(findings, target), context)].join('');
  const root = readXml(text);
  const [suite] = root.children;
  if (suite === undefined) throw new Error('no suite');
  expect(root.name).toBe('testsuites');
  for (const element of [root, suite]) {
    const cases = suite.children;
    const count = (name: string) => String(cases.filter(({ children }) => children[0]?.name === name).length);
    expect(element.attributes).toMatchObject({
      tests: String(cases.length),
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
    });
  }
  return suite;
}

describe('junit', () => {
  it('is well-formed whatever happens, and counts what it holds', () => {
    const findings = [...everyEvent()].flatMap((event) => event.finding ?? []);
    const own = findings.filter(({ target }) => target === 'cloud');
    expect(suiteOf(findings).children).toHaveLength(own.length + 1);
  });

  it.each<[string, Partial<NativeFinding>, string | undefined]>([
    ['a violation fails', {}, 'failure'],
    ['an unknown is an error, not skipped', { verdict: 'unknown' }, 'error'],
    ['what is waived is skipped', waived, 'skipped'],
    ['what does not apply is skipped', { verdict: 'not_applicable' }, 'skipped'],
    ['a pass passes', { verdict: 'pass' }, undefined],
  ])('%s', (_, change, name) => {
    const [scan, one] = suiteOf([finding(change)]).children;
    expect(scan?.attributes).toEqual({ classname: 'cloud', name: 'scan' });
    expect(one?.children[0]?.name).toBe(name);
    expect(one?.attributes['classname']).toBe('cloud.room-access-restricted');
  });

  it('a target that was not scanned completely is an error of its own', () => {
    const error = { code: 'RW2001', message: { de: 'x', en: 'no <answer>' } };
    const [scan] = suiteOf([], { state: 'failed', error }).children;
    expect(scan?.children[0]).toMatchObject({
      name: 'error',
      attributes: { message: 'no <answer>', type: 'RW2001' },
    });
  });

  it.each(hostileNames.map((name) => [name.slice(0, 30), name]))(
    '%j comes back, but for what XML cannot hold',
    (_, name) => {
      const [, one] = suiteOf([finding({ subject: room(name) })]).children;
      const expected = name
        .toWellFormed()
        .replace(/[\p{Cc}\uFFFE\uFFFF]/gu, (each) => (/[\t\n\r\u007f-\u009f]/.test(each) ? each : '\uFFFD'));
      expect(one?.attributes['name']).toBe(`Access to the room is restricted: ${expected}`);
    },
  );

  it.each(['<a>', '<a b="<"/>', '<a>\u0000</a>', '<a b="1" b="2"/>', '<a/><b/>', '<a>&x;</a>'])(
    'the reader refuses %j',
    (text) => expect(() => readXml(text)).toThrow(),
  );
});
