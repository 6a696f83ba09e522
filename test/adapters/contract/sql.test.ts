import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../../adapters/contract/adapter.ts';
import { SourceError } from '../../../adapters/contract/http.ts';
import type { ReadOnlySql, SqlOptions, SqlRow } from '../../../adapters/contract/sql.ts';
import { openSql } from '../../../adapters/contract/sql-client.ts';
import { administer, freshDatabase } from '../../store/helper.ts';

const password = 'sql-canary-Pa55 word%&';
const role = `auditor_${randomBytes(4).toString('hex')}`;
const statements = {
  numbers: { text: 'SELECT n FROM numbers WHERE n > $1 ORDER BY n', reads: { numbers: ['n'] } },
  all: { text: 'SELECT n FROM numbers ORDER BY n' },
  hidden: { text: 'SELECT id, code FROM hidden', reads: { hidden: ['id', 'code'] } },
  slow: { text: 'SELECT pg_sleep(20)' },
  write: { text: 'SELECT nextval($1::regclass)' },
  absent: { text: 'SELECT 1 FROM absent' },
  column: { text: 'SELECT nope FROM numbers' },
  quoting: { text: 'SELECT $1::text::int AS n' },
  settings: {
    text: `SELECT current_setting('application_name') AS name, current_setting('transaction_read_only') AS read_only,
      current_setting('statement_timeout') AS statement_timeout, current_setting('lock_timeout') AS lock_timeout,
      pg_backend_pid() AS pid`,
  },
};
const lines: string[] = [];
const log: Log = {
  debug: (fields, message) => void lines.push(JSON.stringify(fields) + message),
  info: (fields, message) => void lines.push(JSON.stringify(fields) + message),
  warn: (fields, message) => void lines.push(JSON.stringify(fields) + message),
  error: (fields, message) => void lines.push(JSON.stringify(fields) + message),
};

let admin: string;
let url: string;
let drop: () => Promise<void>;
const open: ReadOnlySql[] = [];
const signal = new AbortController();

function client(options: Partial<SqlOptions> = {}, abort = signal.signal): ReadOnlySql {
  const made = openSql({ url, statements, label: 'test', ...options }, { log, signal: abort });
  open.push(made);
  return made;
}

async function rowsOf(sql: ReadOnlySql, name: string, parameters: unknown[] = []): Promise<SqlRow[]> {
  const rows: SqlRow[] = [];
  for await (const row of sql.query(name, parameters)) rows.push(row);
  return rows;
}

async function failure(sql: ReadOnlySql, name: string, parameters: unknown[] = []): Promise<SourceError> {
  const error = await rowsOf(sql, name, parameters).then(
    () => new Error('no failure'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SourceError)) throw error;
  return error;
}

beforeAll(async () => {
  const database = await freshDatabase();
  admin = database.url;
  await administer(admin, `create role ${role} login password '${password}'`);
  await administer(admin, 'create table numbers as select n from generate_series(1, 1234) n');
  await administer(admin, 'create table hidden (id int, code text)');
  await administer(admin, 'create sequence counter');
  await administer(admin, `grant select on numbers to ${role}; grant select (id) on hidden to ${role}`);
  await administer(admin, `grant usage on sequence counter to ${role}`);
  const parsed = new URL(admin);
  parsed.username = role;
  parsed.password = encodeURIComponent(password);
  url = parsed.href;
  drop = async () => {
    await administer(admin, `drop owned by ${role}`);
    await database.drop();
  };
});
afterAll(async () => {
  for (const sql of open) sql.close();
  await drop();
});

