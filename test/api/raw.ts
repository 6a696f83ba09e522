import { once } from 'node:events';
import { connect } from 'node:net';
import { below } from '../faults/random.ts';

/** Requests as they go over one connection. */
export interface Script {
  text: string;
  /** Where it is split into packets. */
  cuts: number[];
}

type Random = () => number;

const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T;

export interface Known {
  bearer: string;
  other: string;
  /** Lists and the tags that they have now. */
  lists: readonly (readonly [path: string, tag: string])[];
}

const anyCase = (random: Random, name: string): string =>
  pick(random, [
    name,
    name,
    name.toUpperCase(),
    name.toLowerCase(),
    [...name].map((letter) => (random() < 0.5 ? letter.toUpperCase() : letter.toLowerCase())).join(''),
  ]);

/** Lines that stand beside those of an ordinary call; each is well formed and leaves the connection open. */
function oddLines(random: Random, { bearer, other }: Known, tag: string): string[] {
  const half = tag.slice(1, -1);
  return pick(random, [
    ['Accept: application/json'],
    ['Accept: text/csv'],
    ['Accept: application/x-ndjson;q=0.5, */*;q=0.1'],
    ['Accept: image/png'],
    ['Accept-Encoding: gzip'],
    ['Accept-Encoding: br, gzip;q=0.2', 'Accept-Encoding: identity'],
    ['If-None-Match: *'],
    [`If-None-Match: W/${tag}`],
    [`If-None-Match: "x", ${tag} , "y"`],
    ['If-None-Match: "x"', `if-none-match: ${tag}`],
    [`If-None-Match: ${tag}`, `If-None-Match: ${tag}`],
    [`If-None-Match: ${half}`],
    [`If-None-Match: "${half}z"`],
    [`If-None-Match:\t${tag}\t`],
    ['If-None-Match:'],
    [`If-None-Match: "\xe4", ${tag}`],
    [`If-Match: ${tag}`],
    ['If-Modified-Since: Sun, 22 Nov 2099 10:00:00 GMT'],
    ['Range: bytes=0-9'],
    ['Cache-Control: no-cache', 'Pragma: no-cache'],
    ['Cookie: roomwarden=x; other=y'],
    [`Authorization: Bearer ${bearer}`],
    [`Authorization: Bearer ${other}`],
    ['X-Forwarded-For: 10.0.0.1', 'Forwarded: for=10.0.0.2'],
    ['X-Http-Method-Override: DELETE'],
    ['Origin: https://elsewhere.example.org'],
    ['Expect: 100-continue'],
    ['Upgrade: h2c'],
    ['Accept-Language: de'],
    ['X-Request-Id: mine'],
    [`X-Long: ${'x'.repeat(2000)}`],
  ]);
}

function target(random: Random, path: string): string {
  return pick(random, [
    path,
    path,
    path,
    path,
    `http://127.0.0.1${path}`,
    `http://elsewhere.example.org${path}`,
    `HTTP://127.0.0.1:1${path}`,
    `/${path}`,
    path.replace('/v1/', '/%761/'),
    path.replace('/api', '/API'),
    path.replace('?', '/?'),
    `${path}&`,
    `${path}#part`,
    `${path}&limit=1&limit=2`,
    `${path}&x=%00`,
    path.replace('?', '??'),
    '*',
  ]);
}

