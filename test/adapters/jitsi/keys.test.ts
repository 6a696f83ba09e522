import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../adapters/jitsi/config-js.ts';
import { deadKeysTrusted, effective } from '../../../adapters/jitsi/config-keys.ts';
import { inlineScripts, isJitsiPage, webNumber } from '../../../adapters/jitsi/page.ts';
import {
  isSupported,
  knownReleases,
  lineOf,
  readReleases,
  releaseNamed,
} from '../../../adapters/jitsi/releases.ts';
import { canonicalPart, roomAddress, roomQuery } from '../../../adapters/jitsi/room-name.ts';
import { configuration } from '../../../adapters/jitsi/schema.ts';

function config(keys: object | string) {
  const text = typeof keys === 'string' ? keys : `var config = ${JSON.stringify(keys)};`;
  const file = readConfig(text, 'config');
  if ('failure' in file) throw new Error('unreadable');
  return file;
}

describe('old and new keys', () => {
  it.each<[string, object, string, unknown, string]>([
    [
      'new wins',
      { fileRecordingsServiceEnabled: true, recordingService: { enabled: false } },
      'recordingService.enabled',
      false,
      'recordingService.enabled',
    ],
    [
      'old alone',
      { fileRecordingsServiceEnabled: true },
      'recordingService.enabled',
      true,
      'fileRecordingsServiceEnabled',
    ],
    [
      'old wins',
      { liveStreamingEnabled: true, liveStreaming: { enabled: false } },
      'liveStreaming.enabled',
      true,
      'liveStreamingEnabled',
    ],
    [
      'old wins, the other way',
      { transcribingEnabled: false, transcription: { enabled: true } },
      'transcription.enabled',
      false,
      'transcribingEnabled',
    ],
    [
      'new where the old one is missing',
      { transcription: { enabled: true } },
      'transcription.enabled',
      true,
      'transcription.enabled',
    ],
    [
      'background: new wins',
      { disableVirtualBackground: true, virtualBackground: { disabled: false } },
      'virtualBackground.disabled',
      false,
      'virtualBackground.disabled',
    ],
    ['inverted', { enableWelcomePage: false }, 'welcomePage.disabled', true, 'enableWelcomePage'],
    [
      'old counts only when true',
      { hideAddRoomButton: false, breakoutRooms: { hideAddRoomButton: true } },
      'breakoutRooms.hideAddRoomButton',
      true,
      'breakoutRooms.hideAddRoomButton',
    ],
  ])('%s', (_, keys, key, value, decided) => {
    expect(effective(config(keys), key)).toEqual({ state: 'known', value, key: decided });
  });

  it('an old key that wins and is not known leaves the setting open', () => {
    const file = config(
      'var config = {liveStreaming: {enabled: false}}; if (location.hash) config.liveStreamingEnabled = true;',
    );
    expect(effective(file, 'liveStreaming.enabled').state).toBe('unknown');
  });

  it.each<[string, object, string[]]>([
    ['a safe-looking dead key', { fileRecordingsEnabled: false }, ['fileRecordingsEnabled']],
    [
      'beside a live key it is only useless',
      { fileRecordingsEnabled: false, recordingService: { enabled: false } },
      [],
    ],
    [
      'an old key that works counts as live',
      { disableRecord: true, fileRecordingsServiceEnabled: false },
      [],
    ],
    ['a dead key that looks unsafe', { disableRecord: false }, []],
    ['lobby keys decide nothing', { enableLobby: true }, ['enableLobby']],
    ['nothing', {}, []],
  ])('dead keys: %s', (_, keys, expected) => {
    expect(deadKeysTrusted(config(keys)).trusted).toEqual(expected);
  });
});

