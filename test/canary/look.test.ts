import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Canary, findLeaks, neverSent, type Place } from './look.ts';

const canary: Canary = { text: 'Kr4nich&Über 77', kind: 'secret', where: 'here' };
const place = (content: string | Buffer, ids: Place['ids'] = 'forbidden'): Place => ({
  name: 'log',
  ids,
  content: Buffer.from(content),
});
const { text } = canary;

describe('a canary is found', () => {
  it.each<[string, string | Buffer]>([
    ['as it is', `before ${text} after`],
    ['in JSON in JSON', JSON.stringify({ a: JSON.stringify({ b: text }) })],
    ['in an address', `https://example.org/?x=${encodeURIComponent(text)}&y`],
    ['in a form', new URLSearchParams({ x: text }).toString()],
    ['in a header of a login', `Basic ${Buffer.from(`user:${text}`).toString('base64')}`],
    ['in a token', Buffer.from(JSON.stringify({ sub: text })).toString('base64url')],
    ['in hex', Buffer.from(text).toString('hex')],
    ['as a checksum', createHash('sha1').update(text).digest('hex')],
    ['in UTF-16', Buffer.from(text, 'utf16le')],
    ['in XML', '<a>Kr4nich&amp;Über 77</a>'],
  ])('%s', (_how, content) => {
    expect(findLeaks([canary], [place(content)])).toHaveLength(1);
  });

  it('and nothing else is', () => {
    expect(findLeaks([canary], [place('Kranich & Uber 77')])).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4, 5])('in base64 after %d other characters', (before) => {
    const packed = Buffer.from(`${'x'.repeat(before)}${text}yz`).toString('base64');
    expect(findLeaks([canary], [place(packed)])).toHaveLength(1);
  });
});

it('ids of rooms may stand where they are allowed', () => {
  const id: Canary = { ...canary, kind: 'id' };
  expect(findLeaks([id], [place(text)])).toHaveLength(1);
  expect(findLeaks([id], [place(text, 'allowed')])).toEqual([]);
  expect(findLeaks([canary], [place(text, 'allowed')])).toHaveLength(1);
});

it('what was never sent is told', () => {
  expect(neverSent([canary], ['nothing'])).toEqual(['"Kr4nich&Über 77" (here) was never sent']);
  expect(neverSent([canary], [text])).toEqual([]);
});
