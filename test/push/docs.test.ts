import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { receiverKinds } from '../../src/config/push.ts';
import { failureTexts } from '../../src/push/failure.ts';
import { faults, parse } from '../config/helper.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/push.md', import.meta.url)), 'utf8');
const targets = 'targets:\n  - { id: meet, vendor: jitsi, url: https://meet.example.org }\n';
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => targets + text);

it('every example is a configuration that is accepted', () => {
  expect(blocks.map((block) => faults(block))).toEqual(blocks.map(() => []));
});

it('there is one for each kind', () => {
  const kinds = blocks.flatMap((block) => parse(block).push.map(({ kind }) => kind));
  expect([...new Set(kinds)].sort()).toEqual(Object.keys(receiverKinds).sort());
});

it('names every key and every failure', () => {
  const keys = Object.values(receiverKinds).flatMap((schema) => Object.keys(schema.shape));
  const words = [...new Set(keys), ...Object.keys(failureTexts)];
  expect(words.filter((word) => !new RegExp(`\\b${word}\\b`).test(page))).toEqual([]);
});

const python = (() => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

if (python)
  it('the example that checks a signature does', () => {
    const [, code = ''] = /```python\n([\s\S]*?)```/.exec(page) ?? [];
    const [id, at, body] = ['e-1_2', String(Math.floor(Date.now() / 1000)), '{"events":["ü"]}'];
    const sign = (text: string) => createHmac('sha256', 'k'.repeat(24)).update(text).digest('base64');
    const ask = (signature: string, time: string): string =>
      execFileSync('python3', [
        '-c',
        `${code}
h = {"webhook-id": "${id}", "webhook-timestamp": "${time}", "webhook-signature": "v1,${signature}"}
print(genuine(b"k" * 24, h, '''${body}'''.encode()))`,
      ])
        .toString()
        .trim();
    const old = String(Number(at) - 400);
    expect(ask(sign(`${id}.${at}.${body}`), at)).toBe('True');
    expect(ask(sign(`${id}.${at}.${body} `), at)).toBe('False');
    expect(ask(sign(`${id}.${old}.${body}`), old)).toBe('False');
  });
