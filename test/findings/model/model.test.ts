import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore, type StoreLocation } from '../../../src/store/index.ts';
import { freshDatabase } from '../../store/helper.ts';
import { Real } from './drive.ts';
import { Generator } from './generate.ts';
import { Model } from './model.ts';
import type { Action, Told } from './world.ts';

/**
 * Random lives of a ledger, step by step beside a plain model of it. `ROOMWARDEN_MODEL_STEPS=100000` for a long run;
 * `ROOMWARDEN_MODEL_SEED=N` begins with the run that a failure named.
 */
const total = Number(process.env['ROOMWARDEN_MODEL_STEPS'] ?? 3_000);
const firstSeed = Number(process.env['ROOMWARDEN_MODEL_SEED'] ?? 1);
const length = 150;
const t0 = Date.UTC(2026, 10, 1, 8);

async function freshPlace(
  dialect: 'sqlite' | 'postgres',
): Promise<{ place: StoreLocation; drop(): unknown }> {
  if (dialect === 'postgres') {
    const { url, drop } = await freshDatabase();
    return { place: { kind: 'postgres', url }, drop };
  }
  // In memory where there is such a folder: a hundred thousand commits wear a disk.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'roomwarden-model-'));
  const drop = () => rmSync(folder, { recursive: true, force: true });
  return { place: { kind: 'sqlite', file: join(folder, 'roomwarden.db') }, drop };
}

/** Events of different findings may come in any order, those of one may not. */
const byFinding = (told: readonly Told[]): Told[] =>
  told.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));

async function live(dialect: 'sqlite' | 'postgres', seed: number, steps: number): Promise<void> {
  const { place, drop } = await freshPlace(dialect);
  const store = await openStore(place);
  const generator = new Generator(seed);
  const model = new Model(generator.population);
  let now = t0;
  const real = new Real(store, generator.population, now);
  const past: string[] = [`population ${generator.population}`];
  try {
    for (let step = 0; step < steps; step += 1) {
      now += generator.pause();
      const action = generator.next(now, [...model.findings.keys()]);
      past.push(`${step} ${new Date(now).toISOString()} ${describeAction(action)}`);
      model.act(action, now);
      await real.act(action, now);
      const where = `seed ${seed}, ${dialect}\n${past.slice(-12).join('\n')}`;
      expect(Object.fromEntries(await real.standings()), where).toEqual(
        Object.fromEntries(model.standings()),
      );
      expect(byFinding(await real.told()), where).toEqual(byFinding(model.told));
    }
  } finally {
    await real.stop();
    await store.close();
    await drop();
  }
}

function describeAction(action: Action): string {
  return JSON.stringify(action, (_, value) => (value instanceof Set ? [...value] : value));
}

describe('a ledger and its model', () => {
  it.each([
    ['sqlite', total],
    ['postgres', Math.ceil(total / 10)],
  ] as const)('live alike on %s for %i steps', { timeout: 3_600_000 }, async (dialect, steps) => {
    for (let seed = firstSeed, left = steps; left > 0; seed += 1, left -= length) {
      await live(dialect, seed, Math.min(left, length));
    }
  });
});
