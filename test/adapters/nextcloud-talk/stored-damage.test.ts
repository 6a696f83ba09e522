import { describe } from 'vitest';
import { allowList } from '../../../adapters/nextcloud-talk/client.ts';
import { smallWorld, startTalk } from '../../../adapters/nextcloud-talk/simulator.ts';
import { describeStored } from '../../contract/adapter.ts';
import { divided } from '../../contract/divided.ts';
import { scanTime } from '../../contract/scan.ts';
import { talkPostgres } from './database.ts';
import { estate, talk } from './sliced.ts';
import { unnoticedInSlices, unnoticedInTables } from './unnoticed.ts';

describe.each([
  ['', talk, smallWorld, 150, unnoticedInTables],
  [', in slices', divided(talk, { size: 7 }), estate, 60, unnoticedInSlices],
] as const)('damaged', (more, adapter, worldAt, total, exempt) =>
  describeStored({
    name: `nextcloud-talk with a database on PostgreSQL${more}`,
    adapter,
    readOnly: allowList,
    async start() {
      const { server: simulator, world } = await startTalk(worldAt(scanTime));
      const tables = await talkPostgres(world);
      return {
        simulator,
        settings: {
          url: simulator.origin,
          user: world.user,
          password: { env: 'TALK_PASSWORD' },
          database: { env: 'TALK_DATABASE' },
        },
        secretValues: { TALK_PASSWORD: world.password, TALK_DATABASE: tables.url },
        secrets: [world.password],
        persons: [],
        messages: [],
        async close() {
          await simulator.close();
          await tables.drop();
        },
      };
    },
    tables: { total, exempt },
  }),
);
