import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { attempt } from '../../src/scan/attempt.ts';
import { openBoss } from '../../src/scan/boss.ts';
import { keepSplit, splitOf } from '../../src/scan/slices.ts';
import { sample } from '../findings/rows.ts';
import { closeAll, database } from './database.ts';
import { quiet } from './toy.ts';

afterEach(closeAll);

it('an attempt that is overtaken while it begins leaves the slices of the newer one', async () => {
  const store = await (await database())();
  const row = { ...sample.scans, id: 'scan', target: 't', state: 'running' as const, recorded: 0, fence: 0 };
  await store.db.insertInto('scans').values(row).execute();
  const plan = { basis: null, ranges: [] };
  const keep = (fence: number) => keepSplit(store, { target: 't', scan: 'scan', fence }, plan, 1);
  await keep(0);
  let begun = false;
  const overtaken = store.db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (!begun) {
        begun = true;
        await store.db.updateTable('scans').set({ fence: 2 }).where('id', '=', 'scan').execute();
        await keep(2);
      }
      return result;
    },
  });
  const boss = await openBoss(store, { heartbeat: 1_000, supervises: false, log: quiet });
  try {
    const deps = { boss, heartbeat: 1_000, now: () => 1, log: quiet, knows: () => true, split: null };
    const job = { id: randomUUID(), retryCount: 0, data: { target: 't', scan: 'scan' } };
    const own = { ...deps, store: { ...store, db: overtaken }, run: async () => {} };
    await attempt(own, job, new AbortController().signal);
    expect(await splitOf(store, { scan: 'scan', fence: 0 })).toBeNull();
    expect(await splitOf(store, { scan: 'scan', fence: 2 })).toEqual(plan);
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
});
