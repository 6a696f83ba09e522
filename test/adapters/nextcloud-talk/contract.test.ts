import { allowList } from '../../../adapters/nextcloud-talk/client.ts';
import { nextcloudTalk } from '../../../adapters/nextcloud-talk/index.ts';
import {
  plantedMessages,
  plantedPersons,
  type SimulatedWorld,
  signalingTicket,
  smallWorld,
  startTalk,
  turnCredential,
} from '../../../adapters/nextcloud-talk/simulator.ts';
import { describeAdapter } from '../../contract/adapter.ts';
import { scanTime } from '../../contract/scan.ts';

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

const worlds: [string, Partial<SimulatedWorld>, number][] = [
  ['nextcloud-talk', {}, 1500],
  ['nextcloud-talk, much switched off', otherWorld, 500],
];

for (const [name, more, total] of worlds) {
  describeAdapter({
    name,
    adapter: nextcloudTalk,
    readOnly: allowList,
    async start() {
      const { server, world } = await startTalk({ ...smallWorld(now), ...more });
      return {
        simulator: server,
        settings: { url: server.origin, user: world.user, password: { env: 'TALK_PASSWORD' } },
        secretValues: { TALK_PASSWORD: world.password },
        secrets: [world.password, signalingTicket, turnCredential],
        persons: plantedPersons,
        messages: plantedMessages,
        loginFailurePath: /^\/ocs\//,
        close: () => server.close(),
      };
    },
    mutate: {
      key: ({ method, path, query, headers }) =>
        `${method} ${path}?${query} ${headers.authorization === undefined ? 'anonymous' : 'signed in'}`,
      exempt,
      total,
    },
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
const bySite = smallWorld(now)
  .rooms.filter(({ role }) => role !== undefined)
  .flatMap(({ objectType }, place) =>
    /^(event|instant_meeting|phone_temporary)$/.test(objectType ?? '') ? [place] : [],
  );

const bound = 'what is left bounds the retention from above, which says less than the exact time';

function exempt(path: string, { path: at }: { path: string }): string | null {
  if (at === 'ocs.data.capabilities.spreed.version') return bound;
  const place = /^ocs\.data\[(\d+)\]\.(\w+)$/.exec(at);
  if (!path.endsWith('/room') || place === null) return null;
  const [, index, key] = place;
  if (/^(type|objectType|remoteServer|remoteToken)$/.test(key ?? '') && notJudged.includes(Number(index))) {
    return 'a room whose kind cannot be told is shown as unknown, never left out';
  }
  if (!bySite.includes(Number(index))) return null;
  return key === 'messageExpiration' || key === 'attributes' ? bound : null;
}
