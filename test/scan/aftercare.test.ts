import { expect, it } from 'vitest';
import { giveWaiver } from '../../src/findings/given.ts';
import { aftercareOf } from '../../src/scan/aftercare.ts';
import { eachStore } from '../store/helper.ts';
import { scan, spool } from './recording.ts';
import { recordDeps, t0, world } from './toy.ts';

const hour = 3_600_000;

eachStore((open) => {
  it('a list that was read before an exception ended proves nothing of what was recorded until its end', async () => {
    const { store } = await open();
    const asked = {
      policy: 'recordings',
      target: 't',
      room: 'shut',
      purpose: 'Schulung',
      reason: 'r',
      owner: 'o',
      until: t0 + hour,
    };
    const waiver = await giveWaiver(store.db, asked, 'x', t0);
    const state = world({
      before: (index) => {
        if (index === 0) state.now += 2 * hour;
      },
    });
    const { bind } = recordDeps(store, state, spool);
    const seen = async () => {
      await scan(store, state);
      const kept = await store.db.selectFrom('aftercare').select(['state', 'count']).execute();
      const header = { parameters: {}, live: false };
      const shown = await aftercareOf(store.db, bind, header, waiver, state.now);
      return [shown?.state, kept[0]?.state];
    };
    expect(await seen()).toEqual(['unknown', 'unknown']);
    // Made in the last minutes of the exception, behind the back of the first scan.
    state.recordings = [{ id: 'r', age: (state.now - t0 - hour) / 1000 + 60, room: 'shut' }];
    expect(await seen()).toEqual(['remaining', 'remaining']);
    state.recordings = [];
    await seen();
    expect(await seen()).toEqual(['gone', 'gone']);
  });
});
