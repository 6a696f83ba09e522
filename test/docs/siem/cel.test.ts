import { afterEach, describe, expect, it } from 'vitest';
import { Crash, Registry } from './beat.ts';
import { type Cel, CelInput } from './cel.ts';
import { withEnvironment, yamlOf } from './files.ts';
import { closeSites, once, site } from './site.ts';

afterEach(closeSites);

const [input] = yamlOf<{ 'filebeat.inputs': Cel[] }>('elastic/cel.yml')['filebeat.inputs'] as [Cel];

const idsOf = (registry: Registry): string[] =>
  registry.documents.flatMap(({ event }) =>
    event === undefined ? [] : [String((event as { id: string }).id)],
  );

async function start(targets?: string[]) {
  const here = await site();
  const config = withEnvironment(input, { ROOMWARDEN_TOKEN: await here.token(targets) });
  const registry = new Registry();
  return { here, registry, begin: () => new CelInput(config, here.wire, registry) };
}

describe('Elastic cel', () => {
  it('hides the token from its own log', () => {
    expect(input.type).toBe('cel');
    expect(input.redact.fields).toContain('token');
    expect(input.state['token']).toMatch(/^\$\{\w+\}$/);
  });

  it('takes every event once over several pages, then only what is new', async () => {
    const { here, registry, begin } = await start();
    const input = begin();
    await input.poll();
    expect(here.asked.length).toBeGreaterThan(1);
    expect(idsOf(registry)).toEqual(await here.ids());
    await input.poll();
    await here.grow(33);
    await input.poll();
    expect(idsOf(registry)).toEqual(await here.ids());
    const documents = registry.documents.map((document) => document['@metadata._id']);
    expect(new Set(documents).size).toBe(documents.length);
    expect(input.degraded).toEqual([]);
  });

  it('asks an empty page once and keeps its place', async () => {
    const { here, registry, begin } = await start();
    await begin().poll();
    const [kept, published] = [registry.load(), registry.documents.length];
    here.asked.length = 0;
    await begin().poll();
    await begin().poll();
    expect(here.asked.map(({ url }) => new URL(url).searchParams.get('after'))).toEqual([
      kept['after'],
      kept['after'],
    ]);
    expect([registry.load(), registry.documents.length]).toEqual([kept, published]);
  });

  it('goes on after an end of either side', async () => {
    const { here, registry, begin } = await start();
    await begin().poll();
    await here.restart();
    await here.grow(20);
    await begin().poll();
    expect(idsOf(registry)).toEqual(await here.ids());
  });

  it.each([1, 499, 500, 501, 640])('where it dies after %i events repeats a page at most', async (count) => {
    const { here, registry, begin } = await start();
    registry.crashAfter = count;
    await expect(begin().poll()).rejects.toThrow(Crash);
    await begin().poll();
    expect(once(idsOf(registry))).toEqual(await here.ids());
    expect(idsOf(registry).length - once(idsOf(registry)).length).toBeLessThan(500);
  });

  it('at 410 tells of the gap once and goes on with the oldest event that is kept', async () => {
    const { here, registry, begin } = await start();
    const input = begin();
    await input.poll();
    const before = registry.documents.length;
    await here.grow(700);
    await here.forget(650);
    await input.poll();
    await input.poll();
    const [gap, ...rest] = registry.documents.slice(before);
    expect(gap).toMatchObject({
      event: { action: 'feed-gap', id: expect.stringMatching(/^gap-/) },
      message: expect.stringMatching(/deleted before they were read/),
      '@metadata._id': expect.anything(),
    });
    expect(rest.map(({ event }) => (event as { id: string }).id)).toEqual(await here.ids());
    expect(rest).toHaveLength(650);
  });

  it('of a token for one target gets its events, all of them', async () => {
    const { here, registry, begin } = await start(['main']);
    await begin().poll();
    expect(idsOf(registry)).toEqual(await here.ids('main'));
  });

  it.each([401, 429, 500, 503])('tells of an answer %i, keeps its place and goes on', async (status) => {
    const { here, registry, begin } = await start();
    const input = begin();
    await input.poll();
    await here.grow(5);
    here.troubles.push(status);
    await input.poll();
    expect(input.degraded).toEqual([expect.objectContaining({ code: String(status) })]);
    expect(JSON.stringify(registry.documents)).not.toMatch(/rw_[\w-]{43}/);
    await input.poll();
    expect(idsOf(registry)).toEqual(await here.ids());
  });
});
