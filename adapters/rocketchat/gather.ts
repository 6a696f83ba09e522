import { z } from 'zod';
import type { AdapterContext, Target } from '../contract/adapter.ts';
import { notConfigured, notPermitted, type Reason, reason, type SourceId } from '../contract/fact.ts';
import { givenLists } from '../contract/releases.ts';
import { type Sight, valueIn } from '../contract/seen.ts';
import type { SourceOutcome } from '../contract/subject.ts';
import { type Call, loginRefused, openClient, type Reply, type RocketClient } from './client.ts';
import { held } from './facts/access.ts';
import { namesOf } from './facts/account.ts';
import { callsOf } from './facts/calls.ts';
import type { Observation, RoomCall } from './facts/observation.ts';
import { appSettingsHidden } from './facts/provider.ts';
import { outcomesOf, type Told } from './outcomes.ts';
import { type Listing, readPages } from './pages.ts';
import { releases } from './releases.ts';
import { mergeRooms, type Room, readRoomList } from './rooms.ts';
import { paths } from './routes.ts';
import {
  readAppSettings,
  readApps,
  readCall,
  readInfo,
  readPasswordPolicy,
  readTeam,
  type Team,
} from './schema.ts';
import { readAccount, readDashboard } from './schema-account.ts';
import { type PrivateId, privateSettings, publicSettings } from './setting-ids.ts';
import type { RocketSettings } from './settings.ts';
import { readPrivateSettings, readPublicSettings } from './settings-read.ts';
import { needsOf } from './sources.ts';

export interface Gathered {
  observation: Observation;
  outcomes: SourceOutcome[];
}

/** All calls of one scan: what anybody may read, one login, the lists, then what only a few may read. */
export async function gather(target: Target<RocketSettings>, context: AdapterContext): Promise<Gathered> {
  const client = await openClient(target, context);
  try {
    return await new Gathering(target, context, client).run();
  } finally {
    client.close();
  }
}

class Gathering {
  readonly #settings: Target<RocketSettings>['settings'];
  readonly #context: AdapterContext;
  readonly #client: RocketClient;
  readonly #replies = new Map<SourceId, Reply>();
  /** Why no further signed call is made. */
  #refused: Reason | null;

  constructor(target: Target<RocketSettings>, context: AdapterContext, client: RocketClient) {
    this.#settings = target.settings;
    this.#context = context;
    this.#client = client;
    this.#refused = target.settings.token === undefined ? notConfigured('token') : null;
  }

  async run(): Promise<Gathered> {
    const anonymous = readInfo(await this.#keep({ source: 'I0', path: paths.info }));
    const query = `_id=${Object.keys(publicSettings).join(',')}`;
    const publicList = await readPages(
      this.#client,
      { source: 'P', path: paths.publicSettings, query },
      'settings',
    );
    const published = readPublicSettings(publicList);
    const policy = readPasswordPolicy(await this.#keep({ source: 'W', path: paths.passwordPolicy }));
    const me = await this.#signed('ME', paths.self);
    const signedIn = readInfo(await this.#signed('I1', paths.info));
    const account = readAccount(
      me,
      await this.#signed('PL', paths.permissions),
      await this.#signed('RO', paths.roles),
    );
    const capabilities = await this.#signed('VC', paths.capabilities);
    const calls = callsOf(capabilities, published);
    await this.#signed('VP', paths.providers);
    const installed = await this.#signed('AI', paths.apps);
    const license = await this.#signed('LI', paths.license);
    const dashboard = readDashboard(license, await this.#signed('SX', paths.statistics));
    const privileged = await this.#private(calls.state === 'provider' && calls.provider === 'pexip');
    const lists = await this.#lists();
    const base = {
      now: this.#context.now(),
      settings: this.#settings,
      live: this.#context.live,
      anonymous,
      signedIn,
      published,
      privileged: readPrivateSettings(privileged, this.#context.now(), this.#refused),
      passwordPolicy: policy,
      account,
      capabilities,
      calls,
      apps: { ...sightOf(installed), list: readApps(installed) },
      dashboard,
      releases: await givenLists(releases, this.#context),
      linkedHost: this.#linkedHost(),
      lists: lists.rooms,
      teams: lists.teams,
      rooms: new Map(
        mergeRooms(lists.rooms.admin, lists.rooms.channels, lists.rooms.groups).map((room) => [
          room.id,
          room,
        ]),
      ),
    };
    const app = await this.#appSettings({
      ...base,
      appSettings: readAppSettings(installed),
      roomCalls: new Map(),
    });
    const roomCalls = await this.#roomCalls(base.rooms);
    const observation: Observation = { ...base, appSettings: readAppSettings(app), roomCalls };
    const told: Told = {
      replies: this.#replies,
      publicList,
      teams: lists.teamList,
      privileged,
      refused: this.#refused,
    };
    return { observation, outcomes: outcomesOf(told, observation) };
  }

  #linkedHost(): string | null {
    const { conference_target: linked } = this.#settings;
    return linked === undefined ? null : (this.#context.hostOfTarget?.(linked) ?? null);
  }

  async #keep(call: Call): Promise<Reply> {
    const reply = await this.#client.ask(call);
    this.#replies.set(call.source, reply);
    return reply;
  }

  /** One refused login is the last call with these credentials. */
  async #signed(source: SourceId, path: string, more: Partial<Call> = {}): Promise<Reply> {
    const reply = await this.#ask(source, path, more);
    this.#replies.set(source, reply);
    return reply;
  }

  async #ask(source: SourceId, path: string, more: Partial<Call> = {}): Promise<Reply> {
    if (this.#refused !== null) return this.#unasked(source, path, this.#refused);
    const reply = await this.#client.ask({ source, path, signedIn: true, ...permissionOf(source), ...more });
    if ('reason' in reply && reply.reason === loginRefused) this.#refused = loginRefused;
    return reply;
  }

  #unasked(source: SourceId, path: string, why: Reason): Reply {
    return { source, locator: `GET ${path}`, at: this.#context.now(), reason: why };
  }

  /** One id a call; the first refusal speaks for all. */
  async #private(pexip: boolean): Promise<Map<PrivateId, Reply>> {
    const replies = new Map<PrivateId, Reply>();
    const ids = (Object.keys(privateSettings) as PrivateId[]).filter(
      (id) => pexip || !id.startsWith('Pexip_'),
    );
    for (const [place, id] of ids.entries()) {
      const following = ids.length - place - 1;
      const reply = await this.#ask('V', paths.setting(id), { following, locator: '/api/v1/settings/:_id' });
      replies.set(id, reply);
      if (!('reason' in reply) || !['not_permitted', 'not_configured'].includes(reply.reason.code)) continue;
      for (const other of ids.slice(place + 1)) replies.set(other, reply);
      break;
    }
    return replies;
  }

  /** Each route has a counter of its own, so that their waits may run side by side. */
  async #lists() {
    const types = ['c', 'p', 'd', 'l', 'discussions', 'teams'].map((type) => `types%5B%5D=${type}`).join('&');
    const [admin, channels, groups, teams] = await Promise.all([
      this.#list('AR', paths.adminRooms, 'rooms', types),
      this.#list('CL', paths.channels, 'channels'),
      this.#list('GL', paths.groups, 'groups'),
      this.#list('TL', paths.teams, 'teams'),
    ]);
    const known = teams.elements.map(readTeam).filter((team) => team !== null);
    return {
      rooms: {
        admin: readRoomList(admin, 'rooms'),
        channels: readRoomList(channels, 'channels'),
        groups: readRoomList(groups, 'groups'),
      },
      teams: {
        list: new Map(known.map((team): [string, Team] => [team.id, team])),
        sight: sightOf(teams),
        gap: teams.failed ?? teams.gap,
      },
      teamList: teams,
    };
  }

