// A table of cases, one per form or fault, so longer than the usual file.
import { describe, expect, it } from 'vitest';
import { type ConfigFile, readConfig } from '../../../adapters/jitsi/config-js.ts';
import { processorTime } from '../../processor.ts';

function read(text: string, name: 'config' | 'interfaceConfig' = 'config'): ConfigFile {
  const file = readConfig(text, name);
  if ('failure' in file) throw new Error(JSON.stringify(file.failure));
  return file;
}

/** Value, null for absent, `?` for not statically known. */
function value(text: string, path: string): unknown {
  const setting = read(text).get(path);
  if (setting.state === 'absent') return null;
  return setting.state === 'known' ? setting.value : '?';
}

const object = `
var subdir = '<!--# echo var="subdir" default="" -->';
var subdomain = '<!--# echo var="subdomain" default="" -->';
if (subdomain) { subdomain = subdomain.substr(0, subdomain.length - 1).split('.').join('_').toLowerCase() + '.'; }
if (subdir.startsWith('<!--')) { subdir = ''; }
if (subdomain.startsWith('<!--')) { subdomain = ''; }
var enableJaaS = false;
var config = {
    hosts: { domain: 'meet.test', muc: 'conference.' + subdomain + 'meet.test' /* , authdomain: 'x' */ },
    // recordingService: { enabled: true },
    websocket: 'wss://meet.test/' + subdir + 'xmpp-websocket',
    'disableThirdPartyRequests': true,
    "gravatar": { "disabled": !false },
    channelLastN: -1,
    ratio: 1 / 4,
    pattern: '^(?:[a-z]{4}-)$',
    list: ['a', 'b',],
    makeJsonParserHappy: 'even with a trailing comma',
};
/* config.liveStreaming = { enabled: true }; */
preferLargeVideo: true;
if (enableJaaS) { config.dialInNumbersUrl = 'https://numbers.example.test/'; }
`;