describe('a read-only session', () => {
  it('streams every row in batches and starts again', async () => {
    const sql = client({ batch: 100 });
    expect((await rowsOf(sql, 'numbers', [0])).map(({ n }) => n)).toEqual(
      Array.from({ length: 1234 }, (_, at) => at + 1),
    );
    expect(await rowsOf(sql, 'numbers', [1233])).toEqual([{ n: 1234 }]);
    expect(await rowsOf(client({ batch: 617 }), 'all')).toHaveLength(1234);
  });

  it('says who it is, cannot write and ends by itself', async () => {
    const [row] = await rowsOf(client({ timeoutMs: 4000 }), 'settings');
    expect(row).toMatchObject({
      name: 'roomwarden',
      read_only: 'on',
      statement_timeout: '4s',
      lock_timeout: '2s',
    });
    expect((await failure(client(), 'write', ['counter'])).reason.code).toBe('invalid_answer');
  });

  it('is one connection, also after a reader that stopped in the middle', async () => {
    const sql = client({ batch: 10 });
    const [{ pid } = { pid: null }] = await rowsOf(sql, 'settings');
    for await (const _ of sql.query('all')) break;
    await failure(sql, 'column');
    expect((await rowsOf(sql, 'settings'))[0]?.['pid']).toBe(pid);
  });

  it('runs registered statements only, one at a time', async () => {
    const sql = client();
    await expect(rowsOf(sql, 'DROP TABLE numbers')).rejects.toThrow(/not registered/);
    await expect(
      (async () => {
        for await (const _ of sql.query('all')) await rowsOf(sql, 'settings');
      })(),
    ).rejects.toThrow(/not finished/);
  });

  it('ends with the scan', async () => {
    const abort = new AbortController();
    const sql = client({}, abort.signal);
    await rowsOf(sql, 'settings');
    const slow = rowsOf(sql, 'slow');
    abort.abort(new Error('stopped'));
    await expect(slow).rejects.toThrow(/stopped/);
  });
});

describe('failures become reasons', () => {
  it.each([
    ['hidden', [], 'not_permitted', 'permission denied for table hidden', 'SELECT (id, code) ON hidden'],
    [
      'absent',
      [],
      'invalid_answer',
      'table absent is not there: another database, or another product',
      undefined,
    ],
    ['column', [], 'not_supported_by_version', 'column nope is not there', undefined],
    ['quoting', ['secret-row-value'], 'invalid_answer', 'SQLSTATE 22P02', undefined],
  ] as const)('%s', async (name, parameters, code, detail, fill) => {
    const { reason } = await failure(client(), name, [...parameters]);
    expect(reason).toMatchObject({ code, detail });
    expect(reason.fill).toEqual(fill === undefined ? undefined : { kind: 'sql', name: fill });
  });

  it('a statement that takes too long', async () => {
    const sql = client({ timeoutMs: 2_000 });
    expect((await failure(sql, 'slow')).reason).toMatchObject({
      code: 'throttled',
      detail: 'statement timeout',
    });
    expect(await rowsOf(sql, 'numbers', [1233])).toHaveLength(1);
  });

  it('a wrong password is tried once', async () => {
    const wrong = new URL(url);
    wrong.password = 'another-canary';
    const logins = await counting(wrong);
    const sql = client({ url: logins.url });
    for (let time = 0; time < 3; time++)
      expect((await failure(sql, 'all')).reason).toMatchObject({ code: 'not_permitted' });
    expect(logins.count()).toBe(1);
    logins.server.close();
  });

  it.each([
    ['nobody listens', 'postgres://x:y@127.0.0.1:1/db', /connection refused/],
    ['TLS is asked for', () => `${url}?sslmode=require`, /^TLS/],
    ['another scheme', 'http://127.0.0.1/', /postgres:/],
    ['no address', 'postgres://[', /cannot be read/],
    ['no such database', () => url.replace(/roomwarden_\w+$/, 'elsewhere'), /no database/],
    ['CA file that is not there', () => `${url}?sslmode=verify-full&sslrootcert=/nowhere.pem`, /CA file/],
  ] as [string, string | (() => string), RegExp][])('%s', async (_name, address, detail) => {
    const error = await failure(client({ url: typeof address === 'string' ? address : address() }), 'all');
    expect(error.reason.code).toBe('unreachable');
    expect(error.reason.detail).toMatch(detail);
  });

  it('nothing that failed shows a password or a value', async () => {
    const errors = [
      await failure(client(), 'quoting', ['secret-row-value']),
      await failure(client({ url: url.replace(/:[^:@]*@/, ':another-canary@') }), 'all'),
      await failure(client({ url: `${url}?sslmode=require` }), 'all'),
    ];
    const shown =
      errors.map((error) => `${error.stack}${JSON.stringify(error)}${String(error.cause)}`).join() +
      lines.join();
    for (const canary of ['secret-row-value', 'another-canary', 'canary-Pa55', password])
      expect(shown).not.toContain(canary);
  });
});

/** Passes everything on and counts the connections. */
async function counting(target: URL): Promise<{ url: string; server: Server; count(): number }> {
  const { connect } = await import('node:net');
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const onward = connect(Number(target.port), target.hostname);
    socket
      .on('error', () => {})
      .pipe(onward.on('error', () => {}))
      .pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(target);
  url.port = String(typeof address === 'object' && address !== null ? address.port : 0);
  return { url: url.href, server, count: () => connections };
}
