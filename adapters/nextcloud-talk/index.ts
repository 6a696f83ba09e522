import type { Adapter, AdapterContext, Target } from '../contract/adapter.ts';
import { cleanText } from '../contract/fact.ts';
import { configuredRoomFacts } from '../contract/room.ts';
import { valueIn } from '../contract/seen.ts';
import { deploymentId, type Item, type Subject } from '../contract/subject.ts';
import { check } from './check.ts';
import { deploymentFacts } from './facts/deployment.ts';
import type { SortedRoom } from './facts/observation.ts';
import { holdsPassword } from './facts/password-text.ts';
import { RoomFacts } from './facts/room.ts';
import { gather } from './gather.ts';
import { databaseOutcomes } from './outcomes.ts';
import { releases } from './releases.ts';
import { rows } from './rows.ts';
import { TalkConfiguration, type TalkSettings } from './settings.ts';
import { sources } from './sources.ts';
import { roomsOf } from './stream.ts';

export const nextcloudTalk: Adapter<TalkSettings> = {
  vendor: 'nextcloud-talk',
  configuration: TalkConfiguration,
  sources,
  facts: rows,
  releases,
  check,
  collect,
};

async function* collect(target: Target<TalkSettings>, context: AdapterContext): AsyncGenerator<Item> {
  const { observation, outcomes, database } = await gather(target, context);
  const counted: Record<string, number> = {};
  const facts = new RoomFacts(observation);
  try {
    yield {
      subject: { kind: 'deployment', id: deploymentId, name: null, facts: deploymentFacts(observation) },
    };
    for await (const sorted of roomsOf(observation, database, counted)) {
      if ('counted' in sorted.kind) continue;
      yield { subject: roomSubject(sorted, facts, target, context) };
    }
  } finally {
    database?.close();
  }
  const all = [...outcomes, ...databaseOutcomes(database, counted)];
  for (const source of all) yield { source };
}

/**
 * A telephone room is named after its number or caller, and a room of unknown kind may be a talk between two. A name
 * that gives away a password still decides the room's tags, but is not shown.
 */
function roomSubject(
  sorted: SortedRoom,
  facts: RoomFacts,
  target: Target<TalkSettings>,
  context: AdapterContext,
): Subject {
  const { room, kind } = sorted;
  const id = room.token;
  const name = 'kind' in kind && kind.kind !== 'phone' ? cleanText(valueIn(room.name) ?? '') : '';
  const shown = name === '' || holdsPassword(name) ? null : name;
  const { room_tags, participants_expected } = configuredRoomFacts(
    target,
    context,
    id,
    name === '' ? null : name,
  );
  const stated = 'value' in participants_expected;
  const given = stated ? { room_tags, participants_expected } : { room_tags };
  return { kind: 'room', id, name: shown, facts: facts.of(sorted, given) };
}
