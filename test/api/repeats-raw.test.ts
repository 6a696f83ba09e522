import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { randomOf } from '../faults/random.ts';
import { eachStore } from '../store/helper.ts';
import { closeStages, type Stage, stage } from './helper.ts';
import { type Known, lastingOf, play, script } from './raw.ts';

afterEach(closeStages);

const lists = [
  '/api/v1/violations?severity=low&verdict=all&status=all',
  '/api/v1/violations?limit=2&total=true',
  '/api/v1/targets/main/rooms?state=all',
];
const endless = { address: 1e9, token: 1e9, failedLogins: 1e9 };

/** @returns where it listens, and how many calls it answered in front of Fastify */
async function listening({ app }: Stage, repeats: boolean): Promise<{ port: number; fast(): number }> {
  const { countRepeated } = app;
  let fast = 0;
  // Where a limit is used up, a call goes the long way.
  app.countRepeated = (...given) => {
    const lines = repeats ? countRepeated(...given) : null;
    fast += lines === null ? 0 : 1;
    return lines;
  };
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { port: (app.server.address() as AddressInfo).port, fast: () => fast };
}

eachStore((open, dialect) => {
  const [seed, scripts, least] = dialect === 'sqlite' ? [5, 250, 300] : [6, 60, 60];

  it('whatever is sent, however it is cut: byte for byte the answers that the long way gives', async () => {
    const { store } = await open();
    const made = await stage(store, { deps: { limits: endless } });
    const long = await stage(store, { deps: { limits: endless }, scanned: false });
    long.clock.now = made.clock.now;
    const [bearer, other] = [await made.token(['read']), await made.token(['operate'], ['other'])];
    const tags = async (): Promise<Known['lists']> =>
      Promise.all(
        lists.map(async (path) => [path, String((await long.get(path, bearer)).headers['etag'])] as const),
      );
    // The first use of a token is written down, and changes the store.
    for (const value of [bearer, other]) await long.get(lists[0] as string, value);
    const known: Known = { bearer, other, lists: await tags() };
    const version = await store.version();
    const near = await listening(made, true);
    const far = await listening(long, false);
    const random = randomOf(seed);
    for (let index = 0; index < scripts; index += 1) {
      const one = script(random, known);
      const wanted = lastingOf(await play(far.port, one));
      expect(wanted).toMatch(/^HTTP\/1\.1 \d{3} /);
      for (let times = 0; times < 3; times += 1) {
        expect([one, lastingOf(await play(near.port, one))]).toEqual([one, wanted]);
      }
    }
    expect(await store.version()).toBe(version);
    expect(far.fast()).toBe(0);
    expect(near.fast()).toBeGreaterThan(least);
  }, 60_000);
});
