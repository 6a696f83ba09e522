import { largeWorld } from '../../adapters/nextcloud-talk/simulator.ts';
import { startWorld, type World } from '../commands/world.ts';
import { below } from './random.ts';

export const targets = ['bbb', 'cloud', 'meet', 'zoom'] as const;

const rooms = 30;
const halfDay = 43_200_000;

export async function startEstate(): Promise<World> {
  const world = await startWorld();
  // Clocks go on, and no age comes near a threshold: two scans of a run must not differ by the time between them.
  world.bbb.world = { ...world.bbb.world, clock: Date.now };
  world.talk.world.now = Date.now;
  world.talk.world.rooms = largeWorld(Date.now() - halfDay, rooms).rooms;
  Object.assign(world.configuration, {
    listen: { port: 0 },
    instance: { key: { env: 'INSTANCE_KEY' }, heartbeat: '10s' },
    waivers: [
      {
        policy: 'recording-off-as-rule',
        target: 'bbb',
        room: 'meeting-1',
        reason: 'Schulung',
        owner: 'Fachgebiet 12',
        approved_by: 'Amtsleitung',
        until: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10),
      },
    ],
  });
  return world;
}

/** What the administrators of the servers do between two scans. @returns how many scans it takes to be known for sure */
export function change(world: World, random: () => number, round: number): number {
  const { rooms: all } = world.talk.world;
  for (let turn = below(random, 6); turn >= 0; turn -= 1) {
    const room = all[below(random, all.length)];
    if (room === undefined) continue;
    if (random() < 0.5) room.hasPassword = room.hasPassword !== true;
    else room.lobby = room.lobby !== true;
  }
  const before = world.bbb.world;
  const meetings = (before.meetings ?? []).map((meeting) =>
    random() < 0.4 ? { ...meeting, recording: meeting.recording !== true } : meeting,
  );
  const greenlight = before.greenlight ?? {};
  const doors = (greenlight.rooms ?? []).map((room) =>
    random() < 0.3 ? { ...room, viewerCode: room.viewerCode !== true } : room,
  );
  world.bbb.world = { ...before, meetings, greenlight: { ...greenlight, rooms: doors } };
  if (round % 5 !== 4) return 1;
  // What is no longer listed is believed to be gone only when two scans agree.
  const [first, ...others] = world.bbb.world.recordings ?? [];
  world.bbb.world.recordings =
    first === undefined ? [] : [...others, { ...first, id: `${first.id}-${round}` }];
  return 2;
}
