import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';

export interface Mariadb {
  /** Of an account that may do everything, without a database. */
  url: string;
  stop(): Promise<void>;
}

const account = 'mysql';

/** Whether a real server can be started here; without one, what needs it is skipped by name. */
export const mariadbInstalled = ['mariadbd', 'mariadb-install-db'].every(installed);

function installed(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], {
      stdio: 'ignore',
      env: { ...process.env, PATH: folders.join(delimiter) },
    });
    return true;
  } catch {
    return false;
  }
}

/** A server of our own in a folder of its own; a packaged one that runs already is not touched. */
export async function startMariadb(more: readonly string[] = []): Promise<Mariadb> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-mariadb-'));
  chmodSync(folder, 0o777);
  const env = { ...process.env, PATH: `${process.env['PATH']}${delimiter}/usr/sbin` };
  const asRoot = process.getuid?.() === 0;
  const common = [
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    ...(asRoot ? [`--user=${account}`] : []),
  ];
  execFileSync(
    'mariadb-install-db',
    [...common, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { stdio: 'ignore', env },
  );
  const port = await freePort();
  const server = spawn(
    'mariadbd',
    [
      ...common,
      `--socket=${join(folder, 'socket')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-buffer-pool-size=32M',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_bin',
      // Neither UTC nor whole hours: a session that forgets its time zone is found out.
      '--default-time-zone=+05:45',
      ...more,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env },
  );
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    server.stderr.on('data', () => /ready for connections/.test(said) && resolve());
    server.once('exit', () => reject(new Error(`MariaDB for the tests did not start:\n${said}`)));
    server.once('error', reject);
  });
  await ready;
  return {
    url: `mysql://root@127.0.0.1:${port}/`,
    async stop() {
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An empty database of it. */
export async function freshMariadb({ url }: Mariadb): Promise<string> {
  const name = `roomwarden_${randomBytes(6).toString('hex')}`;
  await commandMariadb(url, [`CREATE DATABASE ${name}`]);
  return new URL(name, url).href;
}

export async function commandMariadb(url: string, statements: readonly string[]): Promise<void> {
  await withMariadb(url, async (connection) => {
    for (const statement of statements) await connection.query(statement);
  });
}

export async function withMariadb<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection({ uri: url, charset: 'utf8mb4', timezone: 'Z' });
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