/** Of a request that the server can read; the connection may go on after it. */
function request(random: Random, known: Known): string {
  const [path, tag] = pick(random, known.lists);
  const odd = random() < 0.6 ? oddLines(random, known, tag) : [];
  const authorization = pick(random, [
    [`Authorization: Bearer ${known.bearer}`],
    [`Authorization: Bearer ${known.bearer}`],
    [`Authorization: Bearer ${known.bearer}`],
    [`Authorization: Bearer ${known.other}`],
    [`Authorization: bearer  ${known.bearer}`],
    [`Authorization: Basic ${Buffer.from(`x:${known.bearer}`).toString('base64')}`],
    ['Authorization: Bearer rw_none'],
    [],
  ]);
  const asks = random() < 0.5 ? [`If-None-Match: ${tag}`] : [];
  const body = pick(random, ['', '', '', '', '{"a":1}', 'GET / HTTP/1.1\r\n\r\n']);
  const chunked = random() < 0.3;
  const sized = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
  const framed = chunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
  const typed = random() < 0.5 ? ['Content-Type: application/json'] : [];
  const lines = [...authorization, ...asks, ...odd, ...(body === '' ? [] : [sized, ...typed])];
  if (random() < 0.3) lines.reverse();
  const method = pick(random, ['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'OPTIONS']);
  const head = lines.map((line) => {
    const [name = '', ...value] = line.split(':');
    return `${anyCase(random, name)}:${value.join(':')}\r\n`;
  });
  return `${method} ${target(random, path)} HTTP/1.1\r\nHost: 127.0.0.1\r\n${head.join('')}\r\n${body === '' ? '' : framed}`;
}

/** After these the server closes by itself, at once or when it has answered. */
function last(random: Random, known: Known): string {
  const [path] = pick(random, known.lists);
  const authorization = `Authorization: Bearer ${known.bearer}`;
  return pick(random, [
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${authorization}\r\nConnection: close\r\n\r\n`,
    `GET ${path} HTTP/1.0\r\n${authorization}\r\n\r\n`,
    `HEAD ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${authorization}\r\nConnection: close\r\n\r\n`,
    `GET ${path} HTTP/1.1\r\nHost: a\r\n${authorization}\r\nconnection: keep-alive, close\r\n\r\n`,
  ]);
}

/** What is no HTTP is answered at once, before what was asked ahead of it: it comes alone. */
function broken(random: Random, { bearer, lists }: Known): string {
  const [path] = pick(random, lists);
  const authorization = `Authorization: Bearer ${bearer}\r\n`;
  return pick(random, [
    `get ${path} HTTP/1.1\r\nHost: a\r\n${authorization}\r\n`,
    `GET ${path} HTTP/1.1\r\n${authorization}\r\n`,
    `GET ${path} HTTP/1.1\r\nHost : a\r\n${authorization}\r\n`,
    `GET ${path} HTTP/1.1\r\nHost: a\r\nHost: b\r\n${authorization}Connection: close\r\n\r\n`,
    `GET ${path} HTTP/1.1\r\nHost: a\r\n${authorization}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    `GET ${path} HTTP/1.1\r\nHost: a\r\n${authorization}X: \0\r\n\r\n`,
    `GET ${path} HTTP/9.9\r\nHost: a\r\n${authorization}\r\n`,
    `GET ${path.slice(0, 8)} x HTTP/1.1\r\nHost: a\r\n${authorization}\r\n`,
  ]);
}

export function script(random: Random, known: Known): Script {
  if (random() < 0.1) return { text: broken(random, known), cuts: [] };
  const text = sequence(random, known);
  const cuts = Array.from({ length: pick(random, [0, 0, 0, 1, 3, 8]) }, () => below(random, text.length));
  return { text, cuts: cuts.sort((one, other) => one - other) };
}

function sequence(random: Random, known: Known): string {
  const requests = Array.from({ length: below(random, 4) }, () => request(random, known));
  const again = requests.flatMap((each) => (random() < 0.4 ? [each, each] : [each]));
  return [...again, last(random, known)].join('');
}

/** All that comes back until the server closes, as bytes. */
export async function play(port: number, { text, cuts }: Script): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
  });
  // What comes after an answer that closes is refused by a reset.
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  for (const [index, from] of [0, ...cuts].entries()) {
    if (socket.writable) socket.write(text.slice(from, cuts[index]), 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  return heard;
}

const passing = /^(x-request-id|date|ratelimit|x-ratelimit-remaining|x-ratelimit-reset): .*$/gim;
const ids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Without what differs from answer to answer; names and order of head lines stay. */
export const lastingOf = (heard: string): string => heard.replace(passing, '$1: -').replace(ids, 'id');
