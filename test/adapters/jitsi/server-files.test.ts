import { describe, expect, it } from 'vitest';
import { lenientBoolean, readEnvironment } from '../../../adapters/jitsi/environment.ts';
import { readHocon } from '../../../adapters/jitsi/hocon.ts';
import { readLua } from '../../../adapters/jitsi/lua.ts';
import {
  readProsodyConfig,
  roomServices,
  settingOf,
  signInHosts,
  Undecidable,
} from '../../../adapters/jitsi/prosody-config.ts';
import { configuration, filesOf } from '../../../adapters/jitsi/schema.ts';

describe('environment files', () => {
  it.each<[string, boolean | null]>([
    ['1', true],
    ['true', true],
    ['T', true],
    ['0', false],
    ['f', false],
    ['False', false],
    ['FALSE', false],
    ['no', true],
    ['off', true],
    ['disabled', true],
    ['', null],
  ])('%j is read as the images read it: %j', (text, expected) => {
    expect(lenientBoolean(text)).toBe(expected);
  });

  it('keeps what is asked for and measures secrets', () => {
    const env = readEnvironment(
      'ENABLE_AUTH=1\nexport AUTH_TYPE="jwt"\nJWT_APP_SECRET=my_jitsi_app_secret\nJVB_AUTH_PASSWORD=abcdef\nJICOFO_AUTH_PASSWORD=abc\nLDAP_BINDPW=hidden-password\nENABLE_GUESTS=\x24{GUESTS}\nJIGASI_SIP_URI=anna@sip.example.org',
    );
    expect(env.values.get('AUTH_TYPE')).toBe('jwt');
    expect(env.values.get('ENABLE_GUESTS')).toBeNull();
    expect(env.tokenSecret).toEqual({ length: 19, isPublic: true });
    expect(env.shortestServicePassword).toBe(3);
    const kept = JSON.stringify([...env.values]);
    for (const secret of ['my_jitsi_app_secret', 'abcdef', 'hidden-password', 'anna'])
      expect(kept).not.toContain(secret);
  });

  it('a secret from elsewhere has no length', () => {
    expect(readEnvironment('JWT_APP_SECRET=\x24{SECRET}').tokenSecret).toBe('undecidable');
    expect(
      readEnvironment('JVB_AUTH_PASSWORD=\x24{A}\nJICOFO_AUTH_PASSWORD=abc').shortestServicePassword,
    ).toBe('undecidable');
    expect(readEnvironment('JWT_APP_SECRET=').tokenSecret).toBe('unset');
  });
});

const typical = `
-- what every host has
plugin_paths = { "/usr/share/jitsi-meet/prosody-plugins/" }
muc_mapper_domain_base = "meet.example.org";
local extra = require "util.extra"
admins = { "focus@auth.meet.example.org" }
--[[ storage = "internal"
]]
modules_enabled = { "disco"; "ping" }
if extra then
  log = { info = "*syslog" }
end

VirtualHost "meet.example.org"
    authentication = "token" -- tokens
    app_id = "app"; app_secret = 'simulated-\\'secret'
    allow_empty_token = false
    ssl = { key = "/etc/x.key", ["certificate"] = [[/etc/x.crt]] }
    modules_enabled = { "bosh"; "pubsub", "muc_lobby_rooms" }

Component "conference.meet.example.org" "muc"
    restrict_room_creation = true
    storage = "mem" .. "ory"
    modules_enabled = { "muc_meeting_id"; "muc_hide_all" }
    admins = { "focus@auth.meet.example.org" }

Component "internal.auth.meet.example.org" "muc"
    storage = "internal"

VirtualHost "auth.meet.example.org"
    authentication = "internal_hashed"
Component("lobby.meet.example.org", "muc")
    storage = "memory"
Component "focus.meet.example.org" "client_proxy"
    target_address = "focus@auth.meet.example.org"
`;

