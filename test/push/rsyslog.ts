import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { tlsFiles } from './receivers.ts';

export type Driver = 'gtls' | 'ossl';

const env = { ...process.env, PATH: `${process.env['PATH']}${delimiter}/usr/sbin` };

/** Whether Debian's rsyslog with this TLS driver can be started here; without it, what needs it is skipped by name. */
export function rsyslogInstalled(driver: Driver): boolean {
  try {
    execFileSync('sh', ['-c', `command -v rsyslogd && ls /usr/lib/*/rsyslog/lmnsd_${driver}.so`], {
      stdio: 'ignore',
      env,
    });
    return true;
  } catch {
    return false;
  }
}

export interface Rsyslog {
  port: number;
  /** What it wrote, in order: its own reading of the header, then the message as it came. */
  lines(): { app: string; msgid: string; pri: string; raw: string }[];
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  remove(): void;
}

/**
 * A server of our own in a folder of its own. Without a queue: what it has read it has written, so that killing it
 * shows what gets lost on the way, not what it loses itself.
 */
export async function rsyslog(driver: Driver, { clientCertificate = false } = {}): Promise<Rsyslog> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-rsyslog-'));
  const [conf, out, pid] = ['rsyslog.conf', 'out', 'pid'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const port = await freePort();
  const mode = clientCertificate ? 'x509/certvalid' : 'anon';
  writeFileSync(
    conf,
    `global(workDirectory="${folder}" maxMessageSize="8k" defaultNetstreamDriver="${driver}"
  defaultNetstreamDriverCAFile="${tlsFiles.ca}"
  defaultNetstreamDriverCertFile="${tlsFiles.cert}" defaultNetstreamDriverKeyFile="${tlsFiles.key}")
main_queue(queue.type="Direct")
module(load="imtcp" streamDriver.name="${driver}" streamDriver.mode="1" streamDriver.authMode="${mode}")
template(name="plain" type="string" string="%app-name%|%msgid%|%pri%|%rawmsg%\\n")
ruleset(name="in") { action(type="omfile" file="${out}" template="plain") }
input(type="imtcp" port="${port}" address="127.0.0.1" ruleset="in")
`,
  );
  let stopped: Promise<void> = Promise.resolve();
  let child: ReturnType<typeof spawn> | null = null;
  const made: Rsyslog = {
    port,
    lines() {
      if (!existsSync(out)) return [];
      const text = readFileSync(out, 'utf8').trimEnd();
      if (text === '') return [];
      return text.split('\n').map((line) => {
        const [app = '', msgid = '', pri = '', ...rest] = line.split('|');
        return { app, msgid, pri, raw: rest.join('|') };
      });
    },
    async start() {
      rmSync(pid, { force: true });
      const started = spawn('rsyslogd', ['-n', '-f', conf, '-i', pid], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env,
      });
      let said = '';
      started.stderr.on('data', (chunk) => {
        said += chunk;
      });
      child = started;
      stopped = new Promise((resolve) => started.once('close', () => resolve()));
      while (started.exitCode === null) {
        if (await answers(port)) return;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      throw new Error(`rsyslogd did not start:\n${said}`);
    },
    async stop(signal = 'SIGTERM') {
      child?.kill(signal);
      await stopped;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  await made.start();
  return made;
}

async function answers(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
