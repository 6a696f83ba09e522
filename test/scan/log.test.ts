import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Log } from '../../adapters/contract/adapter.ts';
import { boundLog } from '../../src/scan/log.ts';
import { recordScan } from '../../src/scan/runner.ts';
import { eachStore } from '../store/helper.ts';
import { recordDeps, target, world } from './toy.ts';

function noted(): { log: Log; lines: { fields: object; message: string }[] } {
  const lines: { fields: object; message: string }[] = [];
  const note = (fields: object, message: string): void => void lines.push({ fields, message });
  return { lines, log: { debug: note, info: note, warn: note, error: note } };
}

eachStore((open) => {
  it('names scan and target in every line of a scan', async () => {
    const spool = mkdtempSync(join(tmpdir(), 'roomwarden-log-'));
    const state = world({
      rooms: [
        { id: 'twice', password: true },
        { id: 'twice', password: true },
      ],
    });
    const deps = recordDeps((await open()).store, state, spool);
    const { log, lines } = noted();
    const { signal } = new AbortController();
    const collect = { ...deps.collect, log };
    await recordScan({ ...deps, collect }, { id: 'scan-7', target: target(), signal });
    expect(lines).toEqual([
      {
        fields: { scan: 'scan-7', target: 't', kind: 'room' },
        message: 'subject delivered twice, the second was left out',
      },
    ]);
    rmSync(spool, { recursive: true, force: true });
  });
});

it('binds at every level, a line of its own wins', () => {
  const { log, lines } = noted();
  const bound = boundLog(log, { scan: 's', target: 't' });
  for (const level of ['debug', 'info', 'warn', 'error'] as const) bound[level]({ target: 'u' }, level);
  expect(lines.map(({ fields }) => fields)).toEqual(Array(4).fill({ scan: 's', target: 'u' }));
});
