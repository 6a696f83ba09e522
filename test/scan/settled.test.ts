import { describe, expect, it } from 'vitest';
import type { ConfiguredWaiver } from '../../src/config/types.ts';
import type { Store } from '../../src/store/index.ts';
import { eachStore } from '../store/helper.ts';
import { forget, list, scan, told } from './recording.ts';
import { t0, world } from './toy.ts';

const waiver: ConfiguredWaiver = {
  id: 'file-1',
  policy: 'access',
  target: 't',
  room: 'open',
  reason: 'Schulung',
  owner: 'Fachgebiet 12',
  approvedBy: 'Amtsleitung',
  until: t0 + 86_400_000 * 30,
  origin: { file: 'roomwarden.yaml', line: 1, column: 1 },
};

const keys = async (store: Store): Promise<(string | null)[]> =>
  (await store.db.selectFrom('subjects').select('judged').orderBy('kind').orderBy('id').execute()).map(
    ({ judged }) => judged,
  );
const findings = (store: Store) => store.db.selectFrom('findings').selectAll().orderBy('uid').execute();

eachStore((open) => {
  describe('what tells that findings need not be read', () => {
    it('is kept of every subject, and stays where nothing changed', async () => {
      const { store } = await open();
      const state = world({ recordings: [{ id: 'r', age: 86_400 * 8 }] });
      await scan(store, state);
      const first = await keys(store);
      expect(first).not.toContain(null);
      await scan(store, state);
      expect(await keys(store)).toEqual(first);
    });

    it('is that of the verdicts: another one moves, back is as before', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      const first = await keys(store);
      await forget(store);
      state.rooms[0] = { id: 'open', password: true };
      await scan(store, state);
      expect(await told(store)).toEqual(['resolved access facts']);
      expect(await keys(store)).not.toEqual(first);
      state.rooms[0] = { id: 'open', password: false };
      await scan(store, state);
      expect(await told(store)).toEqual(['resolved access facts', 'reopened access facts']);
      expect(await keys(store)).toEqual(first);
    });

    it('holds back no waiver that begins, ends or is another one', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      await forget(store);
      await scan(store, state, { waivers: [waiver] });
      expect(await told(store)).toEqual(['waived access waiver']);
      await scan(store, state, { waivers: [{ ...waiver, reason: 'Prüfung' }] });
      const [waived] = await list(store, { status: 'waived' });
      expect(waived?.waiver?.reason).toBe('Prüfung');
      await scan(store, state);
      expect(await told(store)).toEqual(['waived access waiver', 'waiver_expired access waiver']);
      expect((await list(store, { status: 'open' })).map(({ policy }) => policy)).toContain('access');
    });

    it('leaves the findings as a look at all of them would', async () => {
      const { store } = await open();
      const state = world({ recordings: [{ id: 'r', age: 86_400 * 8 }] });
      const steps: (() => void)[] = [
        () => {},
        () => void Object.assign(state, { outcomes: { detail: 'failed' } }),
        () => void Object.assign(state, { outcomes: {} }),
        () => void state.rooms.pop(),
        () => void Object.assign(state, { outcomes: { list: 'partial' } }),
        () => void Object.assign(state, { outcomes: {}, rooms: [{ id: 'open', password: state.why }] }),
        () => void state.rooms.push({ id: 'shut', password: true }, { id: 'new', password: false }),
      ];
      for (const step of steps) {
        step();
        await scan(store, state);
        await scan(store, state);
        const before = await findings(store);
        await forget(store);
        await store.db.updateTable('subjects').set({ judged: null }).execute();
        await scan(store, state);
        expect(await findings(store)).toEqual(before);
        expect(await told(store)).toEqual([]);
      }
    });
  });
});
