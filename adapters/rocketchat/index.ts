import type { Adapter, AdapterContext, Target } from '../contract/adapter.ts';
import { cleanText } from '../contract/fact.ts';
import { configuredRoomFacts } from '../contract/room.ts';
import { valueIn } from '../contract/seen.ts';
import { deploymentId, type Item, type Subject } from '../contract/subject.ts';
import { check } from './check.ts';
import { deploymentFacts } from './facts/deployment.ts';
import { RoomFacts } from './facts/room.ts';
import type { RoomKind } from './facts/room-kind.ts';
import { gather } from './gather.ts';
import { releases } from './releases.ts';
import type { Room } from './rooms.ts';
import { rows } from './rows.ts';
import { RocketConfiguration, type RocketSettings } from './settings.ts';
import { sources } from './sources.ts';

export const rocketchat: Adapter<RocketSettings> = {
  vendor: 'rocketchat',
  configuration: RocketConfiguration,
  sources,
  facts: rows,
  releases,
  check,
  collect,
};

async function* collect(target: Target<RocketSettings>, context: AdapterContext): AsyncGenerator<Item> {
  const { observation, outcomes } = await gather(target, context);
  yield {
    subject: { kind: 'deployment', id: deploymentId, name: null, facts: deploymentFacts(observation) },
  };
  const facts = new RoomFacts(observation);
  for (const room of observation.rooms.values()) {
    const kind = facts.kindOf(room);
    if ('counted' in kind || 'hidden' in kind) continue;
    yield { subject: roomSubject(room, kind, facts, target, context) };
  }
  for (const source of outcomes) yield { source };
}

function roomSubject(
  room: Room,
  kind: RoomKind,
  facts: RoomFacts,
  target: Target<RocketSettings>,
  context: AdapterContext,
): Subject {
  const shown = nameOf(room, kind);
  const configured = configuredRoomFacts(target, context, room.id, shown);
  return { kind: 'room', id: room.id, name: shown, facts: { ...facts.of(room), ...configured } };
}

/** Channels and their like have a name; a group of persons is called after them, a telephone room after its caller. */
function nameOf({ main }: Room, kind: RoomKind): string | null {
  if (!('kind' in kind) || kind.kind === 'group' || kind.kind === 'phone') return null;
  const name = cleanText(valueIn(main.fname) ?? valueIn(main.name) ?? '');
  return name === '' ? null : name;
}