describe('forms of config.js', () => {
  it.each<[string, string, unknown]>([
    ['hosts.domain', object, 'meet.test'],
    ['hosts.muc', object, 'conference.meet.test'],
    ['hosts.authdomain', object, null],
    ['websocket', object, 'wss://meet.test/xmpp-websocket'],
    ['disableThirdPartyRequests', object, true],
    ['gravatar.disabled', object, true],
    ['channelLastN', object, -1],
    ['ratio', object, 0.25],
    ['list', object, ['a', 'b']],
    ['recordingService.enabled', object, null],
    ['liveStreaming.enabled', object, null],
    ['preferLargeVideo', object, null],
    ['dialInNumbersUrl', object, null],
  ])('object form: %s', (path, text, expected) => {
    expect(value(text, path)).toEqual(expected);
  });

  it.each<[string, string, string, unknown]>([
    ['a series of assignments', 'var config = {}; config.a = {}; config.a.b = true;', 'a.b', true],
    ['the last assignment wins', 'var config = {}; config.a = 1; config.a = 2;', 'a', 2],
    [
      'a whole object replaced later',
      'var config = {p2p:{stunServers:[1]}}; config.p2p = {enabled:true};',
      'p2p.stunServers',
      null,
    ],
    ['keys in brackets', "var config = {}; config['a'] = true;", 'a', true],
    ['keys from a known variable', "var k = 'a'; var config = {}; config[k] = true;", 'a', true],
    ['undefined unsets', 'var config = {a: 1}; config.a = undefined;', 'a', null],
    ['null unsets', 'var config = {a: 1}; config.a = null;', 'a', null],
    ['void 0 unsets', 'var config = {a: 1}; config.a = void 0;', 'a', null],
    ['window.config', 'window.config = {a: true};', 'a', true],
    ['an alias', 'var config = {}; var c = config; c.a = true;', 'a', true],
    [
      'split and map',
      "var config = {}; config.s = 'x,y'.split(',').map(function (u) { return { urls: 'stun:' + u }; });",
      's',
      [{ urls: 'stun:x' }, { urls: 'stun:y' }],
    ],
    [
      'an arrow',
      ['var config = {}; config.s = ', "'x,y'.split(',').map(u => `stun:$", '{u}`);'].join(''),
      's',
      ['stun:x', 'stun:y'],
    ],
    ['a wrapper', 'var config = {}; (function () { config.a = true; })();', 'a', true],
    ['a wrapper that returns', 'var config = (function () { return { a: true }; })();', 'a', true],
    ['a wrapper with arguments', 'var config = {}; (function (c, v) { c.a = v; })(config, true);', 'a', true],
    ['a wrapper of an arrow', 'var config = {}; (() => { config.a = true; })();', 'a', true],
    ['a function that is called', 'var config = {}; set(); function set() { config.a = true; }', 'a', true],
    ['a function that is not called', 'var config = {}; function set() { config.a = true; }', 'a', null],
    [
      'a decided condition',
      'var on = true; var config = {}; if (on) { config.a = 1; } else { config.a = 2; }',
      'a',
      1,
    ],
    ['hasOwnProperty', "var config = {a:1}; if (!config.hasOwnProperty('b')) config.b = true;", 'b', true],
    ['config || {}', 'var config = config || {}; config.a = true;', 'a', true],
    ['Object.assign', 'var config = {a:1}; Object.assign(config, {a:2, b:3});', 'a', 2],
    ['a known spread', 'var base = {a:1}; var config = {...base, b:2};', 'a', 1],
    ['a decided loop', "var config = {}; for (const k of ['a','b']) { config[k] = true; }", 'b', true],
    [
      'typeof module',
      "var config = {a:1}; if (typeof module !== 'undefined') { module.exports = config; }",
      'a',
      1,
    ],
    ['console', 'var config = {a:1}; console.log(config.a);', 'a', 1],
    ['let and const', 'const on = !1; let config = {}; config.a = on;', 'a', false],
    ['what follows a definite error', 'var config = {a:1}; config.x.y = 1; config.a = 2;', 'a', 1],
    ['a definite throw', "var config = {a:1}; throw new Error('x'); config.a = 2;", 'a', 1],
  ])('%s', (_, text, path, expected) => {
    expect(value(text, path)).toEqual(expected);
  });
});

