import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { overdueJob } from '../../src/commands/overdue.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { config, target } from '../scan/toy.ts';

const at = (time: string): number => Date.parse(`2026-11-01T${time}:00Z`);
const folder = mkdtempSync(join(tmpdir(), 'roomwarden-overdue-'));
let store: Store;
beforeEach(async () => {
  store = await openStore({ kind: 'sqlite', file: join(folder, 'roomwarden.db') });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function scanned(id: string, time: string): Promise<void> {
  await store.db
    .insertInto('scans')
    .values({
      id: `${id}-${time}`,
      target: id,
      vendor: 'toy',
      state: 'complete',
      recorded: 1,
      requested_at: at(time),
      started_at: at(time),
      sources_json: '[]',
      counts_json: '{}',
      progress_json: '{}',
    })
    .execute();
}

it('says once that scans are late, again after ten minutes, and when they are on time', async () => {
  const lines: [string, object, string][] = [];
  const say =
    (level: string) =>
    (fields: object, text: string): void =>
      void lines.push([level, fields, text]);
  const targets = ['a', 'b', 'c'].map((id) => target({ id, schedule: id === 'c' ? null : '*/5 * * * *' }));
  const environment = { config: config({ targets }), log: { info: say('info'), warn: say('warn') } };
  const job = overdueJob(environment as never, store);
  const signal = new AbortController().signal;
  await scanned('a', '08:00');
  await scanned('b', '08:00');
  for (const time of ['08:04', '08:06']) await job.run(at(time), signal);
  expect(lines).toEqual([]);
  await scanned('b', '08:06');
  for (let minute = 7; minute < 20; minute += 1) {
    if (minute % 5 === 0) await scanned('b', `08:${minute}`);
    await job.run(at(`08:${String(minute).padStart(2, '0')}`), signal);
  }
  const first = { targets: 1, seconds: 120, latest: [{ target: 'a', by: 120 }] };
  expect(lines.map(([level, fields]) => [level, fields])).toEqual([
    ['warn', first],
    ['warn', { targets: 1, seconds: 720, latest: [{ target: 'a', by: 720 }] }],
  ]);
  await scanned('a', '08:20');
  await scanned('b', '08:20');
  for (const time of ['08:21', '08:22']) await job.run(at(time), signal);
  expect(lines.slice(2)).toEqual([['info', {}, 'planned scans are on time again']]);
});
