import { describe, expect, it } from 'vitest';
import type { AdapterContext } from '../../../adapters/contract/adapter.ts';
import type { SqlOptions } from '../../../adapters/contract/sql.ts';
import { openSql } from '../../../adapters/contract/sql-client.ts';
import { TalkDatabase } from '../../../adapters/nextcloud-talk/database/talk-database.ts';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import { largeWorld } from '../../../adapters/nextcloud-talk/simulator.ts';
import { capturingLog, scanTime, targetOf } from '../../contract/scan.ts';
import { talkSqlite } from './database.ts';
import { scanWorld } from './harness.ts';

describe('many rooms', () => {
  it('come in batches, each once, whatever their number', async () => {
    const world = largeWorld(scanTime, 2503);
    const tables = talkSqlite(world);
    const { scan } = await scanWorld({ ...world, rooms: [] }, { anonymous: true, database: tables.url });
    await tables.drop();
    expect(scan.outcomes.get('Q1')).toMatchObject({ state: 'complete', count: 2503, population: 'all' });
    const left = Object.values(scan.outcomes.get('Q1')?.counted ?? {}).reduce((sum, one) => sum + one, 0);
    expect(left).toBe(7);
    expect(scan.subjects.size).toBe(1 + 2503 - left);
  });

  it('are not held: a reader that stops has read one batch, and the next one is on its way', async () => {
    const tables = talkSqlite(largeWorld(scanTime, 1600));
    const signal = new AbortController().signal;
    const deps = { now: () => scanTime, log: capturingLog([]), signal };
    const asked: string[] = [];
    const context = {
      ...deps,
      live: false,
      tags: {},
      secret: async () => tables.url,
      sql: (options: SqlOptions) => {
        const client = openSql(options, deps);
        return {
          locator: (name: string) => client.locator(name),
          close: () => client.close(),
          query(name: string, parameters: unknown[]) {
            asked.push(name);
            return client.query(name, parameters);
          },
        };
      },
    } as unknown as AdapterContext;
    const target = targetOf(nextcloudTalk as never, {
      url: 'https://cloud.example.org',
      database: { env: 'D' },
    });
    const database = await TalkDatabase.open(target, context, { env: 'D' }, scanTime);
    let seen = 0;
    for await (const _ of database.rooms(246)) if (++seen === 3) break;
    database.close();
    await tables.drop();
    expect(asked.filter((name) => name === 'rooms')).toHaveLength(2);
  });
});
