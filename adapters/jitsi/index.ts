import type { Adapter, AdapterContext, Target } from '../contract/adapter.ts';
import { cleanText } from '../contract/fact.ts';
import type { AllowedCall } from '../contract/http.ts';
import { configuredRoomFacts } from '../contract/room.ts';
import { deploymentId, type Item, type Subject } from '../contract/subject.ts';
import { checksOf } from './check.ts';
import { deploymentFacts, factRows, liveFacts, roomFacts } from './facts/index.ts';
import { outcomes } from './outcomes.ts';
import { type ReadOptions, readAll } from './read.ts';
import { releases } from './releases.ts';
import { configuration, type JitsiConfig } from './schema.ts';
import type { RoomSeen, Seen } from './seen.ts';
import { serviceCalls } from './services.ts';
import { sources } from './sources.ts';
import { allowedCalls as webCalls } from './web.ts';

/** Every call of every service that this adapter asks. */
export const allowedCalls: readonly AllowedCall[] = [...webCalls, ...serviceCalls];

/** Some servers never answer some questions; five seconds are ample for the others. */
const defaults: ReadOptions = { queryTimeoutMs: 5_000 };

export function createJitsi(options: Partial<ReadOptions> = {}): Adapter<JitsiConfig> {
  const reading = { ...defaults, ...options };
  return {
    vendor: 'jitsi',
    configuration,
    sources,
    facts: factRows,
    releases,
    async *check(target, context) {
      yield* checksOf(await readAll(target, context, reading), target.settings);
    },
    async *collect(target, context) {
      const seen = await readAll(target, context, reading);
      yield* itemsOf(seen, target, context);
    },
  };
}

export const jitsi: Adapter<JitsiConfig> = createJitsi();

function* itemsOf(seen: Seen, target: Target<JitsiConfig>, context: AdapterContext): Generator<Item> {
  const { settings } = target;
  const facts = deploymentFacts(seen, settings);
  yield { subject: { kind: 'deployment', id: deploymentId, name: new URL(settings.url).host, facts } };
  for (const room of seen.rooms.rooms) yield { subject: roomSubject(seen, room, facts, target, context) };
  for (const source of outcomes(seen, settings)) yield { source };
}

function roomSubject(
  seen: Seen,
  room: RoomSeen,
  deployment: Subject['facts'],
  target: Target<JitsiConfig>,
  context: AdapterContext,
): Subject {
  const id = cleanText(room.address.node);
  const name = cleanText(room.address.name);
  return {
    kind: 'room',
    id,
    name,
    facts: {
      ...roomFacts(seen, room, deployment),
      ...(context.live ? liveFacts(seen, room) : {}),
      ...configuredRoomFacts(target, context, id, name),
    },
  };
}