describe('version of the page', () => {
  const page = (version: string): string =>
    `<html><script src="libs/lib-jitsi-meet.min.js${version}"></script><script src="libs/app.bundle.min.js${version}"></script>`;

  it.each<[string, string, object]>([
    ['a number', page('?v=9268'), { state: 'number', web: 9268 }],
    ['none', page(''), { state: 'hidden' }],
    ['another form', page('?v=4203.857'), { state: 'unmappable', text: '4203.857' }],
    ['an unbuilt source', page('?v=139'), { state: 'unmappable', text: '139' }],
    ['cut off within the number', '<script src="libs/app.bundle.min.js?v=92', { state: 'hidden' }],
    ['a number elsewhere', '<link href="css/all.css?v=9268">', { state: 'hidden' }],
    ['two that differ', page('?v=9268') + page('?v=9222'), { state: 'unmappable', text: '9268 and 9222' }],
  ])('%s', (_, html, expected) => {
    expect(webNumber(html)).toEqual(expected);
  });

  it.each<[number, object]>([
    [9268, { state: 'known', web: 9268, release: '2.0.11031' }],
    [9222, { state: 'known', web: 9222, release: '2.0.10978' }],
    [9200, { state: 'known', web: 9200, release: null }],
    [9269, { state: 'newer', web: 9269 }],
    [8647, { state: 'older', web: 8647 }],
  ])('%i', (web, expected) => {
    expect(lineOf(web, readReleases)).toEqual(expected);
  });

  it('names releases, of which the two newest are supported', () => {
    expect(releaseNamed('stable-11146-2', readReleases)).toBe(readReleases[0]?.version);
    expect(releaseNamed('10978', readReleases)).toBe('2.0.10978');
    expect(releaseNamed('unstable', readReleases)).toBeNull();
    expect(readReleases.map(({ version }) => isSupported(version, readReleases)).slice(0, 3)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('a given list adds to what was released before', () => {
    const given = { dated: '2026-11-20', branches: [{ branch: '2.0.11300', parts: { web: '9400' } }] };
    const known = knownReleases(given);
    expect(known.slice(0, 2).map(({ version, web }) => [version, web])).toEqual([
      ['2.0.11300', 9400],
      ['2.0.11146', null],
    ]);
    expect(lineOf(9268, known)).toMatchObject({ state: 'known', release: '2.0.11031' });
    expect(isSupported('2.0.11031', known)).toBe(false);
  });

  it('takes scripts out of a page', () => {
    const html =
      '<html><script>var config = {};</script><script src="x.js"></script><script type="application/json">{}</script><script type="text/javascript">a()</script>';
    expect(inlineScripts(html)).toEqual(['var config = {};', 'a()']);
    expect(isJitsiPage('<html><title>Webmail</title></html>')).toBe(false);
  });
});

describe('names of rooms', () => {
  it.each([
    ['Leitung', 'leitung', 'room=leitung'],
    ['Büro Süd', 'b%c3%bcro%20s%c3%bcd', 'room=b%25c3%25bcro%2520s%25c3%25bcd'],
    ['B%C3%BCro', 'b%c3%bcro', 'room=b%25c3%25bcro'],
    ['ﬁnanzen', 'finanzen', 'room=finanzen'],
    ['Amt/Personalrat', '[amt]personalrat', 'room=personalrat&prefix=amt'],
    ['100%', '100%25', 'room=100%2525'],
    ['\ud800x', '%ef%bf%bdx', 'room=%25ef%25bf%25bdx'],
  ])('%s', (name, node, query) => {
    const address = roomAddress(name);
    expect(address.node).toBe(node);
    expect(roomQuery(address)).toBe(query);
  });

  it('is the same for its own result', () => {
    expect(canonicalPart(canonicalPart('Büro Süd'))).toBe(canonicalPart('Büro Süd'));
  });
});

describe('configuration', () => {
  it.each<[object, boolean]>([
    [{ url: 'https://meet.example.org' }, true],
    [{ url: 'https://meet.example.org/', rooms: ['leitung', 'amt/personalrat'] }, true],
    [{ url: 'https://meet.example.org/leitung' }, false],
    [{ url: 'https://user:pw@meet.example.org' }, false],
    [{ url: 'meet.example.org' }, false],
    [{ url: 'https://meet.example.org', rooms: [''] }, false],
    [{ url: 'https://meet.example.org', rooms: ['https://meet.example.org/leitung'] }, false],
    [{ url: 'https://meet.example.org', account: {} }, false],
  ])('%j: %s', (keys, valid) => {
    expect(configuration.safeParse(keys).success).toBe(valid);
  });
});
