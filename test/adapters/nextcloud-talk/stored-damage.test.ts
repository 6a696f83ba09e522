import { allowList } from '../../../adapters/nextcloud-talk/client.ts';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import { smallWorld, startTalk } from '../../../adapters/nextcloud-talk/simulator.ts';
import { describeStored } from '../../contract/adapter.ts';
import { scanTime } from '../../contract/scan.ts';
import { talkPostgres } from './database.ts';
import { unnoticedInTables } from './unnoticed.ts';

describeStored({
  name: 'nextcloud-talk with a database on PostgreSQL',
  adapter: nextcloudTalk,
  readOnly: allowList,
  async start() {
    const { server: simulator, world } = await startTalk(smallWorld(scanTime));
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
  tables: { total: 150, exempt: unnoticedInTables },
});
