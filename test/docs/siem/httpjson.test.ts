import { afterEach, describe, expect, it } from 'vitest';
import { Crash, Registry } from './beat.ts';
import { withEnvironment, yamlOf } from './files.ts';
import { type HttpJson, HttpJsonInput } from './httpjson.ts';
import { closeSites, once, type Site, site } from './site.ts';

afterEach(closeSites);

const [input] = yamlOf<{ 'filebeat.inputs': HttpJson[] }>('elastic/httpjson.yml')['filebeat.inputs'] as [
  HttpJson,
];

const configured = (token: string): HttpJson => withEnvironment(input, { ROOMWARDEN_TOKEN: token });
const idsOf = (registry: Registry): string[] =>
  registry.documents.map(({ event }) => String((event as { id: string }).id));

async function start(targets?: string[]) {
  const here = await site();
  const config = configured(await here.token(targets));
  const registry = new Registry();
  return { here, config, registry, begin: () => new HttpJsonInput(config, here.wire, registry) };
}

const pages = (here: Site): number => here.asked.length;

describe('Elastic httpjson', () => {
  it('has what the input needs', () => {
    expect(input).toMatchObject({ type: 'httpjson', id: expect.stringMatching(/./), interval: '1m' });
    expect(new URL(input['request.url']).searchParams.get('format')).toBe('ecs');
  });

  it('takes every event once over several pages, and then only what is new', async () => {
    const { here, registry, begin } = await start();
    const input = begin();
    expect(await input.poll()).toBe(200);
    expect(pages(here)).toBeGreaterThan(1);
    expect(idsOf(registry)).toEqual(await here.ids());
    expect(registry.documents[0]).toMatchObject({
      ecs: { version: '9.4.0' },
      '@timestamp': expect.anything(),
    });
    const documents = new Set(registry.documents.map((document) => document['@metadata._id']));
    expect(documents.size).toBe(registry.documents.length);
    await input.poll();
    expect(idsOf(registry)).toHaveLength(documents.size);
    await here.grow(9);
    await input.poll();
    expect(idsOf(registry)).toEqual(await here.ids());
  });

  it('asks an empty feed without publishing anything or losing its place', async () => {
    const { here, registry, begin } = await start(['nowhere']);
    const input = begin();
    await input.poll();
    await input.poll();
    expect(registry.documents).toEqual([]);
    expect(registry.load()).toEqual({});
    expect(here.asked.map(({ url }) => new URL(url).searchParams.get('after'))).toEqual([
      'beginning',
      'beginning',
    ]);
  });

  it('after an end of either side repeats one event at most', async () => {
    const { here, registry, begin } = await start();
    await begin().poll();
    const before = idsOf(registry).length;
    await here.restart();
    await here.grow(20);
    await begin().poll();
    const all = await here.ids();
    expect(once(idsOf(registry))).toEqual(all);
    expect(idsOf(registry).length - all.length).toBeLessThanOrEqual(1);
    expect(all.length).toBe(before + 20);
  });

  it.each([1, 2, 3, 250, 500, 501, 640])('loses nothing where it dies after %i events', async (count) => {
    const { here, registry, begin } = await start();
    registry.crashAfter = count;
    await expect(begin().poll()).rejects.toThrow(Crash);
    expect(idsOf(registry)).toHaveLength(count);
    await begin().poll();
    expect(once(idsOf(registry))).toEqual(await here.ids());
    expect(idsOf(registry).length - once(idsOf(registry)).length).toBeLessThanOrEqual(1);
  });

  it('with next_cursor as its state it would lose the rest of a page: why the file keeps the id', async () => {
    const { here, config, registry } = await start();
    config.cursor = { after: { value: '[[.last_response.body.next_cursor]]' } };
    registry.crashAfter = 10;
    await expect(new HttpJsonInput(config, here.wire, registry).poll()).rejects.toThrow(Crash);
    await new HttpJsonInput(config, here.wire, registry).poll();
    expect(once(idsOf(registry)).length).toBeLessThan((await here.ids()).length);
  });

  it('waits at 410 until it gets another id, and misses nothing that is kept', async () => {
    const { here, registry, begin } = await start();
    const input = begin();
    await input.poll();
    await here.grow(60);
    await here.forget(40);
    expect(await input.poll()).toBe(410);
    expect(await begin().poll()).toBe(410);
    const fresh = new Registry();
    const other = new HttpJsonInput(configured(await here.token()), here.wire, fresh);
    expect(await other.poll()).toBe(200);
    expect(idsOf(fresh)).toEqual(await here.ids());
    expect(idsOf(fresh)).toHaveLength(40);
    expect(once([...idsOf(registry), ...idsOf(fresh)]).length).toBe(idsOf(registry).length + 40);
  });

  it('goes on where it stood when just that event is the newest that was deleted', async () => {
    const { here, registry, begin } = await start();
    const input = begin();
    await input.poll();
    await here.grow(40);
    await here.forget(40);
    expect(await input.poll()).toBe(200);
    expect(idsOf(registry).slice(-40)).toEqual(await here.ids());
  });

  it('of a token for one target gets its events, all of them', async () => {
    const { here, registry, begin } = await start(['other']);
    const input = begin();
    await input.poll();
    await here.grow(50);
    await input.poll();
    expect(idsOf(registry)).toEqual(await here.ids('other'));
    expect(idsOf(registry).length).toBeLessThan((await here.ids()).length);
  });

  it('reads the limits, with the end of the window as seconds since 1970', async () => {
    const { here, begin } = await start();
    const input = begin();
    await input.poll();
    const { now } = here.stage().clock;
    for (const { limit, remaining, reset } of input.limits) {
      expect(remaining).toBeLessThan(limit);
      expect(reset * 1000 - now).toBeGreaterThanOrEqual(0);
      expect(reset * 1000 - now).toBeLessThanOrEqual(61_000);
    }
  });

  it.each([401, 429, 500, 503])('after an answer %i goes on at its next turn', async (status) => {
    const { here, registry, begin } = await start();
    const input = begin();
    here.troubles.push(status);
    expect(await input.poll()).toBe(status);
    expect(await input.poll()).toBe(200);
    expect(idsOf(registry)).toEqual(await here.ids());
  });
});
