import { allowList } from '../../../adapters/nextcloud-talk/client.ts';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import {
  plantedMessages,
  plantedPersons,
  recordingSecret,
  type SimulatedWorld,
  serverInfoSecret,
  signalingTicket,
  smallWorld,
  startTalk,
  turnCredential,
} from '../../../adapters/nextcloud-talk/simulator.ts';
import { describeAdapter } from '../../contract/adapter.ts';
import { scanTime } from '../../contract/scan.ts';
import { rowsOf, storedSecrets, talkSqlite } from './database.ts';
import { unnoticedInTables } from './unnoticed.ts';

const now = scanTime;

/** Apps off and jobs without cron on Talk 25: what is absent there counts only when it was looked at twice. */
const otherWorld: Partial<SimulatedWorld> = {
  server: '35.0.3',
  talk: '25.0.5',
  apps: { userStatus: false, passwordPolicy: null },
  cron: false,
  recording: false,
  privacyUrl: 'https://www.example.org/datenschutz',
};

/** An administrator, a key and a database: every source answers. */
const everything: Partial<SimulatedWorld> = {
  groups: ['admin'],
  enabledApps: ['spreed', 'notifications', 'text', 'whiteboard'],
};

const worlds: [string, Partial<SimulatedWorld>, number, boolean][] = [
  ['nextcloud-talk', {}, 1500, false],
  ['nextcloud-talk, much switched off', otherWorld, 500, false],
  ['nextcloud-talk with every source', everything, 250, true],
];

for (const [name, more, total, whole] of worlds) {
  describeAdapter({
    name,
    adapter: nextcloudTalk,
    readOnly: allowList,
    async start() {
      const { server, world } = await startTalk({ ...smallWorld(now), ...more });
      const tables = whole ? talkSqlite(world) : null;
      const further =
        tables === null
          ? {}
          : { database: { env: 'TALK_DATABASE' }, serverinfo_token: { env: 'TALK_TOKEN' } };
      return {
        simulator: server,
        settings: { url: server.origin, user: world.user, password: { env: 'TALK_PASSWORD' }, ...further },
        secretValues: {
          TALK_PASSWORD: world.password,
          TALK_TOKEN: serverInfoSecret,
          TALK_DATABASE: tables?.url ?? '',
        },
        secrets: [
          world.password,
          signalingTicket,
          turnCredential,
          ...(tables === null ? [] : [recordingSecret, ...storedSecrets, serverInfoSecret]),
        ],
        sentElsewhere: tables === null ? [] : [JSON.stringify(rowsOf(world)), serverInfoSecret],
        persons: plantedPersons,
        messages: plantedMessages,
        loginFailurePath: /^\/ocs\//,
        async close() {
          await server.close();
          await tables?.drop();
        },
      };
    },
    mutate: {
      key: ({ method, path, query, headers }) =>
        `${method} ${path}?${query} ${headers.authorization === undefined ? 'anonymous' : 'signed in'}`,
      exempt,
      total,
    },
    tables: { total: 150, exempt: unnoticedInTables },
  });
}

/** Places of rooms that are no subjects, in the list of rooms. */
const notJudged = smallWorld(now)
  .rooms.filter(({ role }) => role !== undefined)
  .flatMap(({ type, objectType, remote }, place) =>
    [1, 4, 5].includes(type) || ['room', 'sample'].includes(objectType ?? '') || remote !== undefined
      ? [place]
      : [],
  );
function exempt(path: string, { kind, path: at }: { kind: string; path: string }): string | null {
  if (path.endsWith('/cloud/apps') && kind === 'drop' && /^ocs\.data\.apps\[\d+\]$/.test(at)) {
    return 'a name that is left out of a whole list is nowhere else';
  }
  const place = /^ocs\.data\[(\d+)\]\.(\w+)$/.exec(at);
  if (!path.endsWith('/room') || place === null) return null;
  const [, index, key] = place;
  const told = /^(type|objectType|remoteServer|remoteToken)$/.test(key ?? '');
  return told && notJudged.includes(Number(index))
    ? 'a room whose kind cannot be told is shown as unknown, never left out'
    : null;
}
