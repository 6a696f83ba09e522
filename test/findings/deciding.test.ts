import { expect, it } from 'vitest';
import type { Layer } from '../../adapters/contract/fact.ts';
import { causeKey } from '../../src/findings/causes.ts';
import type { Detail } from '../../src/findings/detail.ts';
import { eachStore } from '../store/helper.ts';
import { type Look, pass, rows, t0, told } from './helper.ts';

const violation: Look = { verdict: 'violation' };

eachStore((open) => {
  it('says what decides now, and calls nobody when only that moved', async () => {
    const { store } = await open();
    const layers = (decides: 'room' | 'server'): Layer[] =>
      (['room', 'server'] as const).map((layer) => ({
        layer,
        path: `${layer}.password`,
        value: false,
        decides: layer === decides,
      }));
    await pass(store, [{ ...violation, chain: layers('room') }], { now: t0 });
    await pass(store, [{ ...violation, chain: layers('server') }], { now: t0 + 60_000 });
    const [row] = await rows(store);
    const { evidence } = JSON.parse(row?.detail_json ?? '{}') as Detail;
    expect(evidence[0]?.chain).toEqual(layers('server'));
    expect([row?.changed_at, row?.opened_at]).toEqual([t0 + 60_000, t0]);
    expect(row?.cause_key).toBe(causeKey({ verdict: 'violation', kind: 'room' }, { evidence, reasons: [] }));
    expect(row?.cause_key).not.toBeNull();
    expect(await told(store)).toEqual(['opened:facts']);
  });

  it('what was written before it kept what decides is written anew, and nobody is called', async () => {
    const { store } = await open();
    const chain: Layer[] = [{ layer: 'room', path: 'p', value: false, decides: true }];
    await pass(store, [{ ...violation, chain }], { now: t0 });
    const [row] = await rows(store);
    const [facts] = row?.facts_key.split('.') ?? [];
    await store.db.updateTable('findings').set({ facts_key: facts, detail_json: '{}' }).execute();
    await pass(store, [{ ...violation, chain }], { now: t0 + 60_000 });
    expect((await rows(store))[0]).toMatchObject({
      facts_key: row?.facts_key,
      detail_json: row?.detail_json,
    });
    expect(await told(store)).toEqual(['opened:facts']);
  });
});
