import { rocketchat } from '../../../adapters/rocketchat/index.ts';
import { allowList } from '../../../adapters/rocketchat/routes.ts';
import {
  bbbApp,
  plantedAppSecrets,
  plantedMessages,
  plantedPersons,
  plantedSettings,
  type SimulatedWorld,
  settingsOf,
  smallWorld,
  startRocketChat,
  strictSettings,
} from '../../../adapters/rocketchat/simulator.ts';
import { describeAdapter } from '../../contract/adapter.ts';
import { scanTime } from '../../contract/scan.ts';

const strict: Partial<SimulatedWorld> = {
  settings: settingsOf({ ...strictSettings, VideoConf_Enable_Persistent_Chat: true }),
  provider: 'bigbluebutton',
  apps: [bbbApp],
};
const noCalls: Partial<SimulatedWorld> = {
  settings: settingsOf(strictSettings),
  provider: { error: 'no-videoconf-provider-app' },
  apps: [],
  signed: null,
  modules: [],
};
/** More than it should be: reads the settings of apps. */
const administrator: Partial<SimulatedWorld> = { ...strict, roles: ['user', 'auditor-ro', 'admin'] };

const worlds: [string, Partial<SimulatedWorld>, number][] = [
  ['rocketchat', {}, 700],
  ['rocketchat, strict, BigBlueButton app', strict, 450],
  ['rocketchat without calls, air-gapped', noCalls, 450],
  ['rocketchat with an administrator as auditor', administrator, 250],
];

for (const [name, more, total] of worlds) {
  describeAdapter({
    name,
    adapter: rocketchat,
    readOnly: allowList,
    async start() {
      const { server, world } = await startRocketChat({ ...smallWorld(scanTime), throttle: null, ...more });
      return {
        simulator: server,
        settings: {
          url: server.origin,
          user_id: { env: 'RC_USER' },
          token: { env: 'RC_TOKEN' },
          own_hosts: ['example.org'],
          hosting: { model: 'on_premises', country: 'DE' },
        },
        secretValues: { RC_USER: world.userId, RC_TOKEN: world.token },
        secrets: [
          world.userId,
          world.token,
          ...Object.values(plantedSettings),
          ...plantedAppSecrets,
          'turn-Kr4nich',
        ],
        persons: plantedPersons,
        messages: plantedMessages,
        close: () => server.close(),
      };
    },
    mutate: {
      key: ({ method, path, query, headers }) =>
        `${method} ${path}?${query} ${headers['x-auth-token'] === undefined ? 'anonymous' : 'signed in'}`,
      exempt: (path, { kind, path: at }) => (kind === 'drop' ? unnoticed(path, at) : null),
      total,
    },
  });
}

/** What is lost without a trace: no count tells of it, and no second answer shows it. */
function unnoticed(path: string, at: string): string | null {
  if (path.endsWith('/permissions.listAll') && /^update\[\d+\](?:\.roles\[\d+\])?$/.test(at)) {
    return 'permissions and their roles come without a count';
  }
  if (path.endsWith('/me') && /^roles\[\d+\]$/.test(at)) return 'roles of an account come without a count';
  if (/\/(?:channels\.list|groups\.listAll)$/.test(path) && /^\w+\[\d+\]\.retention$/.test(at)) {
    return 'a room without a retention of its own looks the same, and no other list shows it';
  }
  return null;
}
