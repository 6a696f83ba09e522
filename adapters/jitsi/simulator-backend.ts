import type { SimulatedAnswer, SimulatedRequest } from '../contract/simulator.ts';
import { type Backend, type JitsiWorld, mucOf, nodeOf, type SimulatedRoom } from './simulator-world.ts';

const missing: SimulatedAnswer = { status: 404, body: '' };
const json = (value: unknown): SimulatedAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** Prosody's own port: what answers without a content type does so here too. */
export function answerOfProsody(
  world: JitsiWorld,
  backend: Backend,
  request: SimulatedRequest,
): SimulatedAnswer {
  const { path, method } = request;
  if (backend.missing?.includes(path) === true) return missing;
  if (method === 'PUT' && path === '/room-info') return { status: 200, body: 'a password was tried' };
  if (method !== 'GET') return { status: 405, body: '' };
  switch (path) {
    case '/room-census':
      return { status: 200, body: census(world, backend.others ?? []) };
    case '/room-size':
      return size(world, new URLSearchParams(request.query));
    case '/room-info':
      return info(world, backend, request);
    default:
      return missing;
  }
}

/** Times as texts of milliseconds, the focus already taken off. */
export function census(world: JitsiWorld, others: readonly string[] = []): string {
  const entry = (jid: string, room?: SimulatedRoom): object => ({
    room_name: jid,
    participants: room?.listedParticipants ?? room?.participants ?? 1,
    created_time: String(room?.createdAt ?? 1_795_298_338_000),
    leaked: false,
  });
  const list = [
    ...world.rooms.map((room) => entry(`${nodeOf(room)}@${mucOf(world)}`, room)),
    ...others.map((jid) => entry(jid)),
  ];
  // An empty table of Lua is an object in older modules.
  return list.length === 0 && world.kind === 'legacy'
    ? '{"room_census":{}}'
    : JSON.stringify({ room_census: list });
}

function roomNamed(world: JitsiWorld, room: string | null, tenant: string | null): SimulatedRoom | undefined {
  const node = tenant === null || tenant === '' || tenant === world.domain ? room : `[${tenant}]${room}`;
  return world.rooms.find((candidate) => nodeOf(candidate) === node);
}

/** Takes the focus off only where there are more than one. */
function size(world: JitsiWorld, query: URLSearchParams): SimulatedAnswer {
  const name = query.get('room');
  if (name === null || query.get('domain') === null) return { status: 400, body: '' };
  const room = roomNamed(world, name, query.get('subdomain'));
  return room === undefined
    ? missing
    : { status: 200, body: `{"participants":${Math.max(1, room.participants ?? 1)}}` };
}

/** The token is looked at before the room; the name counts letter by letter. */
function info(world: JitsiWorld, backend: Backend, request: SimulatedRequest): SimulatedAnswer {
  const { authorization } = request.headers;
  if (backend.token !== null && authorization !== `Bearer ${backend.token}`) return { status: 403, body: '' };
  const query = new URLSearchParams(request.query);
  const room = roomNamed(world, query.get('room'), query.get('prefix'));
  if (room === undefined) return missing;
  return json({
    conference: `${nodeOf(room)}@${mucOf(world)}`,
    passcodeProtected: room.password === true,
    lobbyEnabled: room.lobby === true,
  });
}

/** Changes nothing here, but moves people on a real server: must never be called. */
export const movePath = '/move-endpoints/move-endpoint';

export function answerOfJicofo(
  world: JitsiWorld,
  backend: Backend,
  request: SimulatedRequest,
): SimulatedAnswer {
  if (request.method !== 'GET') return { status: 405, body: '' };
  switch (request.path) {
    case '/debug/conferences-full':
      return json(Object.fromEntries(world.rooms.map((room) => conference(world, room))));
    case '/stats': {
      const recording = world.rooms.reduce((sum, room) => sum + (room.recorders ?? 0), 0);
      return json({
        conferences: world.rooms.length,
        jibri: { recording_active: recording, live_streaming_active: 0 },
      });
    }
    case '/about/version':
      return json({ name: 'JiCoFo', version: backend.jicofo, os: 'Linux' });
    case movePath:
      return { status: 200, body: 'moved' };
    default:
      return missing;
  }
}

export function answerOfBridge(backend: Backend, request: SimulatedRequest): SimulatedAnswer {
  return request.method === 'GET' && request.path === '/about/version'
    ? json({ name: 'JVB', version: backend.jvb, os: 'Linux' })
    : missing;
}

function conference(world: JitsiWorld, room: SimulatedRoom): [string, object] {
  const jid = `${nodeOf(room)}@${mucOf(world)}`;
  const members = membersOf(world, room, jid);
  return [
    jid,
    {
      name: jid,
      meeting_id: '3725dcde-f9f6-4048-8a4e-3841a853ef4b',
      config: {},
      chat_room: {
        room_jid: jid,
        members: Object.fromEntries(members.map((member, place) => [`m${place}`, member])),
        lobby_enabled: room.lobby === true,
        av_moderation: { AUDIO: { enabled: false, whitelist: [] } },
      },
      participants: {},
      start_audio_muted: room.mutedOnEntry === true,
      start_video_muted: room.mutedOnEntry === true,
      participant_count: room.participants ?? 1,
      jibri_count: room.recorders ?? 0,
      jigasi_count: room.telephones ?? 0,
      transcriber_count: 0,
    },
  ];
}

function membersOf(world: JitsiWorld, room: SimulatedRoom, jid: string): object[] {
  const guestDomain = world.kind === 'secure' ? `guest.${world.domain}` : world.domain;
  const people = room.participants ?? 1;
  const guests = room.guests ?? people;
  const member = (place: number, domain: string, kind: 'person' | 'recorder' | 'telephone'): object => ({
    occupant_jid: `${jid}/m${place}`,
    jid: `2bf936ef-4729-45a1-afef-725d54c994d${place % 10}@${domain}/x`,
    is_jibri: kind === 'recorder',
    is_jigasi: kind === 'telephone',
    is_transcriber: false,
    role: 'OWNER',
    name: 'Simulated Person',
  });
  return [
    ...Array.from({ length: people }, (_, place) =>
      member(place, place < guests ? guestDomain : world.domain, 'person'),
    ),
    ...Array.from({ length: room.recorders ?? 0 }, (_, place) =>
      member(100 + place, `hidden.${world.domain}`, 'recorder'),
    ),
    ...Array.from({ length: room.telephones ?? 0 }, (_, place) =>
      member(200 + place, `auth.${world.domain}`, 'telephone'),
    ),
  ];
}
