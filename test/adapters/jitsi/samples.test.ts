// Every recorded answer is replayed here, so longer than the usual file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AdapterContext } from '../../../adapters/contract/adapter.ts';
import type { HttpOptions } from '../../../adapters/contract/http.ts';
import { createHttp } from '../../../adapters/contract/http-client.ts';
import { type SimulatedAnswer, startSimulatorServer } from '../../../adapters/contract/simulator.ts';
import { readCensus } from '../../../adapters/jitsi/census.ts';
import { type ConfigFile, readConfig } from '../../../adapters/jitsi/config-js.ts';
import { effective } from '../../../adapters/jitsi/config-keys.ts';
import { infoOf, matchesCaps, readItems, readServices, readSoftware } from '../../../adapters/jitsi/disco.ts';
import { readEnvironment } from '../../../adapters/jitsi/environment.ts';
import { readHocon } from '../../../adapters/jitsi/hocon.ts';
import { readJicofo } from '../../../adapters/jitsi/jicofo.ts';
import { readForm } from '../../../adapters/jitsi/owner.ts';
import { ProsodyHttp } from '../../../adapters/jitsi/prosody-http.ts';
import { roomAddress } from '../../../adapters/jitsi/room-name.ts';
import { type Element, ns, parseFrame } from '../../../adapters/jitsi/stanzas.ts';
import { type Answer, answerOf } from '../../../adapters/jitsi/xmpp.ts';
import { capturingLog } from '../../contract/scan.ts';

const folder = fileURLToPath(new URL('../../../../shared/vendors/samples/jitsi/', import.meta.url));
const present = existsSync(folder);
const title = present ? 'recorded samples' : 'recorded samples (SKIPPED: ../shared is not here)';

function sample(name: string): string {
  return readFileSync(`${folder}${name}`, 'utf8');
}

/** Frames of a recording, in order, with who sent them. */
function frames(name: string): { client: boolean; element: Element }[] {
  return sample(`xmpp/${name}`)
    .split('\n')
    .flatMap((line) => {
      const match = /^([CS]): (.*)$/.exec(line);
      return match?.[2] === undefined ? [] : [{ client: match[1] === 'C', element: parseFrame(match[2]) }];
    });
}

/** Each recorded question with the answer that bears its id. */
function answers(name: string): { to: string; kind: string; answer: Answer }[] {
  const all = frames(name);
  return all.flatMap(({ client, element }, place) => {
    const [payload] = element.getChildElements();
    const { to, id } = element.attrs;
    if (!client || element.name !== 'iq' || payload === undefined || to === undefined) return [];
    const found = all.slice(place).find((frame) => !frame.client && frame.element.attrs['id'] === id);
    if (found === undefined) return [];
    const kind = payload.attrs['node'] === 'lobbyrooms' ? 'lobby' : kinds[payload.attrs['xmlns'] ?? ''];
    if (kind === undefined) return [];
    return [{ to, kind, answer: answerOf(found.element, { kind, to }) }];
  });
}

const kinds: Readonly<Record<string, 'info' | 'items' | 'version' | 'services'>> = {
  [ns.info]: 'info',
  [ns.items]: 'items',
  [ns.version]: 'version',
  [ns.services]: 'services',
};

