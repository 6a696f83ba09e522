import { type MeasuredSecret, measuredSecret } from './environment.ts';
import { type LuaSetting, type LuaStatement, open, readLua } from './lua.ts';

export type ProsodyValue =
  | { state: 'known'; value: string | number | boolean | string[] }
  | { state: 'absent' }
  | { state: 'open' };

/** One `VirtualHost` or `Component` of the file. */
export interface ProsodyHost {
  name: string;
  /** `muc` for a room service; null for a VirtualHost. */
  component: string | null;
  settings: ReadonlyMap<string, ProsodyValue>;
}

/** Prosody's configuration as it stands in the file; secrets are measured and dropped. */
export interface ProsodyConfig {
  hosts: readonly ProsodyHost[];
  general: ReadonlyMap<string, ProsodyValue>;
  /** Other files are taken in, so that what is absent may stand there. */
  includes: boolean;
  tokenSecret: MeasuredSecret | 'unset' | 'undecidable';
}

/** What is kept of a host; everything else of the file is forgotten. */
const kept: ReadonlySet<string> = new Set([
  'authentication',
  'allow_empty_token',
  'asap_key_server',
  'modules_enabled',
  'modules_disabled',
  'storage',
  'default_storage',
  'restrict_room_creation',
]);

interface Section {
  name: string;
  component: string | null;
  settings: Map<string, ProsodyValue>;
}

/** What the file says would only be known by running it. */
export class Undecidable extends Error {
  override readonly name = 'Undecidable';
}

/** @throws {SyntaxError | Undecidable} a file that Lua would not take, or hosts that are made by code */
export function readProsodyConfig(text: string): ProsodyConfig {
  const general: Section = { name: '*', component: null, settings: new Map() };
  const hosts: Section[] = [];
  let section = general;
  let includes = false;
  let secret: ProsodyConfig['tokenSecret'] = 'unset';
  for (const statement of readLua(text)) {
    if (statement.kind === 'set') {
      if (statement.name === 'app_secret') secret = stricter(secret, statement.value);
      else if (kept.has(statement.name)) section.settings.set(statement.name, plainValue(statement.value));
    } else if (statement.kind === 'code') {
      if (statement.calls) throw new Undecidable('hosts are made by running the file');
      for (const name of statement.names) if (kept.has(name)) section.settings.set(name, { state: 'open' });
      if (statement.names.has('app_secret')) secret = 'undecidable';
    } else if (isInclude(statement)) {
      includes = true;
      // What an included file says of everything comes later.
      for (const name of general.settings.keys()) general.settings.set(name, { state: 'open' });
      section = general;
    } else if (statement.kind === 'call' && /^(?:VirtualHost|Host|Component)$/.test(statement.name)) {
      const [name, kind] = statement.values;
      if (typeof name !== 'string') throw new Undecidable('a host whose name is put together');
      section = {
        name: name.toLowerCase(),
        component: componentOf(statement.name, kind),
        settings: new Map(),
      };
      const before = hosts.find((host) => host.name === section.name);
      if (before === undefined) hosts.push(section);
      else section = before;
    }
  }
  return { hosts, general: general.settings, includes, tokenSecret: secret };
}

function isInclude(statement: LuaStatement): boolean {
  return statement.kind === 'call' && /^(?:Include|RunScript)$/.test(statement.name);
}

function componentOf(call: string, kind: LuaSetting | undefined): string | null {
  if (call !== 'Component') return null;
  return typeof kind === 'string' ? kind : '';
}

/** Of several secrets the shortest counts. */
function stricter(before: ProsodyConfig['tokenSecret'], value: LuaSetting): ProsodyConfig['tokenSecret'] {
  if (before === 'undecidable' || typeof value !== 'string') return 'undecidable';
  if (value === '') return before;
  const secret = measuredSecret(value);
  if (before === 'unset') return secret;
  return { length: Math.min(before.length, secret.length), isPublic: before.isPublic || secret.isPublic };
}

function plainValue(value: LuaSetting): ProsodyValue {
  if (value === open) return { state: 'open' };
  if (typeof value !== 'object') return { state: 'known', value };
  const texts = [...value.items, ...value.fields.values()];
  return texts.every((item): item is string => typeof item === 'string')
    ? { state: 'known', value: texts }
    : { state: 'open' };
}

/** The host's own setting, else the general one. */
export function settingOf(config: ProsodyConfig, host: ProsodyHost, name: string): ProsodyValue {
  const found = host.settings.get(name) ?? config.general.get(name);
  if (found !== undefined) return found;
  return config.includes ? { state: 'open' } : { state: 'absent' };
}

/** Modules of the host itself and those of every host. */
export function modulesOf(config: ProsodyConfig, host: ProsodyHost): string[] | null {
  const lists = [host.settings.get('modules_enabled'), config.general.get('modules_enabled')];
  const found: string[] = [];
  for (const list of lists) {
    if (list === undefined) continue;
    if (list.state !== 'known' || !Array.isArray(list.value)) return null;
    found.push(...list.value);
  }
  return found;
}

/** Room services of meetings: those for lobbies, breakout rooms and bridges are left out. */
export function roomServices(config: ProsodyConfig): ProsodyHost[] {
  return config.hosts.filter(
    (host) =>
      host.component === 'muc' && !/^(?:internal[.-]|lobby\.|breakout\.|endconference\.)/.test(host.name),
  );
}

/** Where people sign in: neither guests, nor services, nor recorders. */
export function signInHosts(config: ProsodyConfig): ProsodyHost[] {
  return config.hosts.filter(
    (host) =>
      host.component === null && !/^(?:guest\.|auth\.|hidden\.|recorder\.|localhost$)/.test(host.name),
  );
}
