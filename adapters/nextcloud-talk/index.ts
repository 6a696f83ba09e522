import type { Adapter, AdapterContext, Target } from '../contract/adapter.ts';
import { deploymentId, type Item } from '../contract/subject.ts';
import { check } from './check.ts';
import { deploymentFacts } from './facts/deployment.ts';
import { surroundingsOf } from './facts/observation.ts';
import { gather } from './gather.ts';
import { databaseOutcomes } from './outcomes.ts';
import { releases } from './releases.ts';
import { rows } from './rows.ts';
import { TalkConfiguration, type TalkSettings } from './settings.ts';
import { collectSlice } from './slice.ts';
import { sources } from './sources.ts';
import { roomsOf } from './stream.ts';
import { RoomTeller } from './teller.ts';

export const nextcloudTalk: Adapter<TalkSettings> = {
  vendor: 'nextcloud-talk',
  configuration: TalkConfiguration,
  sources,
  facts: rows,
  releases,
  check,
  collect,
  collectSlice,
};

async function* collect(target: Target<TalkSettings>, context: AdapterContext): AsyncGenerator<Item> {
  const { observation, outcomes, database } = await gather(target, context);
  const teller = new RoomTeller(target, context, surroundingsOf(observation));
  try {
    yield {
      subject: { kind: 'deployment', id: deploymentId, name: null, facts: deploymentFacts(observation) },
    };
    const { slices } = context;
    for await (const subject of roomsOf({ observation, database, teller, slices })) yield { subject };
  } finally {
    database?.close();
  }
  const all = [...outcomes, ...databaseOutcomes(database, teller.counted)];
  for (const source of all) yield { source };
}
