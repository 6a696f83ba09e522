import { z } from 'zod';
import type { Adapter, AdapterContext, FactSource, Target } from '../../adapters/contract/adapter.ts';
import { reasonOf, refuseHtml } from '../../adapters/contract/answers.ts';
import { type Evidence, type Fact, hole, known, type Reason, reason } from '../../adapters/contract/fact.ts';
import { type BoundedHttp, SourceError } from '../../adapters/contract/http.ts';
import { configuredRoomFacts } from '../../adapters/contract/room.ts';
import { startSimulatorServer } from '../../adapters/contract/simulator.ts';
import type { Item, Subject } from '../../adapters/contract/subject.ts';
import { SecretRef } from '../../adapters/contract/target.ts';
import type { ContractSpec, Started } from './types.ts';

/** What the toy vendor's adapter does wrong; the harness must notice each. */
export type Lie =
  | 'extra-call'
  | 'leaks-person'
  | 'leaks-message'
  | 'logs-secret'
  | 'logs-room'
  | 'join-link'
  | 'missing-fact'
  | 'extra-fact'
  | 'wrong-type'
  | 'nul-name'
  | 'live-always'
  | 'never-known'
  | 'one-sided'
  | 'undeclared-source'
  | 'rooms-first'
  | 'twice'
  | 'no-reason'
  | 'throws'
  | 'default-on-failure'
  | 'wrong-reason'
  | 'stops-all'
  | 'logs-in-again'
  | 'default-on-absence'
  | 'coerces'
  | 'believes-short-list'
  | 'guesses-rooms';

const configuration = z.strictObject({ url: z.url(), password: SecretRef });
type ToyConfig = z.infer<typeof configuration>;

const facts: FactSource[] = [
  { fact: 'presence_status_feature_enabled', source: 'status', proves: 'both' },
  { fact: 'presence_status_supported', source: 'status', proves: 'both' },
  { fact: 'presence_status_visibility', source: 'status', proves: 'value' },
  { fact: 'attention_tracking_supported', never: 'the toy shows it nowhere' },
  { fact: 'room_password_required', source: 'rooms', proves: 'both' },
  { fact: 'room_tags', source: 'configuration', proves: 'value' },
  { fact: 'participants_expected', source: 'configuration', proves: 'value' },
  { fact: 'meeting_running', source: 'rooms', proves: 'both' },
];

const person = 'Erika Mustermann';
const message = 'Treffen wir uns um acht';
const password = 'toy-password-1234';

interface ToyRoom {
  id: string;
  locked: boolean;
  running: boolean;
}

export async function startToy(): Promise<Started> {
  const rooms = ['kx7w3qz9', 'mm2p8rt4', 'zz9n1bb5'].map((id, place) => ({
    id,
    owner: person,
    note: message,
    locked: place > 0,
    running: place === 1,
  }));
  const answers: Record<string, unknown> = {
    '/api/status': { presence: true, visibility: 'everyone' },
    '/api/rooms': { total: rooms.length, rooms },
    '/api/end': {},
  };
  const simulator = await startSimulatorServer(({ path }) =>
    Object.hasOwn(answers, path)
      ? { status: 200, body: JSON.stringify(answers[path]) }
      : { status: 404, body: '' },
  );
  return {
    simulator,
    settings: { url: simulator.origin, password: { env: 'TOY_PASSWORD' } },
    secretValues: { TOY_PASSWORD: password },
    secrets: [password],
    persons: [person],
    messages: [message],
    loginFailurePath: /^\/api\//,
    close: () => simulator.close(),
  };
}

export function toySpec(lie?: Lie): ContractSpec {
  return {
    name: lie ?? 'honest toy',
    adapter: toyAdapter(lie),
    start: startToy,
    readOnly: [
      { method: 'GET', path: '/api/status' },
      { method: 'GET', path: /^\/api\/rooms$/ },
    ],
  };
}

function toyAdapter(lie: Lie | undefined): Adapter<ToyConfig> {
  const adds = { de: 'Räume', en: 'Rooms' };
  return {
    vendor: 'toy',
    configuration,
    sources: [
      { id: 'status', calls: ['/api/status'], population: 'all', adds },
      { id: 'rooms', calls: ['/api/rooms'], population: 'all', lists: ['room'], adds },
    ],
    facts,
    async *check() {
      yield { source: 'status', state: 'ok', message: { de: 'gut', en: 'good' } };
    },
    collect: (target, context) => collect(target, context, lie),
  };
}

async function* collect(
  target: Target<ToyConfig>,
  context: AdapterContext,
  lie: Lie | undefined,
): AsyncGenerator<Item> {
  const secret = await context.secret(target.settings.password);
  const client = (): BoundedHttp =>
    context.http({
      base: target.settings.url,
      allow: ['/api/status', '/api/rooms', '/api/end'].map((path) => ({ method: 'GET', path })),
      headers: { authorization: `Bearer ${secret}` },
    });
  const http = client();
  const second = lie === 'logs-in-again' ? client() : http;
  if (lie === 'logs-secret') context.log.warn({ secret }, 'signing in');
  if (lie === 'extra-call') await http.request({ path: '/api/end' }).catch(() => {});
  const status = await ask(http, '/api/status', lie);
  const list = await ask(second, '/api/rooms', lie);
  if (lie === 'logs-room') context.log.info({ rooms: ['kx7w3qz9'] }, 'rooms seen');
  const rooms = readRooms(list, context, target, lie);
  if (lie === 'rooms-first') yield* rooms.items;
  const failed = lie === 'stops-all' && 'failed' in list ? list : status;
  const deployment = { subject: deploymentOf(failed, context, lie) };
  yield deployment;
  if (lie === 'twice') yield deployment;
  yield outcome('status', failed, 1, lie);
  if (lie !== 'rooms-first') yield* rooms.items;
  yield outcome(lie === 'undeclared-source' ? 'cellar' : 'rooms', rooms.state, rooms.items.length, lie);
}

