import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { vendors } from '../../config/helper.ts';
import { opened, settle } from '../../push/helper.ts';
import { gelfDialect, strictReceiver } from '../../push/receivers.ts';
import { jsonOf, jsonPath, textOf, yamlOf } from './files.ts';
import { closeSites, site } from './site.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await closeSites();
});

interface Input {
  type: string;
  global: boolean;
  configuration: Record<string, string | number | boolean>;
}
const gelf = jsonOf<Input>('graylog/gelf-input.json');
const summary = jsonOf<Input>('graylog/summary-input.json');
const [receiver] = yamlOf<{
  push: ({ kind: 'gelf'; url: string; bulk: boolean } & Record<string, unknown>)[];
}>('graylog/roomwarden.yaml').push as [
  { kind: 'gelf'; url: string; bulk: boolean } & Record<string, unknown>,
];

/** As the input reads its list: parts at commas, name and value at the only colon; others are left out silently. */
function headersOf(list: string): Record<string, string> {
  const parts = list.split(',').map((part) => part.trim().split(':'));
  return Object.fromEntries(
    parts.filter((pair) => pair.length === 2).map(([name = '', value = '']) => [name.trim(), value.trim()]),
  );
}

describe('Graylog, GELF', () => {
  it('both sides agree on bulk, port, key and size', () => {
    const { configuration } = gelf;
    expect(gelf.type).toBe('org.graylog2.inputs.gelf.http.GELFHttpInput');
    expect(configuration['enable_bulk_receiving']).toBe(receiver.bulk);
    expect(new URL(receiver.url).port).toBe(String(configuration['port']));
    expect(new URL(receiver.url).pathname).toBe('/gelf');
    expect(new URL(receiver.url).protocol === 'https:').toBe(configuration['tls_enable']);
    expect(configuration['authorization_header_name']).toBe('authorization');
    expect(configuration['authorization_header_value']).toMatch(/^Bearer /);
    const text = `targets: [{ id: t, vendor: declared, product: x }]\n${textOf('graylog/roomwarden.yaml')}`;
    const [read] = parseConfig(text, '/etc/roomwarden.yaml', vendors).push;
    if (read?.kind !== 'gelf') throw new Error('no gelf');
    expect(Number(configuration['max_chunk_size'])).toBeGreaterThan(read.batch.bytes);
  });

  it('sends every event to a strict input', async () => {
    const input = await strictReceiver(gelfDialect(receiver.bulk));
    closers.push(() => input.close());
    const here = await site(300);
    const entry = { ...receiver, id: 'r', url: `${input.url}/gelf`, token: { env: 'TOKEN' } };
    const { sender } = await opened(entry, here.stage().store);
    closers.push(() => sender.close());
    await settle(sender);
    expect(input.faults).toEqual([]);
    const taken = input.taken.map(({ id }) => id);
    expect((await here.ids()).filter((id) => taken.includes(id))).toEqual(taken);
    expect(taken.length).toBeGreaterThan(280);
  });
});

describe('Graylog, JSON path', () => {
  it('takes one number from the summary', async () => {
    const { configuration } = summary;
    expect(summary.type).toBe('org.graylog2.inputs.misc.jsonpath.JsonPathInput');
    const here = await site(0);
    const token = await here.stage().token(['read']);
    const list = String(configuration['headers']).replace('TOKEN_OF_ROOMWARDEN', token);
    const headers = headersOf(list);
    expect(Object.keys(headers)).toEqual(['Accept', 'Authorization']);
    const answer = await here.wire({ method: 'GET', url: String(configuration['target_url']), headers });
    expect(answer.status).toBe(200);
    const found = jsonPath(String(configuration['path']), JSON.parse(answer.body));
    expect(found).toEqual([expect.any(Number)]);
    expect(found[0]).toBeGreaterThan(0);
    // Every other number can be taken the same way.
    for (const value of Object.values(JSON.parse(answer.body))) expect(typeof value).toBe('number');
  });
});