describe('what cannot be known without running it', () => {
  it.each<[string, string, string, unknown]>([
    [
      'a condition on the address',
      'var config = {a:false}; if (location.hash) { config.a = true; }',
      'a',
      '?',
    ],
    ['both outcomes alike', 'var config = {a:true}; if (location.hash) { config.a = true; }', 'a', true],
    ['other keys stay', 'var config = {a:false,b:1}; if (location.hash) { config.a = true; }', 'b', 1],
    ['an absent key under a condition', 'var config = {}; if (location.hash) { config.a = true; }', 'a', '?'],
    [
      'an error that may happen under a condition',
      'var config = {}; if (location.hash) { config.a = {}; config.a.b = 1; } config.c = 2;',
      'c',
      '?',
    ],
    ['?: on the address', "var config = {a: location.host === 'x' ? true : false};", 'a', '?'],
    ['a computed key', 'var config = {a:1}; config[location.hash] = 2;', 'a', '?'],
    ['absent keys after a computed key', 'var config = {a:1}; config[location.hash] = 2;', 'b', '?'],
    ['keys after it', 'var config = {}; config[location.hash] = 2; config.a = 1;', 'a', 1],
    ['an unknown spread', 'var config = {a:1, ...location, b:2};', 'a', '?'],
    ['keys after an unknown spread', 'var config = {a:1, ...location, b:2};', 'b', 2],
    ['absent keys after an unknown spread', 'var config = {a:1, ...location};', 'c', '?'],
    [
      'Object.assign from something unknown',
      'var config = {a:1}; Object.assign(config, location);',
      'c',
      '?',
    ],
    ['a getter', 'var config = { get a() { return true; }, b: 1 };', 'a', '?'],
    ['beside a getter', 'var config = { get a() { return true; }, b: 1 };', 'b', 1],
    ['a getter that writes', 'var config = { get a() { config.b = 2; return true; }, b: 1 };', 'b', '?'],
    ['delete', 'var config = {a:1}; delete config.a;', 'a', '?'],
    ['an undecided loop', 'var config = {a:1}; while (location.hash) { config.a = 2; }', 'a', '?'],
    [
      'a loop over something unknown',
      'var config = {a:1}; for (var k in location) { config[k] = 2; }',
      'b',
      '?',
    ],
    ['handed to a browser object', 'var config = {a:1}; document.setUp(config);', 'a', '?'],
    ['absent keys after handing over', 'var config = {a:1}; document.setUp(config);', 'b', '?'],
    ['handed to a function that is not known', 'var config = {a:1}; setUp(config);', 'a', '?'],
    ['a call of something not known', 'var config = {a:1}; setUp();', 'a', '?'],
    ['a name that may be missing', 'var config = {a:1}; config.b = missing; config.a = 2;', 'a', '?'],
    [
      'a listener',
      "var config = {a:1}; addEventListener('load', function () { config.a = 2; }); config.a = 3;",
      'a',
      '?',
    ],
    [
      'a listener through an alias',
      "var o = {}; var config = {a:1}; addEventListener('x', () => { o.a = 2; }); addEventListener('y', () => { o = config; });",
      'a',
      '?',
    ],
    [
      'a promise',
      "var config = {a:1}; fetch('/x').then(function (o) { Object.assign(config, o); });",
      'a',
      '?',
    ],
    ['eval', "var config = {a:1}; eval('config.a = 2');", 'a', '?'],
    ['window.eval', "var config = {a:1}; window.eval('config.a = 2');", 'a', '?'],
    ['new Function', "var config = {a:1}; new Function('config.a = 2')();", 'a', '?'],
    ['a timer with a text', "var config = {a:1}; setTimeout('config.a = 2', 1);", 'a', '?'],
    ['document.write', "var config = {a:1}; document.write('<script>config.a = 2</' + 'script>');", 'a', '?'],
    ['with', 'var config = {a:1}; with (config) { a = 2; }', 'a', '?'],
    ['a proxy', 'var config = new Proxy({a:1}, {});', 'a', '?'],
    ['a prototype of its own', 'var config = {a:1}; config.__proto__ = { b: true };', 'b', '?'],
    ['own keys beside it', 'var config = {a:1}; config.__proto__ = { b: true };', 'a', 1],
    ['a prototype in the literal', 'var config = { __proto__: { b: true }, a: 1 };', 'b', '?'],
    ['a polluted prototype', 'Object.prototype.b = true; var config = {a:1};', 'b', '?'],
    [
      'a polluted prototype by a detour',
      'var config = {a:1}; config.constructor.prototype.b = true;',
      'b',
      '?',
    ],
    [
      'defineProperty',
      "var config = {a:1}; Object.defineProperty(config, 'a', { get: function () { return 2; } });",
      'a',
      '?',
    ],
    [
      'a replaced method',
      "String.prototype.split = function () { return ['x']; }; var config = {a: 'b,c'.split(',')};",
      'a',
      '?',
    ],
    ['a class', 'class A { static { config.a = 2; } } var config = {a:1};', 'a', '?'],
    ['taken apart', 'var config = {a:1}; [config.a] = [2];', 'a', '?'],
    [
      'try',
      'var config = {a:1}; try { JSON.parse(location.hash); config.a = 2; } catch (e) { config.a = 3; }',
      'a',
      '?',
    ],
    ['a switch', 'var config = {a:1}; switch (location.host) { case 1: config.a = 2; }', 'a', '?'],
    [
      'a return that may happen',
      'var config = {a:1}; (function () { if (location.hash) return; config.a = 2; })();',
      'a',
      '?',
    ],
    ['process.env', 'var config = {a: process.env.SECRET, b: 1};', 'a', '?'],
    ['a frozen object', 'var config = {a:1}; Object.freeze(config); config.a = 2;', 'a', '?'],
    ['pushed onto an escaped list', 'var l = []; document.keep(l); var config = {a: l};', 'a', '?'],
  ])('%s', (_, text, path, expected) => {
    expect(value(text, path)).toEqual(expected);
  });
});

