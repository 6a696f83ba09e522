import { expect, it } from 'vitest';
import { Overdue } from '../../src/scan/overdue.ts';
import { eachStore } from '../store/helper.ts';

const at = (text: string): number => Date.parse(text.length > 8 ? text : `2026-11-01T${text}Z`);
/** Of a clock before it was set. */
const wrong = '2036-02-07T06:28:16Z';

it.each([
  ['nothing planned', null, { began: at('08:00:00'), waits: null }, '20:00:00', null],
  ['begun at its time', '*/5 * * * *', { began: at('08:00:01'), waits: null }, '08:04:59', 0],
  ['a minute is not late', '*/5 * * * *', { began: at('08:00:01'), waits: null }, '08:06:00', 0],
  ['more is', '*/5 * * * *', { began: at('08:00:01'), waits: null }, '08:06:01', 61],
  ['it waits for others', '*/5 * * * *', { began: at('08:00:01'), waits: at('08:05:00') }, '08:12:00', 420],
  ['a tenth of an hour', '0 * * * *', { began: at('08:00:01'), waits: null }, '09:06:00', 0],
  ['more than a tenth of an hour', '0 * * * *', { began: at('08:00:01'), waits: null }, '09:06:01', 361],
  [
    'begun late makes up for what it missed',
    '*/5 * * * *',
    { began: at('08:12:00'), waits: null },
    '08:15:30',
    0,
  ],
  ['runs over its next time', '*/5 * * * *', { began: at('08:00:00'), waits: null }, '08:08:00', 180],
  ['never begun, asked for long ago', '*/5 * * * *', { began: null, waits: at('08:00:00') }, '08:10:00', 600],
  ['never asked for', '*/5 * * * *', undefined, '08:10:00', 0],
] as const)('%s', (_name, schedule, turn, now, late) => {
  expect(new Overdue('UTC').of({ id: 'a', schedule }, turn, at(now))).toBe(late);
});

eachStore((open) => {
  it('reads the newest scan that began, whether or not anything was recorded', async () => {
    const { store } = await open();
    const scan = { vendor: 'toy', sources_json: '[]', counts_json: '{}', progress_json: '{}' };
    const rows = [
      ['a', 'complete', 1, '08:00:00', '08:00:01'],
      ['a', 'queued', 0, '08:05:00', null],
      ['b', 'failed', 0, '08:00:00', '08:04:00'],
      ['c', 'queued', 0, '08:01:00', null],
      ['d', 'complete', 1, '08:05:00', '08:05:01'],
      ['f', 'complete', 1, '08:00:00', '08:00:01'],
      ['f', 'complete', 1, wrong, wrong],
    ] as const;
    for (const [index, [target, state, recorded, asked, began]] of rows.entries()) {
      const requested_at = at(asked);
      const started_at = began === null ? null : at(began);
      await store.db
        .insertInto('scans')
        .values({ id: `s${index}`, ...scan, target, state, recorded, requested_at, started_at })
        .execute();
    }
    const targets = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id, schedule: '*/5 * * * *' }));
    await store.db
      .insertInto('targets')
      .values({
        id: 'a',
        vendor: 'toy',
        state: 'configured',
        first_seen_at: 0,
        covered_json: '{}',
        sources_json: '{}',
        policies_json: '{}',
      })
      .execute();
    const late = await new Overdue('UTC').read(store, targets, at('08:09:00'));
    expect(Object.fromEntries(late)).toEqual({ a: 240, b: 240, c: 480, d: 0, e: 0, f: 240 });
  });
});
