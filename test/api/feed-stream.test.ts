import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { FeedWriter } from '../../src/findings/feed.ts';
import type { Store } from '../../src/store/index.ts';
import { closeStages, embedded, type Stage, stage, t0, walk } from './helper.ts';

afterEach(closeStages);
const url = '/api/v1/events';
const ndjson = { accept: 'application/x-ndjson' };
const cursorOf = (parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

/** Heartbeats of two targets in turn. */
async function tell(store: Store, count: number): Promise<void> {
  await store.transaction(async (tx) => {
    const feed = new FeedWriter(tx, null);
    for (let index = 0; index < count; index += 1) {
      const target = index % 2 === 0 ? 'main' : 'other';
      await feed.numbers('heartbeat', target, { state: 'complete', rooms: index }, t0 + index);
    }
    await feed.flush();
  });
}

async function told(count: number): Promise<{ made: Stage; token: string; epoch: string }> {
  const store = await embedded();
  const made = await stage(store, { scanned: false });
  await tell(store, count);
  return { made, token: await made.token(['feed']), epoch: (await store.feed()).epoch };
}

const lines = (body: string) =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('NDJSON', () => {
  it('goes on over many pages to the end of the feed, and says where the next answer begins', async () => {
    const { made, token, epoch } = await told(1_301);
    const answer = await made.get(url, token, ndjson);
    expect(lines(answer.body).map((event) => event.seq)).toEqual(
      Array.from({ length: 1_301 }, (_, index) => index + 1),
    );
    expect(answer.headers['x-next-cursor']).toBe(cursorOf([epoch, 1_301]));
    expect([answer.headers['link'], answer.headers['cache-control']]).toEqual([undefined, 'no-store']);
    await tell(made.store, 3);
    const rest = await made.get(`${url}?after=${answer.headers['x-next-cursor']}`, token, ndjson);
    expect(lines(rest.body).map((event) => event.seq)).toEqual([1_302, 1_303, 1_304]);
    const none = await made.get(`${url}?after=${rest.headers['x-next-cursor']}`, token, ndjson);
    expect([none.body, none.headers['x-next-cursor']]).toEqual(['', rest.headers['x-next-cursor']]);
  });

  it('with a limit is one page, with a link to the next', async () => {
    const { made, token, epoch } = await told(20);
    const answer = await made.get(`${url}?limit=7`, token, ndjson);
    expect(lines(answer.body)).toHaveLength(7);
    expect(answer.headers['x-next-cursor']).toBe(cursorOf([epoch, 7]));
    expect(answer.headers['link']).toMatch(/rel="next"/);
  });

  it('of a token for one target skips the numbers of the others; of a window ends with it', async () => {
    const { made, token } = await told(1_301);
    const one = await made.token(['feed'], ['other']);
    const answer = await made.get(url, one, ndjson);
    const found = lines(answer.body);
    expect(new Set(found.map((event) => event.target))).toEqual(new Set(['other']));
    expect(found).toHaveLength(650);
    const until = new Date(t0 + 900).toISOString();
    const window = await made.get(`${url}?until=${until}`, token, ndjson);
    expect(lines(window.body)).toHaveLength(900);
    const after = await made.get(`${url}?after=${window.headers['x-next-cursor']}`, token, ndjson);
    expect(lines(after.body)[0].seq).toBe(901);
  });

  it('breaks off, and does not end, where retention takes what was still to come', async () => {
    const { made, token } = await told(40_000);
    await made.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = made.app.server.address() as AddressInfo;
    const headers = { ...ndjson, authorization: `Bearer ${token}` };
    const broken = await new Promise<boolean>((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path: url, headers }, (response) => {
        response.once('readable', async () => {
          await made.store.db.insertInto('meta').values({ key: 'feed_floor', value: '39999' }).execute();
          response.on('error', () => resolve(true)).on('end', () => resolve(false));
          response.resume();
        });
      });
      call.on('error', reject).end();
    });
    expect(broken).toBe(true);
  });
});

describe('cursors', () => {
  it('of a store that has been set back are void: what they had seen is not here', async () => {
    const { made, token, epoch } = await told(10);
    expect((await made.get(`${url}?after=${cursorOf([epoch, 10])}`, token)).statusCode).toBe(200);
    const ahead = await made.get(`${url}?after=${cursorOf([epoch, 11])}`, token);
    expect([ahead.statusCode, ahead.json().oldest_cursor]).toEqual([410, cursorOf([epoch, 0])]);
  });

  it('give the same page again, however often', async () => {
    const { made, token } = await told(30);
    const once = await made.get(`${url}?limit=10`, token);
    await tell(made.store, 5);
    expect((await made.get(`${url}?limit=10`, token)).body).toBe(once.body);
    const all = await walk<{ seq: number }>(made, `${url}?limit=4`, 'events', token);
    expect(all.map((event) => event.seq)).toEqual(Array.from({ length: 35 }, (_, index) => index + 1));
  });

  it('a rolled back transaction leaves no gap', async () => {
    const { made, token } = await told(2);
    const failed = made.store.transaction(async (tx) => {
      const feed = new FeedWriter(tx, null);
      await feed.numbers('heartbeat', 'main', {}, t0);
      await feed.flush();
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await tell(made.store, 1);
    const all = await walk<{ seq: number }>(made, url, 'events', token);
    expect(all.map((event) => event.seq)).toEqual([1, 2, 3]);
  });
});

describe('gzip', () => {
  it.each([
    ['gzip', true],
    ['deflate, gzip;q=0.5', true],
    ['*', true],
    ['br', false],
    ['gzip;q=0', false],
    ['*, gzip;q=0', false],
  ])('Accept-Encoding: %s', async (encoding, packed) => {
    const { made, token } = await told(50);
    for (const accept of ['application/json', 'application/x-ndjson']) {
      const plain = await made.get(`${url}?limit=40`, token, { accept });
      const answer = await made.get(`${url}?limit=40`, token, { accept, 'accept-encoding': encoding });
      expect(answer.headers['content-encoding']).toBe(packed ? 'gzip' : undefined);
      expect(answer.headers['vary']).toMatch(/Accept-Encoding/);
      const body = packed ? gunzipSync(answer.rawPayload).toString() : answer.body;
      expect(body).toBe(plain.body);
    }
  });

  it('has an ETag of its own, and both are confirmed', async () => {
    const { made, token } = await told(50);
    const page = `${url}?limit=40`;
    const plain = await made.get(page, token);
    const packed = await made.get(page, token, { 'accept-encoding': 'gzip' });
    expect(packed.headers['etag']).toBe(String(plain.headers['etag']).replace(/"$/, '-gzip"'));
    for (const answer of [plain, packed]) {
      const etag = String(answer.headers['etag']);
      const again = await made.get(page, token, { 'accept-encoding': 'gzip', 'if-none-match': etag });
      expect([again.statusCode, again.headers['etag'], again.body]).toEqual([304, etag, '']);
    }
  });

  it('leaves small answers and problems as they are', async () => {
    const { made, token } = await told(0);
    const empty = await made.get(url, token, { 'accept-encoding': 'gzip' });
    expect([empty.headers['content-encoding'], empty.json().events]).toEqual([undefined, []]);
    const refused = await made.get(`${url}?after=x`, token, { 'accept-encoding': 'gzip' });
    expect([refused.statusCode, refused.headers['content-encoding']]).toEqual([400, undefined]);
  });
});