  async #list(source: SourceId, path: string, key: string, query = ''): Promise<Listing> {
    if (this.#refused === null) {
      return readPages(this.#client, { source, path, query, signedIn: true, ...permissionOf(source) }, key);
    }
    const sight = { source, locator: `GET ${path}`, at: this.#context.now() };
    return { ...sight, elements: [], failed: this.#refused, gap: this.#refused };
  }

  /** Only an account that may read them anyway asks: the permission installs apps and is not to be granted for this. */
  async #appSettings(observation: Observation): Promise<Reply> {
    const { calls, account, apps } = observation;
    const route = paths.appSettings(':id');
    const app = apps.list.find(({ provider }) => calls.state === 'provider' && provider === calls.provider);
    const may = [...namesOf(account)].some(
      (role) => heldValue(held(observation, 'manage-apps', role)) === true,
    );
    const reply =
      this.#refused !== null
        ? this.#unasked('AS', route, this.#refused)
        : app === undefined || !may
          ? this.#unasked('AS', route, appSettingsHidden)
          : await this.#ask('AS', paths.appSettings(app.id));
    this.#replies.set('AS', reply);
    return reply;
  }

  /** The newest call of each room, three a second; only where live facts are wanted. */
  async #roomCalls(rooms: ReadonlyMap<string, Room>): Promise<Map<string, RoomCall>> {
    const found = new Map<string, RoomCall>();
    if (!this.#context.live || this.#refused !== null) return found;
    const asked = [...rooms.values()].filter(
      ({ t, archived }) => ['c', 'p'].includes(valueIn(t) ?? '') && valueIn(archived) !== true,
    );
    for (const [place, { id }] of asked.entries()) {
      const query = `roomId=${encodeURIComponent(id)}&offset=0&count=1`;
      const reply = await this.#ask('VL', paths.calls, { query, following: asked.length - place - 1 });
      found.set(id, roomCall(reply));
      if (
        'reason' in reply &&
        ['throttled', 'unreachable'].includes(reply.reason.code) &&
        reply.error === undefined
      )
        break;
    }
    return found;
  }
}

const membership = notPermitted('membership in the room', 'the room is not open to this account');

/** A room that the account may not enter is refused like one that does not exist. */
function roomCall(reply: Reply): RoomCall {
  const sight = sightOf(reply);
  if ('reason' in reply) {
    const refused = reply.status === 400 && reply.error === 'invalid-params';
    return { ...sight, reason: refused ? membership : reply.reason };
  }
  const list = z.array(z.unknown()).safeParse((reply.data as { data?: unknown }).data);
  if (!list.success) return { ...sight, reason: reason('invalid_answer', 'data is not a list') };
  const [first] = list.data;
  return { ...sight, newest: first === undefined ? null : readCall({ ...sight, data: first }) };
}

function sightOf({ source, locator, at }: Sight): Sight {
  return { source, locator, at };
}

function permissionOf(source: SourceId): { permission?: string } {
  const needs = needsOf(source);
  return needs?.kind === 'permission' ? { permission: needs.name } : {};
}

function heldValue(fact: ReturnType<typeof held>): boolean | undefined {
  return 'value' in fact ? fact.value : undefined;
}
