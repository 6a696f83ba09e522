import { describe, expect, it } from 'vitest';
import { refreshWaivers } from '../../src/scan/scope.ts';
import { eachStore } from '../store/helper.ts';
import { forget, list, scan, spool, told } from './recording.ts';
import { recordDeps, t0, target, world } from './toy.ts';

eachStore((open) => {
  describe('why a finding moves', () => {
    it('a parameter, an age, an attestation', async () => {
      const { store } = await open();
      const state = world({ rooms: [], recordings: [{ id: 'r', age: 86_400 * 6.99 }] });
      await scan(store, state);
      await forget(store);
      state.recordings = [{ id: 'r', age: 86_400 * 6.99 + 1_800 }];
      await scan(store, state);
      expect(await told(store)).toEqual(['opened recordings time']);
      await forget(store);
      const policies = { recordings: { parameters: { max_age: '30d' } } };
      await scan(store, state, { policies });
      expect(await told(store)).toEqual(['resolved recordings parameter']);
      await forget(store);
      const attestation = {
        policy: 'record-kept',
        target: 't',
        fields: { value: true },
        attestedAt: t0,
        validUntil: state.now + 1_000,
        origin: target().origin,
      };
      await scan(store, state, { policies, attestations: [attestation] });
      expect(await told(store)).toEqual(['resolved record-kept attestation']);
      await forget(store);
      await scan(store, state, { policies, attestations: [attestation] });
      expect(await told(store)).toEqual(['unknown record-kept attestation']);
    });

    it('a waiver that ends between two scans', async () => {
      const { store } = await open();
      const state = world();
      const waiver = {
        id: 'w',
        policy: 'access',
        target: 't',
        reason: 'r',
        owner: 'o',
        until: t0 + 1,
        origin: target().origin,
      };
      await scan(store, state, { waivers: [waiver] });
      expect((await list(store, { status: 'waived' }))[0]?.waiver).toMatchObject({ id: 'w', reason: 'r' });
      await forget(store);
      const deps = recordDeps(store, state, spool, { waivers: [waiver] });
      expect(await refreshWaivers(deps, t0)).toBe(0);
      expect(await refreshWaivers(deps, t0 + 2)).toBe(1);
      expect(await told(store)).toEqual(['waiver_expired access waiver']);
    });
  });
});
