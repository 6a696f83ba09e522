import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreed, type HostPart, readFiles } from '../../../adapters/contract/files.ts';
import { parseEnvironment, parseProperties } from '../../../adapters/contract/properties.ts';

describe('properties', () => {
  it.each<[string, Record<string, string>]>([
    ['a=1', { a: '1' }],
    ['a = 1\nb: 2\nc 3', { a: '1', b: '2', c: '3' }],
    ['  a=1 ', { a: '1 ' }],
    ['# a=1\n! b=2\n\n  #c=3', {}],
    ['a=x,\\\n   y,\\\r\n z', { a: 'x,y,z' }],
    ['a=x\\\\\nb=1', { a: 'x\\', b: '1' }],
    ['a=1\na=2', { a: '2' }],
    ['a\\=b=c', { 'a=b': 'c' }],
    ['a=\\u00e4\\t\\q', { a: 'ä\tq' }],
    ['a=', { a: '' }],
    ['a', { a: '' }],
    ['a=b=c:d', { a: 'b=c:d' }],
    ['a=x \\\n# y', { a: 'x # y' }],
    ['a=1\\', { a: '1' }],
    [
      'bigbluebutton.web.serverURL=https://bbb.example.org',
      { 'bigbluebutton.web.serverURL': 'https://bbb.example.org' },
    ],
  ])('%j', (text, expected) => {
    expect(Object.fromEntries(parseProperties(text))).toEqual(expected);
  });
});

describe('environment files', () => {
  it.each<[string, Record<string, string | null>]>([
    ['A=1', { A: '1' }],
    ['export A="x y" # c', { A: 'x y' }],
    ["A='$B'", { A: '$B' }],
    ['A=${B}', { A: null }],
    ['A="$B"', { A: null }],
    ['A=x # y', { A: 'x' }],
    ['A=x#y', { A: 'x#y' }],
    ['# A=1\nB =2\nB=3', { B: '3' }],
    ['A=', { A: '' }],
  ])('%j', (text, expected) => {
    expect(Object.fromEntries(parseEnvironment(text))).toEqual(expected);
  });
});

describe('mounted files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'roomwarden-files-'));
    writeFileSync(join(folder, 'good'), 'a=ä');
    utimesSync(join(folder, 'good'), 1000, 1000);
    writeFileSync(join(folder, 'latin'), Buffer.from([0x61, 0x3d, 0xe4]));
    writeFileSync(join(folder, 'empty'), ' \n');
    writeFileSync(join(folder, 'large'), 'x'.repeat(2000));
    mkdirSync(join(folder, 'folder'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['good', { text: 'a=ä', contentTime: 1_000_000, locator: 'good on h', observedAt: 5 }],
    ['latin', { text: 'a=ä' }],
    ['empty', { reason: { code: 'invalid_answer' } }],
    ['large', { reason: { code: 'too_large' } }],
    ['folder', { reason: { code: 'unreachable', detail: 'not a file' } }],
    ['pipe', { reason: { code: 'unreachable' } }],
    ['absent', { reason: { code: 'unreachable', detail: 'the file is not there' } }],
  ])('%s', async (name, expected) => {
    const [read] = await readFiles([{ host: 'h', path: join(folder, name) }], () => 5, 1000);
    expect(read).toMatchObject(expected);
  });

  const part = (host: string, content: HostPart<string>['content']): HostPart<string> => ({
    host,
    file: { host, name: 'f', locator: `f on ${host}`, observedAt: 1, contentTime: 2, text: '' },
    content,
  });
  it('a setting is known only if every host says the same', () => {
    const ask = (...parts: HostPart<string>[]) => agreed('F', parts, 'key', (text) => text);
    expect(ask(part('a', { value: '1' }), part('b', { value: '1' }))).toMatchObject({
      value: '1',
      evidence: [{ locator: 'f on a', content_time: 2 }, { locator: 'f on b' }],
    });
    expect(ask(part('a', { value: '1' }), part('b', { value: '2' }))).toMatchObject({
      reason: { code: 'conflicting' },
    });
    const unread = { reason: { code: 'unreachable' } } as const;
    expect(ask(part('a', { value: '1' }), part('b', unread))).toMatchObject(unread);
  });
});
