import type { Fact } from '../../../adapters/contract/fact.ts';
import { reason } from '../../../adapters/contract/fact.ts';
import { listsInUse } from '../../../adapters/contract/releases.ts';
import { readConfig } from '../../../adapters/jitsi/config-js.ts';
import type { Info } from '../../../adapters/jitsi/disco.ts';
import { readEnvironment } from '../../../adapters/jitsi/environment.ts';
import { readHocon } from '../../../adapters/jitsi/hocon.ts';
import type { Conference } from '../../../adapters/jitsi/jicofo.ts';
import { knownRead, unknownRead } from '../../../adapters/jitsi/known.ts';
import type { OwnerForm } from '../../../adapters/jitsi/owner.ts';
import { readProsodyConfig } from '../../../adapters/jitsi/prosody-config.ts';
import { releases } from '../../../adapters/jitsi/releases.ts';
import { roomAddress } from '../../../adapters/jitsi/room-name.ts';
import type { JitsiSettings } from '../../../adapters/jitsi/schema.ts';
import type { Attempt, FilesSeen, RoomSeen, Seen } from '../../../adapters/jitsi/seen.ts';
import { outcomeOf } from '../../../adapters/jitsi/signalling.ts';

export const at = Date.UTC(2026, 10, 21, 12);
export const settings: JitsiSettings = { id: 'meet', vendor: 'jitsi', url: 'https://meet.example.de' };
export const down = unknownRead({ code: 'unreachable', detail: 'test' } as const);

const components = ['lobbyrooms', 'speakerstats', 'polls'];

export function domain(types: readonly string[] = components, verified = true): Seen['domain'] {
  const identities = new Map(types.map((type) => [`component/${type}`, `${type}.meet.test`]));
  return knownRead({ info: { identities, features: new Set(), form: new Map() }, verified });
}

export function logins(...attempts: Attempt[]): Seen['logins'] {
  return { attempts, outcome: outcomeOf(attempts) };
}

export const accepted: Attempt = { role: 'main', domain: 'meet.test', state: 'accepted' };
export const refused: Attempt = {
  role: 'main',
  domain: 'meet.test',
  state: 'refused',
  condition: 'not-allowed',
  mechanisms: ['ANONYMOUS'],
};
export const noGuests: Attempt = { role: 'guessed', domain: 'guest.meet.test', state: 'unknown_host' };

/** A source whose key was left out. */
export const ungiven = (key: string) =>
  unknownRead(reason('not_configured', undefined, { kind: 'config', name: key }));

function file<T>(text: string, read: (text: string) => T, host = 'meet.example.de'): FilesSeen<T>[number] {
  const content = { value: read(text) };
  const seenFile = {
    host,
    name: 'file',
    locator: `file on ${host}`,
    observedAt: at,
    contentTime: at - 1000,
    text: '',
  };
  return { host, file: seenFile, content };
}

/** Files as they were read; several texts are several hosts. */
export const environment = (...texts: string[]): Pick<Seen, 'environment'> => ({
  environment: texts.map((text, place) => file(text, readEnvironment, `h${place}`)),
});
export const prosody = (...texts: string[]): Pick<Seen, 'prosody'> => ({
  prosody: texts.map((text, place) => file(text, readProsodyConfig, `h${place}`)),
});
export const focus = (text: string): Pick<Seen, 'focus'> => ({ focus: [file(text, readHocon)] });

/** `keys`: an object, or the text of a file. */
export function seen(keys: object | string = {}, other: Partial<Seen> = {}): Seen {
  const text = typeof keys === 'string' ? keys : `var config = ${JSON.stringify(keys)};`;
  const config = readConfig(text, 'config');
  return {
    at,
    config: 'failure' in config ? unknownRead(config.failure) : knownRead(config),
    configLocator: 'GET /config.js',
    interface: down,
    page: knownRead({ state: 'number', web: 9268 }),
    census: knownRead(null),
    logins: logins(accepted),
    domain: domain(),
    items: knownRead(['lobby.meet.test', 'speakerstats.meet.test', 'muc.meet.test']),
    software: knownRead('Prosody=13.0.1'),
    services: knownRead([]),
    listed: knownRead([]),
    account: ungiven('account'),
    running: ungiven('prosody_http'),
    conferences: ungiven('jicofo'),
    recorders: ungiven('jicofo'),
    focusVersion: ungiven('jicofo'),
    bridgeVersion: ungiven('jvb'),
    environment: [],
    prosody: [],
    focus: [],
    releases: listsInUse(releases, undefined),
    live: false,
    rooms: { rooms: [], absent: 0, auxiliary: 0, failed: 0, reason: null },
    ...other,
  };
}

/** The value, or the reason's code with what would fill it. */
export function shown(fact: Fact | undefined): unknown {
  if (fact === undefined) return 'MISSING';
  if ('value' in fact) return fact.value;
  const { code, fill } = fact.unavailable;
  return fill === undefined ? `?${code}` : `?${code} ${fill.name}`;
}

export const described = (features: string[], form: Record<string, string> = {}): Info => ({
  identities: new Map(),
  features: new Set(['muc_temporary', 'muc_hidden', ...features]),
  form: new Map(Object.entries(form)),
});

export function room(other: Partial<RoomSeen> = {}, name = 'abteilung-7f3k9q2w-zx'): RoomSeen {
  return {
    address: roomAddress(name),
    from: 'configuration',
    info: 'hidden',
    lobbyProbe: { state: 'silent' },
    census: ungiven('prosody_http'),
    size: ungiven('prosody_http'),
    shown: ungiven('room_info'),
    conference: ungiven('jicofo'),
    form: ungiven('account'),
    ...other,
  };
}

export const conference = (other: Partial<Conference> = {}): Pick<RoomSeen, 'conference'> => ({
  conference: knownRead({
    jid: 'abteilung-7f3k9q2w-zx@muc.meet.test',
    lobby: false,
    participants: 2,
    recorders: 0,
    startAudioMuted: false,
    startVideoMuted: false,
    members: { byDomain: { 'meet.test': 2 }, telephones: 0 },
    ...other,
  }),
});

export const form = (other: Partial<OwnerForm> = {}): Pick<RoomSeen, 'form'> => ({
  form: knownRead({
    password: 'none',
    membersOnly: false,
    persistent: false,
    listed: false,
    marking: 'none',
    ...other,
  }),
});

export const shownInfo = (password: boolean | null, lobby: boolean | null): Pick<RoomSeen, 'shown'> => ({
  shown: knownRead({ password, lobby }),
});
