import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eachStore } from '../store/helper.ts';
import { closeStages, embedded, type Stage, stage } from './helper.ts';
import { countingLong, type Heard, type Line, lineTo } from './line.ts';

afterEach(closeStages);

const list = '/api/v1/violations?severity=low&verdict=all&status=all';
const rooms = '/api/v1/targets/main/rooms?state=all';

interface Set {
  made: Stage;
  call: Line;
  long: { calls: number };
  bearer: Record<string, string>;
}

async function listening(options: Parameters<typeof stage>[1] = {}, opened = embedded()): Promise<Set> {
  const { store, long } = countingLong(await opened);
  const made = await stage(store, options);
  const bearer = { authorization: `Bearer ${await made.token(['read'])}` };
  return { made, long, bearer, call: await lineTo(made) };
}

const passing = new Set(['x-request-id', 'date', 'ratelimit', 'x-ratelimit-remaining', 'x-ratelimit-reset']);

function lasting({ headers }: Heard): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !passing.has(name)));
}

const requests = (text: string): number =>
  [...text.matchAll(/^roomwarden_http_requests_total\{.*?(?:violations|rooms)"?.*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );

eachStore((open) => {
  const opened = async () => (await open()).store;

  it.each([
    [list, {}],
    [list, { 'accept-encoding': 'gzip' }],
    [rooms, {}],
    [`${list}&limit=2&total=true`, { accept: 'application/json' }],
  ])('%s %o, again and again: the same answer, counted and logged as before', async (url, more) => {
    const { made, call, long, bearer } = await listening({}, opened());
    // The first use of a token is written down, and changes the store.
    await made.get('/metrics');
    const page = await call(url, { ...bearer, ...more });
    expect(page.status).toBe(200);
    const tag = String(page.headers['etag']);
    const sent = { ...bearer, ...more, 'if-none-match': tag };
    for (const [headers, status] of [
      [{ ...bearer, ...more }, 200],
      [sent, 304],
    ] as const) {
      const first = await call(url, headers);
      const before = { calls: long.calls, lines: made.logs.length };
      const metrics = requests((await made.get('/metrics')).body);
      const again = [await call(url, headers), await call(url, headers)];
      // The call for the metrics went the long way.
      expect(long.calls).toBe(before.calls + 1);
      expect(requests((await made.get('/metrics')).body)).toBe(metrics + again.length);
      const ids = new Set([first, ...again].map((each) => each.headers['x-request-id']));
      expect(ids.size).toBe(3);
      for (const each of again) {
        expect([each.status, each.names, each.body]).toEqual([status, first.names, first.body]);
        expect(lasting(each)).toEqual(lasting(first));
      }
      const remaining = [first, ...again].map((each) => Number(each.headers['x-ratelimit-remaining']));
      expect(remaining).toEqual([remaining[0], Number(remaining[0]) - 1, Number(remaining[0]) - 2]);
      const lines = made.logs.map((line) => JSON.parse(line));
      const line = (id: unknown) => lines.find(({ reqId }) => reqId === id);
      const { reqId: _, time: _1, ms: _2, ...told } = line(first.headers['x-request-id']);
      for (const each of again) {
        expect(line(each.headers['x-request-id'])).toMatchObject({ ...told, ms: expect.any(Number) });
      }
    }
  });

  it('another caller, or another word in the call, gets an answer of its own', async () => {
    const { made, call, bearer } = await listening({}, opened());
    const page = await call(list, bearer);
    const sent = { ...bearer, 'if-none-match': String(page.headers['etag']) };
    for (let times = 0; times < 3; times += 1) {
      expect((await call(list, bearer)).status).toBe(200);
      expect((await call(list, sent)).status).toBe(304);
    }
    const narrow = { authorization: `Bearer ${await made.token(['read'], ['other'])}` };
    const feeder = { authorization: `Bearer ${await made.token(['feed'])}` };
    const operator = { authorization: `Bearer ${await made.token(['operate'])}` };
    const others: [string, Record<string, string>, number][] = [
      [list, {}, 401],
      [list, { authorization: 'Bearer rw_none' }, 401],
      [list, { authorization: `${bearer['authorization']}x` }, 401],
      [list, feeder, 403],
      [list, narrow, 200],
      [list, operator, 200],
      [`${list}&target=none`, bearer, 400],
      [list, { ...bearer, accept: 'text/csv' }, 200],
      [list, { ...bearer, accept: 'image/png' }, 406],
      [`${list}&format=flat`, bearer, 200],
    ];
    for (const [url, headers, status] of others) {
      const asked = { ...headers, 'if-none-match': sent['if-none-match'] };
      for (const given of [headers, asked, asked]) {
        const heard = await call(url, given);
        const long = await made.call({ method: 'GET', url, headers: given });
        expect([url, heard.status, heard.headers['etag']]).toEqual([url, status, long.headers['etag']]);
        if (status < 400) expect(heard.body).toBe(long.body);
      }
    }
    const head = await call(list, bearer, 'HEAD');
    expect([head.status, head.body]).toEqual([200, '']);
    expect((await call(list, sent, 'POST')).status).toBe(405);
  });
});

describe('limits', () => {
  it.each([
    [{ token: 6 }, 'token'],
    [{ address: 6 }, 'address'],
  ])('%o holds over both ways together', async (limits, policy) => {
    const { made, call, bearer, long } = await listening({ deps: { limits } });
    const seen: number[] = [];
    for (let times = 0; times < 8; times += 1) seen.push((await call(list, bearer)).status);
    expect(seen).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
    expect(long.calls).toBeLessThan(6);
    const refused = await call(list, bearer);
    expect(JSON.parse(refused.body)['violated-policies']).toEqual([policy]);
    expect((await made.call({ method: 'GET', url: list, headers: bearer })).statusCode).toBe(429);
  });
});

it('what began to be sent before the service stops is refused with it, repeated or not', async () => {
  const { made, call, bearer } = await listening();
  for (let times = 0; times < 3; times += 1) expect((await call(list, bearer)).status).toBe(200);
  const { port } = made.app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  const lines = ['Host: 127.0.0.1', 'Connection: keep-alive', `authorization: ${bearer['authorization']}`];
  const ask = (): boolean => socket.write(`GET ${list} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  const answers: string[] = [];
  const heard = async (count: number): Promise<void> => {
    while (answers.length < count) {
      await new Promise<void>((resolve) => socket.once('data', (chunk) => resolve(void take(String(chunk)))));
    }
  };
  const take = (text: string): void => {
    for (const [, status = ''] of text.matchAll(/HTTP\/1\.1 (\d+)/g)) answers.push(status);
  };
  ask();
  await heard(1);
  ask();
  await heard(2);
  socket.write(`GET ${list} HTTP/1.1\r\n`);
  await new Promise((resolve) => setImmediate(resolve));
  await call(list, bearer);
  const closed = made.app.close();
  await new Promise((resolve) => setImmediate(resolve));
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await heard(3);
  expect(answers).toEqual(['200', '200', '503']);
  socket.destroy();
  await closed;
});
