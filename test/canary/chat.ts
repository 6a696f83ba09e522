import {
  bbbApp,
  jitsiApp,
  plantedAppSecrets,
  plantedMessages,
  plantedPersons,
  plantedSettings,
  settingsOf,
  smallWorld,
  startRocketChat,
  strictSettings,
} from '../../adapters/rocketchat/simulator.ts';
import { idsOf, secretsOf } from './look.ts';
import { invented, type PlantedTarget } from './planting.ts';

/** Rocket.Chat read by an account that may do too much, so that as much as possible is sent. */
export async function plantChat(now: number): Promise<PlantedTarget> {
  const code = invented('Einwahlkode');
  const base = smallWorld(now);
  const { server, world } = await startRocketChat({
    ...base,
    now: () => Date.now(),
    throttle: null,
    settings: settingsOf({ ...strictSettings, VideoConf_Enable_Persistent_Chat: true }),
    roles: ['user', 'auditor-ro', 'admin'],
    apps: [jitsiApp, bbbApp],
    rooms: base.rooms.map((room) =>
      room.id === 'room-0004'
        ? { ...room, announcement: `Dauerlink: https://meet.jit.si/${code} Kennwort ${code}`, topic: code }
        : room,
    ),
  });
  const error = invented('rocket-says-no');
  const oneToOne = world.rooms
    .filter(({ t, users = 0 }) => (t === 'd' && users < 3) || t === 'l')
    .map(({ id }) => id);
  const rooms = world.rooms.map(({ id }) => id).filter((id) => id !== 'GENERAL' && !oneToOne.includes(id));
  return {
    target: {
      id: 'chat',
      vendor: 'rocketchat',
      url: server.origin,
      user_id: { file: 'secrets/RC_USER' },
      token: { file: 'secrets/RC_TOKEN' },
      live: { purpose: 'Probe' },
    },
    secrets: { RC_USER: world.userId, RC_TOKEN: world.token },
    canaries: [
      ...secretsOf('chat', [world.userId, world.token, code]),
      ...secretsOf('chat: settings', [...Object.values(plantedSettings), ...plantedAppSecrets]),
      ...secretsOf('chat: people', plantedPersons),
      ...secretsOf('chat: messages', plantedMessages),
      ...secretsOf('chat: direct', oneToOne),
      ...secretsOf('chat: failures', [error]),
      ...idsOf('chat', rooms),
    ],
    // What is not asked for is not sent: the settings are read by name.
    stored: [world.userId, world.token, error, code, ...Object.values(plantedSettings), ...plantedAppSecrets],
    servers: [server],
    async fail() {
      const body = JSON.stringify({ success: false, error, errorType: error, details: { method: error } });
      server.faults = [
        { path: /rooms\.adminRooms$/, fault: { kind: 'status', status: 400, body } },
        {
          path: /groups\.listAll$/,
          fault: { kind: 'status', status: 302, headers: { location: `//${error}.example` } },
        },
        { path: /settings/, fault: { kind: 'rewrite', rewrite: () => `{"${error}":` } },
        {
          path: /permissions\.listAll$/,
          fault: { kind: 'status', status: 401, body, headers: { 'www-authenticate': error } },
        },
        { path: /\/apps/, fault: { kind: 'reset' } },
      ];
    },
    close: () => server.close(),
  };
}
