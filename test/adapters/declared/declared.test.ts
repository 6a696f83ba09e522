import { describe, expect, it } from 'vitest';
import type { AdapterContext } from '../../../adapters/contract/adapter.ts';
import type { Item } from '../../../adapters/contract/subject.ts';
import { CommonTarget } from '../../../adapters/contract/target.ts';
import { declared } from '../../../adapters/declared/index.ts';
import { adapters } from '../../../adapters/registry.ts';

const context = { now: () => 7 } as AdapterContext;

async function collect(extra: object): Promise<Item[]> {
  const settings = {
    ...CommonTarget.parse({ id: 'zoom', vendor: 'declared', ...extra }),
    ...declared.configuration.parse({ product: 'Zoom' }),
  } as never;
  const items: Item[] = [];
  for await (const item of declared.collect({ id: 'zoom', settings }, context)) items.push(item);
  return items;
}

describe('a declared system', () => {
  it('is one deployment, with the notice of the configuration', async () => {
    const address = 'https://www.example.org/datenschutz';
    expect(await collect({ privacy_notice: address })).toMatchObject([
      {
        subject: {
          kind: 'deployment',
          id: '-',
          name: 'Zoom',
          facts: { privacy_notice_present: { value: true, evidence: [{ chain: [{ value: address }] }] } },
        },
      },
      { source: { source: 'configuration', population: 'all', state: 'complete', count: 1 } },
    ]);
  });

  it('without an address nothing is known, in particular not that there is none', async () => {
    expect((await collect({}))[0]).toMatchObject({
      subject: {
        facts: {
          privacy_notice_present: {
            unavailable: { code: 'not_configured', fill: { kind: 'config', name: 'privacy_notice' } },
          },
        },
      },
    });
  });

  it('needs a product and refuses unknown keys', () => {
    expect(declared.configuration.safeParse({}).success).toBe(false);
    expect(declared.configuration.safeParse({ product: 'Zoom', secret: 'x' }).success).toBe(false);
  });

  it('is registered', () => expect(adapters.get('declared')).toBe(declared));

  it('tells what is missing', async () => {
    const checks: unknown[] = [];
    const settings = { product: 'Zoom', ...CommonTarget.parse({ id: 'zoom', vendor: 'declared' }) };
    for await (const line of declared.check({ id: 'zoom', settings }, context)) checks.push(line);
    expect(checks).toMatchObject([
      { state: 'partial', remedy: { de: expect.stringContaining('privacy_notice') } },
    ]);
  });
});