describe.skipIf(!present)(title, () => {
  it.each(['object-form', 'docker-form'])('config %s gives the expected values', (name) => {
    const file = readConfig(sample(`config/${name}.config.js`), 'config') as ConfigFile;
    const expected = JSON.parse(sample(`config/${name}.expected.json`)) as Record<string, unknown>;
    expect(Object.keys(expected).length).toBeGreaterThan(10);
    for (const [key, value] of Object.entries(expected)) {
      const setting = effective(file, key);
      if (typeof value === 'string' && value.startsWith('expression')) {
        expect(setting.state, key).toBe('known');
        expect(JSON.stringify(setting), key).toContain('stun:stun.example.net:3478');
      } else expect(setting.state === 'known' ? setting.value : null, key).toEqual(value);
    }
  });

  it('every recorded frame of a server can be read', () => {
    const names = readdirSync(`${folder}xmpp`);
    expect(names).toHaveLength(30);
    const count = names.reduce((sum, name) => sum + frames(name).filter((frame) => !frame.client).length, 0);
    expect(count).toBeGreaterThan(90);
  });

  it.each([
    ['current', 'meet.jitsi', true],
    ['legacy', 'legacy.example.test', true],
    ['secure', 'secure.jitsi', false],
  ])(
    '%s: the checksum of the stream fits the description of the domain it was opened to',
    (name, domain, own) => {
      const all = frames(`${name}-session-and-domain-disco.txt`);
      const caps = all
        .map((frame) => frame.element.getChild('c', 'http://jabber.org/protocol/caps')?.attrs['ver'])
        .find((ver) => ver !== undefined);
      const info = answers(`${name}-session-and-domain-disco.txt`).find(
        (entry) => entry.to === domain && entry.kind === 'info',
      );
      if (info?.answer.state !== 'result') throw new Error('no description');
      expect(matchesCaps(info.answer.payload, caps ?? null)).toBe(own);
      expect(infoOf(info.answer.payload).identities.get('component/lobbyrooms')).toBe(`lobby.${domain}`);
      expect(infoOf(info.answer.payload).identities.has('component/polls')).toBe(name === 'current');
    },
  );

  it('domains, versions and services', () => {
    const legacy = answers('legacy-session-and-domain-disco.txt');
    const of = (kind: string, to = 'legacy.example.test'): Answer => {
      const found = legacy.find((entry) => entry.kind === kind && entry.to === to);
      if (found === undefined) throw new Error(`no ${kind}`);
      return found.answer;
    };
    const items = readItems(of('items'));
    expect(items.state === 'known' && items.value).toContain('recorder.legacy.example.test');
    expect(items.state === 'known' && items.value).toHaveLength(10);
    expect(readItems(of('items', 'conference.legacy.example.test'))).toEqual({ state: 'known', value: [] });
    expect(readSoftware(of('version'))).toEqual({ state: 'known', value: 'Prosody=13.0.1' });
    const services = readServices(of('services'));
    expect(services).toEqual({ state: 'known', value: Array(3).fill('legacy.example.test') });
    const current = answers('current-session-and-domain-disco.txt').find(
      (entry) => entry.kind === 'services',
    );
    expect(current === undefined ? null : readServices(current.answer)).toEqual({
      state: 'known',
      value: [],
    });
  });

  it.each(['open-room', 'password-room', 'lobby-room', 'lobby-password-room'])(
    '%s: forbidden today, described before',
    (room) => {
      const [today] = answers(`current-room-disco-${room}.txt`);
      expect(today?.answer).toEqual({ state: 'error', condition: 'forbidden', kind: 'auth' });
      const [before] = answers(`legacy-room-disco-${room}.txt`);
      if (before?.answer.state !== 'result') throw new Error('no description');
      const { features, form } = infoOf(before.answer.payload);
      expect(features.has('muc_passwordprotected')).toBe(room.includes('password'));
      expect(features.has('muc_unsecured')).toBe(!room.includes('password'));
      expect(features.has('muc_membersonly')).toBe(room.includes('lobby'));
      expect(form.has('muc#roominfo_lobbyroom')).toBe(room.includes('lobby'));
      expect(form.get('muc#roominfo_occupants')).toBe('2');
    },
  );

  it.each(['current', 'legacy'])('%s: a room that does not exist', (name) => {
    const [first] = answers(`${name}-room-disco-no-such-room.txt`);
    expect(first?.answer).toEqual({ state: 'error', condition: 'item-not-found', kind: 'cancel' });
  });

  it.each(['current', 'legacy', 'secure'])(
    '%s: the lobby speaks for lobby-room and lobby-password-room only',
    (name) => {
      const on = answers(`${name}-lobby-node-probe.txt`).map(
        ({ answer }) =>
          answer.state === 'result' &&
          infoOf(answer.payload).features.has('http://jitsi.org/protocol/lobbyrooms#displayname_required'),
      );
      expect(on).toHaveLength(5);
      expect(on.filter(Boolean)).toHaveLength(2);
    },
  );

  it.each(['open-room', 'password-room', 'lobby-room', 'lobby-password-room', 'no-such-room'])(
    'owner form of %s: everything but the password',
    (room) => {
      const [found] = answersOfOwner(`current-owner-form-${room}.txt`);
      if (found === undefined) throw new Error('no answer');
      const form = readForm(found, roomAddress(room));
      if (room === 'no-such-room') {
        expect(form).toEqual({ state: 'absent' });
        return;
      }
      if (form.state !== 'known') throw new Error(JSON.stringify(form));
      const { password, membersOnly, listed, persistent } = form.value;
      expect({ membersOnly, listed, persistent }).toEqual({
        membersOnly: room.includes('lobby'),
        listed: false,
        persistent: false,
      });
      if (room.includes('password')) {
        expect(password).toMatchObject({ inName: false });
        expect(typeof password === 'object' && password !== null && password.length).toBeGreaterThan(5);
      } else expect(password).toBe('none');
      expect(JSON.stringify(form)).not.toMatch(/Kiefer/);
    },
  );

  it.each(['current', 'legacy', 'secure'])('%s: the census', (name) => {
    const census = readCensus(sample(`http/${name}-room-census.json`));
    if (census.state !== 'known') throw new Error(census.reason.detail);
    expect(census.value.damaged).toBeNull();
    expect(census.value.rooms).toHaveLength(6);
    const crowd = census.value.rooms.find((room) => room.jid.startsWith('crowd-room@'));
    expect(crowd).toMatchObject({ participants: 4 });
    expect(crowd?.createdAt).toBeGreaterThan(1.7e12);
  });

  it.each(['current', 'legacy', 'secure'])('%s: the HTTP modules as recorded', async (name) => {
    const recorded = httpAnswers(`http/${name}-prosody-http.txt`);
    const server = await startSimulatorServer(({ path, query }) => {
      const found = recorded.get(query === '' ? path : `${path}?${query}`);
      return found ?? { status: 404, body: '' };
    });
    const settings = {
      id: 'meet',
      vendor: 'jitsi',
      url: 'https://meet.example.org',
      prosody_http: server.origin,
      room_info: { token: { env: 'T' } },
    };
    const deps = { now: () => 0, log: capturingLog([]), signal: new AbortController().signal };
    const http = await ProsodyHttp.open(
      {
        ...deps,
        http: (options: HttpOptions) => createHttp(options, deps),
        secret: async () => 't',
      } as unknown as AdapterContext,
      settings,
    );
    const domain =
      name === 'current' ? 'meet.jitsi' : name === 'legacy' ? 'legacy.example.test' : 'secure.jitsi';
    try {
      expect(await http.size(roomAddress('crowd-room'), domain)).toEqual({ state: 'known', value: 4 });
      expect(await http.size(roomAddress('no-such-room'), domain)).toEqual({ state: 'absent' });
      const rooms = ['open-room', 'password-room', 'lobby-room', 'lobby-password-room'];
      for (const room of rooms) {
        const shown = await http.room(roomAddress(room), null);
        if (name === 'current')
          expect(shown).toMatchObject({ state: 'unknown', reason: { code: 'not_permitted' } });
        else
          expect(shown).toEqual({
            state: 'known',
            value: { password: room.includes('password'), lobby: room.includes('lobby') },
          });
      }
      if (name !== 'current')
        expect(await http.room(roomAddress('no-such-room'), null)).toEqual({ state: 'absent' });
    } finally {
      http.close();
      await server.close();
    }
  });

  it('jicofo: conferences, counters and version', async () => {
    const bodies: Record<string, string> = {
      '/debug/conferences-full': sample('jicofo/debug-conferences-full.json'),
      '/stats': sample('jicofo/stats.json'),
      '/about/version': sample('jicofo/about-version.json'),
    };
    const server = await startSimulatorServer(({ path }) => ({ status: 200, body: bodies[path] ?? '' }));
    const deps = { now: () => 0, log: capturingLog([]), signal: new AbortController().signal };
    const context = { ...deps, live: true, http: (options: HttpOptions) => createHttp(options, deps) };
    const settings = { id: 'meet', vendor: 'jitsi', url: 'https://meet.example.org', jicofo: server.origin };
    const seen = await readJicofo(context as unknown as AdapterContext, settings);
    await server.close();
    expect(seen.recorders).toEqual({ state: 'known', value: 1 });
    expect(seen.focusVersion).toEqual({ state: 'known', value: '1.0-1183' });
    expect(seen.conferences).toEqual({
      state: 'known',
      value: {
        damaged: null,
        rooms: [
          {
            jid: 'lobby-room@muc.meet.jitsi',
            lobby: true,
            participants: 1,
            recorders: 0,
            startAudioMuted: false,
            startVideoMuted: false,
            members: { byDomain: { 'meet.jitsi': 1 }, telephones: 0 },
          },
        ],
      },
    });
  });

  it('files of a server', () => {
    const env = readEnvironment(sample('server/example.env'));
    expect(env.values.get('ENABLE_RECORDING')).toBe('0');
    expect(env.values.get('JITSI_IMAGE_VERSION')).toBe('stable-11146-2');
    expect(env.values.get('ENABLE_TRANSCRIPTIONS')).toBe('');
    expect(env.shortestServicePassword).toBe(11);
    const text = sample('server/jicofo-secure.conf');
    expect(readHocon(text).get('jicofo.authentication.type').state).toBe('open');
    const whole = readHocon(text, new Map([['custom-jicofo.conf', '# nothing of our own']]));
    expect(whole.get('jicofo.authentication.enabled')).toEqual({ state: 'known', value: true });
    expect(whole.get('jicofo.authentication.type')).toEqual({ state: 'known', value: 'XMPP' });
    expect(whole.get('jicofo.conference.enable-auto-owner')).toEqual({ state: 'known', value: true });
  });
});

function answersOfOwner(name: string): Answer[] {
  const all = frames(name);
  const asked = all.find(({ client, element }) => client && element.name === 'iq')?.element;
  const to = asked?.attrs['to'] ?? '';
  return all
    .filter(({ client, element }) => !client && element.attrs['id'] === asked?.attrs['id'])
    .map(({ element }) => answerOf(element, { kind: 'owner', to }));
}

/** Recorded calls: status and body by path and query. */
function httpAnswers(name: string): Map<string, SimulatedAnswer> {
  const blocks = sample(name).split(/^GET /m).slice(1);
  return new Map(
    blocks.map((block) => {
      const [path = '', ...lines] = block.split('\n');
      const value = (key: string): string =>
        lines.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2) ?? '';
      return [path.trim(), { status: Number(value('status')), body: value('body') }];
    }),
  );
}
