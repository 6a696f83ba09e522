import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ConfigFile, readConfig } from '../../../adapters/jitsi/config-js.ts';
import { effective } from '../../../adapters/jitsi/config-keys.ts';
import { infoOf, matchesCaps, readItems, readServices, readSoftware } from '../../../adapters/jitsi/disco.ts';
import { type Element, ns, parseFrame } from '../../../adapters/jitsi/stanzas.ts';
import { type Answer, answerOf } from '../../../adapters/jitsi/xmpp.ts';

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
});