describe('configuration of Prosody', () => {
  it('is read without being run', () => {
    const config = readProsodyConfig(typical);
    expect(signInHosts(config).map((host) => host.name)).toEqual(['meet.example.org']);
    const [service, ...others] = roomServices(config);
    if (service === undefined) throw new Error('no room service');
    expect(others).toEqual([]);
    expect(settingOf(config, service, 'storage')).toEqual({ state: 'known', value: 'memory' });
    expect(config.tokenSecret).toEqual({ length: 17, isPublic: false });
    expect(
      JSON.stringify([config.hosts.map((host) => [...host.settings]), [...config.general]]),
    ).not.toContain('secret');
  });

  it.each<[string, string, unknown]>([
    ['a commented line sets nothing', '-- storage = "memory"', { state: 'absent' }],
    ['a block comment sets nothing', '--[==[\nstorage = "memory"\n]==]', { state: 'absent' }],
    ['later wins', 'storage = "internal" storage = "memory"', { state: 'known', value: 'memory' }],
    ['a call is not known', 'storage = os.getenv("STORAGE")', { state: 'open' }],
    ['a name is not known', 'storage = kind', { state: 'open' }],
    ['a choice is not known', 'storage = x and "memory" or "internal"', { state: 'open' }],
    [
      'under a condition it is not known',
      'storage = "memory"\nif x then storage = "internal" end',
      { state: 'open' },
    ],
    ['a table with something unknown', 'storage = { a = "memory", b = f() }', { state: 'open' }],
    [
      'a function touches nothing before it is called, but its names count',
      'function f() storage = "internal" end',
      { state: 'open' },
    ],
    ['a field of another table', 'x.storage = "memory"', { state: 'absent' }],
  ])('%s', (_, text, expected) => {
    const config = readProsodyConfig(`Component "muc.a" "muc"\n${text}\n`);
    const [host] = config.hosts;
    if (host === undefined) throw new Error('no host');
    const found = settingOf(config, host, 'storage');
    expect(found).toEqual(expected);
  });

  it('what an included file may say stays open', () => {
    const config = readProsodyConfig(
      'storage = "memory"\nInclude "conf.d/*.cfg.lua"\nComponent "muc.a" "muc"\n',
    );
    const [host] = config.hosts;
    expect(host === undefined ? null : settingOf(config, host, 'storage')).toEqual({ state: 'open' });
    expect(host === undefined ? null : settingOf(config, host, 'authentication')).toEqual({ state: 'open' });
  });

  it.each(['a = ', 'a = {', 'a = "x', 'Component "a" "muc" }', 'if x then', 'a = $'])(
    '%j is no Lua',
    (text) => {
      expect(() => readLua(text)).toThrow(SyntaxError);
    },
  );

  it('hosts that are made by code are not known', () => {
    expect(() => readProsodyConfig('for _, h in ipairs(hosts) do VirtualHost(h) end')).toThrow(Undecidable);
    expect(() => readProsodyConfig('VirtualHost (domain)')).toThrow(Undecidable);
  });
});

describe('configuration of jicofo', () => {
  const path = 'jicofo.authentication.enabled';
  it.each<[string, string, unknown]>([
    ['objects', 'jicofo { authentication { enabled = true } }', { state: 'known', value: true }],
    ['a path', 'jicofo.authentication.enabled: true', { state: 'known', value: true }],
    [
      'outer braces',
      '{ "jicofo": { "authentication": { "enabled": false } } }',
      { state: 'known', value: false },
    ],
    [
      'later wins and objects merge',
      'jicofo { authentication { enabled = true, type = XMPP } }\njicofo.authentication { enabled = false }',
      { state: 'known', value: false },
    ],
    [
      'comments',
      '# a\njicofo { // b\n authentication { enabled = true # c\n } }',
      { state: 'known', value: true },
    ],
    [
      'a substitution',
      'jicofo.authentication.enabled = \x24{X}',
      { state: 'open', why: `${path} is put together` },
    ],
    [
      'an optional one after a value',
      'jicofo.authentication.enabled = true\njicofo.authentication.enabled = \x24{?X}',
      { state: 'open', why: `${path} is put together` },
    ],
    ['absent', 'jicofo { rest { port = 8888 } }', { state: 'absent' }],
    [
      'an include that was not given',
      'jicofo.authentication.enabled = true\ninclude "custom-jicofo.conf"',
      { state: 'open', why: 'the file takes in custom-jicofo.conf' },
    ],
  ])('%s', (_, text, expected) => {
    expect(readHocon(text).get(path)).toEqual(expected);
  });

  it('an included file that was given is merged where it stands', () => {
    const others = new Map([['custom-jicofo.conf', 'jicofo.authentication.enabled = false']]);
    const file = readHocon(
      'jicofo { authentication { enabled: true } }\ninclude "custom-jicofo.conf"\n',
      others,
    );
    expect(file.get(path)).toEqual({ state: 'known', value: false });
  });

  it('texts, numbers and lists', () => {
    const file = readHocon(
      'a = meet.example.org, b = 8888\nc = [1, "two", three]\nd = """x"y"""\ne = 24 hours',
    );
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => file.get(key))).toEqual(
      ['meet.example.org', 8888, [1, 'two', 'three'], 'x"y', '24 hours'].map((value) => ({
        state: 'known',
        value,
      })),
    );
  });

  it.each(['a {', 'a = "x', 'a = }', '}', 'a', 'a = [1'])('%j is no HOCON', (text) => {
    expect(() => readHocon(text)).toThrow(SyntaxError);
  });
});

describe('keys of the configuration', () => {
  const url = 'https://meet.example.org';
  it('a path alone speaks for the host of the page', () => {
    expect(filesOf(configuration.parse({ url, env_file: '/srv/.env' }), 'env_file')).toEqual([
      { host: 'meet.example.org', path: '/srv/.env' },
    ]);
  });

  it.each([
    [{ account: { jid: 'auditor', password: { env: 'X' } } }],
    [{ account: { jid: 'auditor@auth.example.org/res', password: { env: 'X' } } }],
    [{ account: { jid: 'auditor@auth.example.org', password: 'clear' } }],
    [{ prosody_http: 'ftp://a' }],
    [{ jicofo: 'http://user:pw@127.0.0.1:8888' }],
    [{ room_info: { token: 'clear' } }],
    [{ prosody_config: [] }],
    [{ unknown: 1 }],
  ])('refused: %j', (keys) => {
    expect(configuration.safeParse({ url, ...keys }).success).toBe(false);
  });
});