type Answer = { data: Record<string, unknown> } | { failed: Reason };

async function ask(http: BoundedHttp, path: string, lie: Lie | undefined): Promise<Answer> {
  try {
    const answer = await http.request({ path });
    refuseHtml(answer);
    return { data: parse(answer.text, answer.locator) };
  } catch (error) {
    if (lie === 'throws') throw error;
    const why = reasonOf(error);
    return { failed: lie === 'wrong-reason' ? reason('not_observable') : why };
  }
}

function parse(text: string, locator: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    throw new SourceError(reason('invalid_answer', 'no JSON'), locator);
  }
}

function evidence(source: string, path: string, context: AdapterContext): Evidence {
  return {
    source,
    locator: `GET /api/${source}`,
    path,
    observed_at: context.now(),
    provenance: 'direct',
    force: 'enforced',
  };
}

/** A field of an answer, or why it is not known. */
function bool(answer: Answer, key: string, at: Evidence, lie: Lie | undefined): Fact {
  if ('failed' in answer) return lie === 'default-on-failure' ? known(false, at) : hole(answer.failed, at);
  const value = answer.data[key];
  if (value === undefined) {
    return lie === 'default-on-absence' ? known(false, at) : hole(reason('invalid_answer', `no ${key}`), at);
  }
  if (lie === 'coerces') return known(value === true, at);
  if (typeof value !== 'boolean') return hole(reason('invalid_answer', `${key} is no boolean`), at);
  return known(value, at);
}

function visibility(answer: Answer, at: Evidence): Fact {
  if ('failed' in answer) return hole(answer.failed, at);
  const value = answer.data['visibility'];
  if (value === 'everyone' || value === 'none') return known(value, at);
  return hole(reason('invalid_answer', 'visibility is not one of its values'), at);
}

function deploymentOf(status: Answer, context: AdapterContext, lie: Lie | undefined): Subject {
  const at = evidence('status', 'presence', context);
  return {
    kind: 'deployment',
    id: '-',
    name: lie === 'nul-name' ? 'to\u0000y' : 'toy',
    facts: {
      presence_status_feature_enabled:
        lie === 'wrong-type' ? known('yes', at) : bool(status, 'presence', at, lie),
      presence_status_supported: known(true, { ...at, provenance: 'derived' }),
      presence_status_visibility: visibility(status, { ...at, path: 'visibility' }),
      ...(lie === 'missing-fact'
        ? {}
        : {
            attention_tracking_supported:
              lie === 'never-known' ? known(true, at) : hole(reason('not_observable')),
          }),
      ...(lie === 'extra-fact' ? { attention_tracking_enabled: known(true, at) } : {}),
    },
  };
}

function readRooms(
  list: Answer,
  context: AdapterContext,
  target: Target<ToyConfig>,
  lie: Lie | undefined,
): { items: Item[]; state: Answer } {
  if ('failed' in list) return { items: lie === 'guesses-rooms' ? [roomItem('lobby')] : [], state: list };
  const entries = Array.isArray(list.data['rooms']) ? list.data['rooms'] : [];
  const items = entries.filter(isRoom).map((room) => roomItem(room.id, room));
  const whole = items.length === list.data['total'] || lie === 'believes-short-list';
  return { items, state: whole ? list : { failed: reason('incomplete', 'fewer rooms than announced') } };

  function roomItem(id: string, room: Partial<ToyRoom> = {}): Item {
    const at = evidence('rooms', 'locked', context);
    if (lie === 'join-link') at.locator = `GET /join/${id}`;
    if (lie === 'leaks-person') at.path = `rooms[owner=${person}]`;
    const password = bool({ data: { ...room } }, 'locked', at, lie);
    return {
      subject: {
        kind: 'room',
        id,
        name: lie === 'leaks-message' ? message : id,
        facts: {
          room_password_required: lie === 'one-sided' ? known(true, { ...at, source: 'status' }) : password,
          ...configuredRoomFacts(target, context, id, id),
          ...(context.live || lie === 'live-always'
            ? { meeting_running: bool({ data: { ...room } }, 'running', at, lie) }
            : {}),
        },
      },
    };
  }
}

function isRoom(value: unknown): value is ToyRoom {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}

function outcome(source: string, answer: Answer, count: number, lie: Lie | undefined): Item {
  if ('data' in answer) return { source: { source, population: 'all', state: 'complete', count } };
  return {
    source: {
      source,
      population: 'all',
      state: 'failed',
      count: 0,
      ...(lie === 'no-reason' ? {} : { reason: answer.failed }),
    },
  };
}
