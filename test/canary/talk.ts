import {
  plantedMessages,
  plantedPersons,
  recordingSecret,
  serverInfoSecret,
  signalingTicket,
  smallWorld,
  startTalk,
  turnCredential,
} from '../../adapters/nextcloud-talk/simulator.ts';
import { rowsOf, storedSecrets, talkPostgres } from '../adapters/nextcloud-talk/database.ts';
import { idsOf, secretsOf } from './look.ts';
import { invented, type PlantedTarget } from './planting.ts';

/** Rooms that are counted and never stored: their ids stand nowhere. */
const counted = ['4100000011', '4100000012', '4100000013', '4100000014', '4100000015'];

/** Nextcloud Talk with an account, the key for server information and the database. */
export async function plantTalk(now: number): Promise<PlantedTarget> {
  const { server, world } = await startTalk({
    ...smallWorld(now),
    now: () => Date.now(),
    groups: ['admin'],
    enabledApps: ['spreed', 'notifications', 'text', 'whiteboard'],
  });
  const tables = await talkPostgres(world);
  const password = decodeURIComponent(new URL(tables.url).password);
  const error = invented('nextcloud-says-no');
  const rooms = world.rooms.filter(({ token }) => !counted.includes(token)).map(({ token }) => token);
  return {
    target: {
      id: 'cloud',
      vendor: 'nextcloud-talk',
      url: server.origin,
      user: world.user,
      password: { file: 'secrets/TALK_PASSWORD' },
      serverinfo_token: { file: 'secrets/TALK_TOKEN' },
      database: { file: 'secrets/TALK_DATABASE' },
      live: { purpose: 'Probe' },
    },
    secrets: { TALK_PASSWORD: world.password, TALK_TOKEN: serverInfoSecret, TALK_DATABASE: tables.url },
    canaries: [
      ...secretsOf('cloud', [world.password, serverInfoSecret, password, recordingSecret]),
      ...secretsOf('cloud: calls', [signalingTicket, turnCredential]),
      ...secretsOf('cloud: tables', storedSecrets),
      ...secretsOf('cloud: people', plantedPersons),
      ...secretsOf('cloud: messages', plantedMessages),
      ...secretsOf('cloud: rooms of two and of one', counted),
      ...secretsOf('cloud: failures', [error]),
      ...idsOf('cloud', rooms),
    ],
    stored: [JSON.stringify(rowsOf(world)), tables.url, password, serverInfoSecret, world.password, error],
    servers: [server],
    async fail() {
      const refused = JSON.stringify({ ocs: { meta: { statuscode: 403, message: error }, data: [error] } });
      server.faults = [
        { path: /\/participants$/, fault: { kind: 'status', status: 403, body: refused } },
        { path: /serverinfo/, fault: { kind: 'status', status: 307, headers: { location: `/${error}` } } },
        { path: /\/signaling/, fault: { kind: 'rewrite', rewrite: () => `{"ocs": "${error}` } },
        { path: /\/cloud\/user/, fault: { kind: 'rewrite', rewrite: (body) => body.replaceAll(':', error) } },
        {
          path: /\/login$/,
          fault: { kind: 'status', status: 503, headers: { 'retry-after': error }, body: error },
        },
      ];
      await tables.run('ALTER TABLE oc_talk_attendees RENAME TO gone');
      await tables
        .run(`ALTER TABLE oc_talk_rooms ALTER COLUMN name TYPE bytea USING '${error}'::bytea`)
        .catch(() => {});
      await tables.run('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC');
    },
    async close() {
      await server.close();
      await tables.drop();
    },
  };
}