describe('hostile files', () => {
  it.each<[string, string, string]>([
    ['a loop for ever', 'var config = {a:1}; while (true) {} config.a = 2;', 'undecided'],
    ['a long loop', 'var config = {a:1}; for (var i = 0; i < 1e9; i++) { config.a = i; }', 'undecided'],
    ['endless recursion', 'var config = {a:1}; function f() { f(); } f();', 'undecided'],
    [
      'a text that doubles',
      "var config = {a:1}; var s = 'x'; for (var i = 0; i < 60; i++) { s = s + s; } config.b = s;",
      'decided',
    ],
    [
      'a list that doubles',
      'var config = {a:1}; var l = [1]; for (var i = 0; i < 40; i++) { l = l.concat(l); } config.b = l;',
      'undecided',
    ],
    ['deletes files', "var config = {a:1}; require('fs').rmSync('/', {recursive: true});", 'undecided'],
    ['ends the process', 'var config = {a:1}; process.exit(7);', 'undecided'],
    ['reads the environment', 'var config = {a: process.env.HOME};', 'undecided'],
    ['a constructor chain', "var config = {a: ''.constructor.constructor('return process')()};", 'undecided'],
  ])('%s', (_, text, expected) => {
    const used = processorTime();
    expect(value(text, 'a') === '?' ? 'undecided' : 'decided').toBe(expected);
    expect(used()).toBeLessThan(3_000);
  });

  it.each(['[', '(', '{a:', '!', '-'])('20,000 times %s shows nothing and ends', (open) => {
    const close = { '[': ']', '(': ')', '{a:': '}' }[open] ?? '';
    const text = `var config = {a: ${open.repeat(20_000)}1${close.repeat(20_000)}};`;
    const file = readConfig(text, 'config');
    expect('failure' in file ? file.failure.code : file.get('a').state).toMatch(
      /invalid_answer|undecidable|unknown/,
    );
  });

  it('20,000 summands show nothing and end', () => {
    const file = readConfig(`var config = {a: ${'1+'.repeat(20_000)}1, b: 1};`, 'config');
    expect('failure' in file ? file.failure.code : file.get('b').state).toMatch(/undecidable|unknown/);
  });

  it('a file that is too large is not read', () => {
    expect(readConfig(`var config = {};${' '.repeat(5_000_000)}`, 'config')).toMatchObject({
      failure: { code: 'too_large' },
    });
  });

  it.each(['var config = {', '<!DOCTYPE html><html></html>', 'import x from "y"; var config = {};'])(
    'what no browser would run shows nothing: %s',
    (text) => {
      expect(readConfig(text, 'config')).toMatchObject({ failure: { code: 'invalid_answer' } });
    },
  );

  it.each(['', '// nothing', 'var other = {};'])('a file without config shows nothing: %s', (text) => {
    expect(readConfig(text, 'config')).toMatchObject({ failure: { code: 'invalid_answer' } });
  });

  it('is not run', () => {
    const globals = globalThis as { roomwardenProbe?: unknown };
    read('var config = {a:1}; globalThis.roomwardenProbe = 1; window.roomwardenProbe = 1;');
    expect(globals.roomwardenProbe).toBeUndefined();
  });
});

describe('lists that are known in part', () => {
  it('keeps what is known and says that there may be more', () => {
    const file = read("var config = {l: ['a', location.host, 'b']};");
    expect(file.list('l')).toMatchObject({
      state: 'known',
      complete: true,
      items: [{ value: 'a' }, { state: 'unknown' }, { value: 'b' }],
    });
    expect(file.get('l').state).toBe('unknown');
  });

  it('reads interfaceConfig the same way', () => {
    const file = read(
      "var interfaceConfig = {SUPPORT_URL: 'https://help.example.test/'};",
      'interfaceConfig',
    );
    expect(file.get('SUPPORT_URL')).toEqual({ state: 'known', value: 'https://help.example.test/' });
  });
});
