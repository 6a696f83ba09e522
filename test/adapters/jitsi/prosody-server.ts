import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Prosody {
  /** `ws://127.0.0.1:PORT/xmpp-websocket`. */
  url: string;
  httpOrigin: string;
  close(): Promise<void>;
}

export function prosodyBinary(): string | null {
  try {
    return execFileSync('sh', ['-c', 'command -v prosody'], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** On `auth.open.test`; the first is among the admins of the room service. */
export const testAccounts = { auditor: 'invented-auditor', anna: 'invented-anna' } as const;

/** Hosts as in Jitsi's own configuration; `rooms.lua` makes rooms without anybody having to join. */
function configText(folder: string, port: number): string {
  return `
run_as_root = true
pidfile = "${folder}/prosody.pid"
data_path = "${folder}/data"
plugin_paths = { "${folder}/plugins" }
log = { { levels = { min = "warn" }, to = "file", filename = "${folder}/prosody.log" } }
storage = { accounts = "internal"; "memory" }
default_storage = "memory"
interfaces = { "127.0.0.1" }
c2s_ports = {}
s2s_ports = {}
http_interfaces = { "127.0.0.1" }
http_ports = { ${port} }
https_ports = {}
consider_websocket_secure = true
c2s_require_encryption = false
modules_enabled = { "disco", "ping", "version", "websocket", "saslauth", "http", "turn_external" }
modules_disabled = { "s2s" }
component_admins_as_room_owners = true
turn_external_host = "turn.example.test"
turn_external_secret = "invented-turn-secret"
-- A loopback server answers whatever name is asked for.
http_default_host = "open.test"

VirtualHost "open.test"
  authentication = "anonymous"
VirtualHost "closed.test"
  authentication = "internal_hashed"
VirtualHost "auth.open.test"
  authentication = "internal_plain"
VirtualHost "guest.closed.test"
  authentication = "anonymous"
VirtualHost "token.test"
  authentication = "refusing"
VirtualHost "silent.test"
  authentication = "anonymous"
  modules_enabled = { "silence" }
Component "muc.open.test" "muc"
  modules_enabled = { "test_rooms" }
  restrict_room_creation = true
  admins = { "auditor@auth.open.test" }
`;
}

const testRooms = `
local muc = module:depends("muc");
local function make(name, setup)
  local room = muc.create_room(name.."@"..module.host);
  if setup then setup(room); end
  room:set_persistent(true);
  room:save(true);
end
make("open-room");
make("password-room", function (room) room:set_password("invented"); end);
make("members-room", function (room) room:set_members_only(true); end);
make("listed-room", function (room) room:set_public(true); end);
make("hidden-room", function (room) room:set_public(false); end);
`;

/** Offers ANONYMOUS and refuses it, as deployments with tokens do. */
const refusing = `
local handler = {};
function handler:mechanisms() return { ANONYMOUS = true }; end
function handler:select(mechanism) self.selected = mechanism; return true; end
function handler:process() return "failure", "not-allowed", "token required"; end
function handler:clean_clone() return self; end
module:provides("auth", { get_sasl_handler = function () return setmetatable({}, { __index = handler }); end });
`;

/** Never answers questions to this host. */
const silence = `
module:hook("iq/host", function () return true; end, 1000);
`;

/** @throws where the server does not come up within 15 s */
export async function startProsody(binary: string): Promise<Prosody> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-prosody-'));
  const port = await freePort();
  mkdirSync(join(folder, 'plugins'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'plugins', 'mod_test_rooms.lua'), testRooms);
  writeFileSync(join(folder, 'plugins', 'mod_silence.lua'), silence);
  writeFileSync(join(folder, 'plugins', 'mod_auth_refusing.lua'), refusing);
  const accounts = join(folder, 'data', 'auth%2eopen%2etest', 'accounts');
  mkdirSync(accounts, { recursive: true });
  for (const [user, password] of Object.entries(testAccounts))
    writeFileSync(join(accounts, `${user}.dat`), `return { ["password"] = "${password}" };\n`);
  const file = join(folder, 'prosody.cfg.lua');
  writeFileSync(file, configText(folder, port));
  const child = spawn(binary, ['-F', '--config', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...ownerOf(folder),
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    output += text.toString();
  });
  const httpOrigin = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  while (child.exitCode === null) {
    if (await answers(`${httpOrigin}/xmpp-websocket`))
      return { url: `ws://127.0.0.1:${port}/xmpp-websocket`, httpOrigin, close };
    await wait(100);
  }
  await close();
  throw new Error(`prosody does not come up: ${output.slice(-2000)}`);
}

/** Prosody does not like to be root; where we are root it runs as its own user. */
function ownerOf(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  try {
    const uid = Number(execFileSync('id', ['-u', 'prosody'], { encoding: 'utf8' }));
    const gid = Number(execFileSync('id', ['-g', 'prosody'], { encoding: 'utf8' }));
    execFileSync('chown', ['-R', `${uid}:${gid}`, folder]);
    return { uid, gid };
  } catch {
    return {};
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).status < 500;
  } catch {
    return false;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}
