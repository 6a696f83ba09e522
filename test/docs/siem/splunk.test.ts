import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { vendors } from '../../config/helper.ts';
import { opened, settle } from '../../push/helper.ts';
import { hecDialect, strictReceiver } from '../../push/receivers.ts';
import { Checkpoints, type CloudConnect, runInput } from './cloudconnect.ts';
import { confOf, jsonOf, textOf, yamlOf } from './files.ts';
import { closeSites, once, site } from './site.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await closeSites();
});

const definition = jsonOf<CloudConnect>('splunk/roomwarden_events.cc.json');

async function start(targets?: string[]) {
  const here = await site(1_350);
  const splunk = new Checkpoints();
  const values = {
    name: 'roomwarden',
    server: 'roomwarden.example.org',
    index: 'security',
    source: 'roomwarden',
    sourcetype: 'roomwarden:flat',
    token: await here.token(targets),
  };
  const run = (name = 'roomwarden') => runInput(definition, { ...values, name }, here.wire, splunk);
  return { here, splunk, run };
}

const idsOf = ({ events }: Checkpoints): string[] => events.map(({ data }) => String(data['event_id']));

describe('Splunk, REST input', () => {
  it('asks for what the input gives it, nothing else', async () => {
    const [{ request, checkpoint }] = definition.requests as [CloudConnect['requests'][number]];
    const names = [...JSON.stringify(definition).matchAll(/\{\{\s*(?:not )?(\w+)/g)].map(([, name]) => name);
    const own = ['__response__', 'events', 'lines', 'after', 'more'];
    expect(names.filter((name) => !own.includes(name as string)).sort()).toEqual(
      expect.arrayContaining([...definition.tokens].sort()),
    );
    expect(request.url).not.toContain('token');
    expect(Object.keys(checkpoint.content)).toEqual(['after']);
  });

  it('takes every event once, over several pages in one run', async () => {
    const { here, splunk, run } = await start();
    expect(await run()).toBe(200);
    expect(here.asked.length).toBeGreaterThan(1);
    expect(idsOf(splunk)).toEqual(await here.ids());
    expect(new Set(splunk.events.map(({ sourcetype }) => sourcetype))).toEqual(new Set(['roomwarden:flat']));
  });

  it('keeps its checkpoint over empty runs and restarts, and takes a single event as well', async () => {
    const { here, splunk, run } = await start();
    await run();
    const kept = splunk.kept.get('roomwarden');
    await run();
    expect(splunk.kept.get('roomwarden')).toEqual(kept);
    await here.restart();
    await here.grow(1);
    await run();
    expect(idsOf(splunk)).toEqual(await here.ids());
  });

  it.each([1, 999, 1_000, 1_001, 1_200])('repeats a page at most where it dies after %i', async (count) => {
    const { here, splunk, run } = await start();
    splunk.crashAfter = count;
    await expect(run()).rejects.toThrow('crash');
    await run();
    expect(once(idsOf(splunk))).toEqual(await here.ids());
  });

  it('stands still at 410, and begins again under another name', async () => {
    const { here, splunk, run } = await start();
    await run();
    await here.grow(30);
    await here.forget(20);
    const before = splunk.events.length;
    expect([await run(), await run()]).toEqual([410, 410]);
    expect(splunk.events).toHaveLength(before);
    expect(await run('roomwarden-2')).toBe(200);
    expect(idsOf(splunk).slice(before)).toEqual(await here.ids());
  });

  it('of a token for one target gets its events', async () => {
    const { here, splunk, run } = await start(['other']);
    await run();
    expect(idsOf(splunk)).toEqual(await here.ids('other'));
  });
});

describe('Splunk, props.conf', () => {
  const props = confOf('splunk/props.conf')['roomwarden:flat'] as Record<string, string>;

  it('finds line ends and times in the lines of the feed', async () => {
    const here = await site(400);
    const token = await here.token();
    const headers = { authorization: `Bearer ${token}`, accept: 'application/x-ndjson' };
    const url = 'https://roomwarden.example.org/api/v1/events?format=flat';
    const { body } = await here.wire({ method: 'GET', url, headers });
    const lines = body
      .split(new RegExp(props['LINE_BREAKER'] as string))
      .filter((part) => part.trim() !== '');
    expect(lines.map((line) => JSON.parse(line).event_id)).toEqual(await here.ids());
    expect(props['TIME_FORMAT']).toBe('%Y-%m-%dT%H:%M:%S.%3NZ');
    expect(props['TZ']).toBe('UTC');
    for (const line of lines) {
      expect(Buffer.byteLength(line)).toBeLessThan(Number(props['TRUNCATE']));
      const prefix = new RegExp(props['TIME_PREFIX'] as string).exec(line);
      const from = (prefix?.index ?? -1) + (prefix?.[0].length ?? 0);
      const time = line.slice(from, from + Number(props['MAX_TIMESTAMP_LOOKAHEAD']));
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(time).toBe(JSON.parse(line).timestamp);
    }
  });

  it('fits inputs.conf and the configuration of the receiver', () => {
    const inputs = confOf('splunk/inputs.conf');
    const token = inputs['http://roomwarden'] as Record<string, string>;
    const file = inputs['monitor:///var/lib/roomwarden-pull/events.ndjson'] as Record<string, string>;
    expect([token['sourcetype'], file['sourcetype']]).toEqual(['roomwarden:flat', 'roomwarden:flat']);
    const { push } = yamlOf<{ push: { url: string; index: string; format: string; acknowledge: boolean }[] }>(
      'splunk/roomwarden.yaml',
    );
    expect(new URL(push[0]?.url ?? '').port).toBe(inputs['http']?.['port']);
    expect([push[0]?.index, `roomwarden:${push[0]?.format}`]).toEqual([token['index'], token['sourcetype']]);
    expect(push[0]?.acknowledge).toBe(token['useACK'] === '1');
  });
});

describe('Splunk, push', () => {
  it('sends every event to a strict collector', async () => {
    const targets = JSON.stringify([{ id: 't', vendor: 'declared', product: 'x' }]);
    const text = `targets: ${targets}\n${textOf('splunk/roomwarden.yaml')}`;
    const [receiver] = parseConfig(text, '/etc/roomwarden.yaml', vendors).push;
    expect(receiver).toMatchObject({ kind: 'splunk-hec', format: 'flat', acknowledge: true });
    const collector = await strictReceiver(hecDialect);
    closers.push(() => collector.close());
    const here = await site(300);
    const changed = { url: collector.url, token: { env: 'TOKEN' }, acknowledge: false };
    const { sender } = await opened(
      { ...(receiver as { kind: 'splunk-hec' } & Record<string, unknown>), id: 'r', ...changed },
      here.stage().store,
    );
    closers.push(() => sender.close());
    await settle(sender);
    expect(collector.faults).toEqual([]);
    const beats = collector.taken.map(({ id }) => id);
    expect((await here.ids()).filter((id) => beats.includes(id))).toEqual(beats);
    expect(beats.length).toBeGreaterThan(280);
  });
});
