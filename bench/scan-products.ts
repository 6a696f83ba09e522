import { Client } from 'pg';
import { startBigBlueButton } from '../adapters/bigbluebutton/simulator.ts';
import type { SimulatorServer } from '../adapters/contract/simulator.ts';
import { startJitsi } from '../adapters/jitsi/simulator.ts';
import { smallWorld as smallTalk, startTalk } from '../adapters/nextcloud-talk/simulator.ts';
import { largeWorld, startRocketChat } from '../adapters/rocketchat/simulator.ts';
import { fillGreenlight, fillTalkPostgres, freshDatabase } from './tables.ts';

/** What a scan is pointed at. */
export interface Place {
  target: Record<string, unknown>;
  /** By file. */
  secrets: Record<string, string>;
  servers: readonly SimulatorServer[];
  /** Address of the database in the target's own words; null where there is none. */
  database: string | null;
  /** Another setting in each hundredth room; others for another number. */
  change(from: number): Promise<void>;
}

const password = 'simulated-secret-0123456789abcdefghijk';
const now = Date.now();

/** Rooms are those of a database or of a list; calls for single rooms would be all that is measured. */
export const products: Readonly<
  Record<string, { label: string; most: number; open(rooms: number, postgres: string): Promise<Place> }>
> = {
  bigbluebutton: { label: 'BigBlueButton, Greenlight in PostgreSQL', most: 1e6, open: openGreenlight },
  'nextcloud-talk': { label: 'Nextcloud Talk, PostgreSQL', most: 1e6, open: openTalk },
  rocketchat: { label: 'Rocket.Chat, pages of 100 over HTTP', most: 1e5, open: openRocketChat },
  // A server holds some hundred meetings at a time, and they come in one answer.
  jitsi: { label: 'Jitsi Meet, lists of Prosody and Jicofo', most: 300, open: openJitsi },
};

async function openGreenlight(rooms: number, postgres: string): Promise<Place> {
  const database = await freshDatabase(postgres, 'greenlight');
  await fillGreenlight(database, rooms);
  const bbb = await startBigBlueButton({ secret: password, version: '3.0.26' });
  return {
    target: { url: bbb.url, secret: { file: 'password' }, greenlight: { database: { file: 'database' } } },
    secrets: { password },
    servers: [bbb.simulator],
    database,
    change: (from) =>
      run(
        database,
        `UPDATE room_meeting_options rmo SET value = CASE rmo.value WHEN 'true' THEN 'false' ELSE 'true' END
          FROM rooms r, meeting_options mo WHERE r.id = rmo.room_id AND mo.id = rmo.meeting_option_id
          AND mo.name = 'muteOnStart' AND substring(r.name FROM '[0-9]+')::int % 100 = $1`,
        from,
      ),
  };
}

async function openTalk(rooms: number, postgres: string): Promise<Place> {
  const database = await freshDatabase(postgres, 'talk');
  await fillTalkPostgres(database, rooms);
  const { server, world } = await startTalk({ ...smallTalk(now), now: Date.now, rooms: [] });
  const login = { user: world.user, password: { file: 'password' } };
  return {
    target: { url: server.origin, ...login, database: { file: 'database' } },
    secrets: { password: world.password },
    servers: [server],
    database,
    // Messages are kept for another time, still within what the policy allows.
    change: (from) =>
      run(
        database,
        'UPDATE oc_talk_rooms SET message_expiration = 259200 - message_expiration WHERE id % 100 = $1',
        from * 4 + 1,
      ),
  };
}

/** The counters are switched off: at ten calls a minute they would be all that is measured. */
async function openRocketChat(rooms: number): Promise<Place> {
  const world = { ...largeWorld(now, rooms), now: Date.now, throttle: null };
  const { server } = await startRocketChat(world);
  return {
    target: { url: server.origin, user_id: { file: 'user' }, token: { file: 'token' } },
    secrets: { user: world.userId, token: world.token },
    servers: [server],
    database: null,
    async change(from) {
      const channels = world.rooms.filter(({ t }) => t === 'c');
      const share = Math.round(world.rooms.length / 100);
      for (const room of channels.slice(from * share, (from + 1) * share))
        room.joinCode = room.joinCode !== true;
    },
  };
}

/** Nobody gets in: what the lists say is all there is. */
async function openJitsi(rooms: number): Promise<Place> {
  const account = { user: 'nobody', password: 'nobody', admin: false };
  const list = Array.from({ length: rooms }, (_, place) => ({
    name: `besprechung-${place}-${(place * 7919) % 9973}`,
    participants: 1 + (place % 12),
    createdAt: now - 600_000,
    lobby: place % 3 === 0,
  }));
  const jitsi = await startJitsi({
    kind: 'secure',
    domain: 'meet.example.org',
    guestDomain: null,
    rooms: list,
    web: 8960,
    config: { bosh: undefined, websocket: undefined },
    backend: { token: null, account, jicofo: '1.1-1104', jvb: '2.3-187' },
  });
  const { url, prosody_http, jicofo } = jitsi.openSettings();
  return {
    target: { url, prosody_http, jicofo },
    secrets: {},
    servers: [jitsi, ...jitsi.backends],
    database: null,
    async change(from) {
      for (let place = from; place < list.length; place += 100) {
        const room = list[place];
        if (room !== undefined) room.lobby = !room.lobby;
      }
    },
  };
}

async function run(url: string, text: string, from: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(text, [from]);
  await client.end();
}
