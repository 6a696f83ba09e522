import { afterEach, expect, it, vi } from 'vitest';
import { giveWaiver } from '../../src/findings/given.ts';
import { DueWatch, dueInstants } from '../../src/scan/due.ts';
import type { Store } from '../../src/store/index.ts';
import { eachStore } from '../store/helper.ts';
import { forget, scan, spool, told } from './recording.ts';
import { quiet, recordDeps, t0, target, world } from './toy.ts';

afterEach(() => void vi.useRealTimers());

const waiver = { policy: 'access', target: 't', reason: 'r', owner: 'o', until: t0 + 3_600_000 };
const attestation = {
  policy: 'record-kept',
  target: 't',
  fields: { value: true },
  attestedAt: t0 + 7_200_000,
  validUntil: t0 + 10_800_000,
  origin: target().origin,
};

eachStore((open) => {
  it('knows the next instants, in order', async () => {
    const { store } = await open();
    const given = await giveWaiver(store.db, { ...waiver, until: t0 + 1 }, 'x', t0);
    const { config } = recordDeps(store, world(), spool, {
      waivers: [{ ...waiver, id: 'file', origin: target().origin }],
      attestations: [attestation],
    });
    expect((await dueInstants(store, config)).map(({ at }) => at - t0)).toEqual([
      given.until - t0 + 1,
      3_600_001,
      7_200_000,
      10_800_001,
    ]);
  });

  it('wakes at the instant itself: a waiver ends, an attestation begins and ends', async () => {
    const { store } = await open();
    const state = world();
    await scan(store, state);
    await giveWaiver(store.db, waiver, 'x', t0);
    let now = t0 + 1;
    const deps = recordDeps(store, state, spool, { attestations: [attestation] });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const watch = new DueWatch({ ...deps, log: quiet, now: () => now });
    await watch.start();
    await forget(store);
    for (const next of [3_600_000, 3_600_001, 7_200_000, 10_800_001]) {
      const wait = t0 + next - now;
      now = t0 + next;
      vi.advanceTimersByTime(wait);
      await watch.idle();
    }
    await watch.stop();
    expect(await told(store)).toEqual([
      'waiver_expired access waiver',
      'resolved record-kept attestation',
      'unknown record-kept attestation',
    ]);
  });

  it('what ended while a scan waited to be recorded does not begin again', async () => {
    const { store } = await open();
    const state = world();
    const over = waiver.until + 1;
    const declared = { ...attestation, attestedAt: t0 - 1, validUntil: waiver.until };
    const deps = recordDeps(store, state, spool, { attestations: [declared] });
    await scan(store, state, deps.config, 1);
    await giveWaiver(store.db, waiver, 'x', t0);
    const watch = new DueWatch({ ...deps, log: quiet, now: () => state.now });
    await watch.start();
    expect((await told(store)).at(-1)).toBe('waived access waiver');
    await forget(store);
    const waiting: Store = {
      ...store,
      async transaction(work) {
        if (state.now < over) {
          state.now = over;
          await watch.run();
        }
        return store.transaction(work);
      },
    };
    await scan(waiting, state, deps.config);
    await watch.stop();
    expect(await told(store)).toEqual(['waiver_expired access waiver', 'unknown record-kept attestation']);
  });
});
