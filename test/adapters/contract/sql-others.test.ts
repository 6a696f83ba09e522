import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SourceError } from '../../../adapters/contract/http.ts';
import type { ReadOnlySql, SqlOptions, SqlRow } from '../../../adapters/contract/sql.ts';
import { openSql } from '../../../adapters/contract/sql-client.ts';
import {
  commandMariadb,
  freshMariadb,
  type Mariadb,
  mariadbInstalled,
  startMariadb,
} from '../../store/mariadb.ts';

const password = 'sql-canary-Pa55 word%&';
const account = 'auditor';
const grants = 'SELECT (id, code) ON hidden';
const shared = {
  numbers: { text: 'SELECT n FROM numbers WHERE n > $1 ORDER BY n' },
  all: { text: 'SELECT n FROM numbers ORDER BY n' },
  twice: { text: 'SELECT $2 AS b, $1 AS a, $2 AS c' },
  absent: { text: 'SELECT 1 FROM absent' },
  column: { text: 'SELECT nope FROM numbers' },
  escapes: { text: "SELECT n FROM paths WHERE path LIKE $1 ESCAPE '!' ORDER BY n" },
  hidden: { text: 'SELECT id, code FROM hidden', reads: { hidden: ['id', 'code'] } },
  settings: {
    text: 'SELECT @@session.time_zone AS zone, @@session.tx_read_only AS read_only, CONNECTION_ID() AS id',
  },
};
const lines: string[] = [];
const note = (fields: object, message: string): void => void lines.push(JSON.stringify(fields) + message);
const log = { debug: note, info: note, warn: note, error: note };
const opened: ReadOnlySql[] = [];

function client(
  url: string,
  more: Partial<SqlOptions> = {},
  signal = new AbortController().signal,
): ReadOnlySql {
  const made = openSql({ url, statements: shared, label: 'test', ...more }, { log, signal });
  opened.push(made);
  return made;
}

async function rowsOf(sql: ReadOnlySql, name: string, parameters: unknown[] = []): Promise<SqlRow[]> {
  const rows: SqlRow[] = [];
  for await (const row of sql.query(name, parameters)) rows.push(row);
  return rows;
}

async function failure(sql: ReadOnlySql, name: string, parameters: unknown[] = []) {
  const error = await rowsOf(sql, name, parameters).then(
    () => new Error('no failure'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SourceError)) throw error;
  return error.reason;
}

const tables = [
  'CREATE TABLE numbers (n INTEGER PRIMARY KEY)',
  'CREATE TABLE hidden (id INTEGER, code VARCHAR(20))',
  'CREATE TABLE paths (n INTEGER, path VARCHAR(100))',
];
const numbers = `INSERT INTO numbers (n) VALUES ${Array.from({ length: 1234 }, (_, at) => `(${at + 1})`).join()}`;

afterAll(() => {
  for (const sql of opened) sql.close();
  expect(lines.join('\n')).not.toContain('canary');
});

/** What holds for every server, whatever its dialect. */
function behaves(url: () => string, absent: object): void {
  it('streams every row in batches and starts again', async () => {
    const sql = client(url(), { batch: 100 });
    expect((await rowsOf(sql, 'numbers', [0])).map(({ n }) => n)).toEqual(
      Array.from({ length: 1234 }, (_, at) => at + 1),
    );
    expect(await rowsOf(sql, 'numbers', [1233])).toEqual([{ n: 1234 }]);
    expect(await rowsOf(client(url(), { batch: 617 }), 'all')).toHaveLength(1234);
  });

  it('numbers its parameters', async () => {
    expect(await rowsOf(client(url()), 'twice', ['x', 'y'])).toEqual([{ b: 'y', a: 'x', c: 'y' }]);
  });

  it('takes a backslash in a pattern as it is', async () => {
    expect(await rowsOf(client(url()), 'escapes', ['OCA\\Talk\\%'])).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('goes on after a reader that stopped in the middle, and after a failure', async () => {
    const sql = client(url(), { batch: 10 });
    for await (const _ of sql.query('all')) break;
    expect((await failure(sql, 'column')).code).toBe('not_supported_by_version');
    expect(await rowsOf(sql, 'numbers', [1230])).toHaveLength(4);
  });

  it('runs registered statements only, one at a time', async () => {
    const sql = client(url());
    await expect(rowsOf(sql, 'DROP TABLE numbers')).rejects.toThrow(/not registered/);
    const nested = async (): Promise<void> => {
      for await (const _ of sql.query('all')) await rowsOf(sql, 'twice', [1, 2]);
    };
    await expect(nested()).rejects.toThrow(/not finished/);
  });

  it('names a missing table', async () => {
    expect(await failure(client(url()), 'absent')).toEqual(absent);
  });

  it('ends with the scan', async () => {
    const abort = new AbortController();
    const sql = client(url(), {}, abort.signal);
    await rowsOf(sql, 'all');
    abort.abort(new Error('stopped'));
    await expect(rowsOf(sql, 'all')).rejects.toThrow('stopped');
  });
}

describe('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-sql-'));
  const file = join(folder, 'data.db');
  beforeAll(() => {
    const database = new DatabaseSync(file);
    for (const text of [...tables, numbers]) database.exec(text);
    database.exec("INSERT INTO paths VALUES (1, 'OCA\\Talk\\A'), (2, 'OCA\\Talk\\B'), (3, 'OCATalkX')");
    database.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  behaves(() => `sqlite:${file}`, {
    code: 'invalid_answer',
    detail: 'table absent is not there: another database, or another product',
  });

  const slow =
    'WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s) SELECT count(*) AS n FROM s WHERE n < 0';

  it('cannot write', async () => {
    const statements = { write: { text: 'DELETE FROM numbers RETURNING n' } };
    expect((await failure(client(`sqlite:${file}`, { statements }), 'write')).code).toBe('invalid_answer');
    expect(await rowsOf(client(`sqlite:${file}`), 'all')).toHaveLength(1234);
  });

  it('gives up on a question that takes too long, and blocks nobody meanwhile', async () => {
    const sql = client(`sqlite:${file}`, {
      statements: { slow: { text: `${slow} LIMIT 1` } },
      timeoutMs: 1_000,
    });
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 10);
    expect(await failure(sql, 'slow')).toEqual({ code: 'throttled', detail: 'statement timeout' });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  it.each([
    ['a file that is not there', () => join(folder, 'none.db'), 'unreachable'],
    [
      'a file of another kind',
      () => {
        writeFileSync(join(folder, 'other.db'), 'x'.repeat(4096));
        return join(folder, 'other.db');
      },
      'invalid_answer',
    ],
  ])('%s', async (_, path, code) => {
    expect((await failure(client(`sqlite:${path()}`), 'all')).code).toBe(code);
  });
});

describe('other addresses', () => {
  it('are refused without being quoted', async () => {
    const why = await failure(client(`oracle://u:${password}@host/x`), 'all');
    expect(why.code).toBe('unreachable');
    expect(JSON.stringify(why)).not.toContain('canary');
  });
});

describe.skipIf(!mariadbInstalled)('MariaDB (skipped where mariadbd is not installed)', () => {
  let server: Mariadb;
  let admin = '';
  let url = '';
  beforeAll(async () => {
    server = await startMariadb();
    admin = await freshMariadb(server);
    const name = new URL(admin).pathname.slice(1);
    await commandMariadb(admin, [
      ...tables,
      numbers,
      "INSERT INTO paths VALUES (1, 'OCA\\\\Talk\\\\A'), (2, 'OCA\\\\Talk\\\\B'), (3, 'OCATalkX')",
      `CREATE USER ${account} IDENTIFIED BY '${password}'`,
      ...['numbers', 'paths'].map((table) => `GRANT SELECT, DELETE ON ${name}.${table} TO ${account}`),
      `GRANT SELECT (id) ON ${name}.hidden TO ${account}`,
    ]);
    const address = new URL(admin);
    address.username = account;
    address.password = encodeURIComponent(password);
    url = address.href;
  });
  afterAll(() => server?.stop());
  // It tells nobody what is there who has no right to it.
  behaves(() => url, {
    code: 'not_permitted',
    detail: 'permission denied for table absent',
    fill: { kind: 'sql', name: 'SELECT ON absent' },
  });

  it('is read-only and in UTC, and one connection', async () => {
    const sql = client(url);
    const [first] = await rowsOf(sql, 'settings');
    expect(first).toMatchObject({ zone: '+00:00', read_only: 1 });
    await failure(sql, 'column');
    expect((await rowsOf(sql, 'settings'))[0]?.['id']).toBe(first?.['id']);
    const statements = { write: { text: 'DELETE FROM numbers WHERE n = $1' } };
    expect((await failure(client(url, { statements }), 'write', [1])).code).toBe('invalid_answer');
    expect(await rowsOf(client(url), 'all')).toHaveLength(1234);
  });

  it('names the right that is missing', async () => {
    const { code, fill } = await failure(client(url), 'hidden');
    expect([code, fill]).toEqual(['not_permitted', { kind: 'sql', name: grants }]);
  });

  it('ends a question that takes too long', async () => {
    const statements = { slow: { text: 'SELECT SLEEP(20) AS n FROM numbers' } };
    expect((await failure(client(url, { statements, timeoutMs: 2_000 }), 'slow')).code).toBe('throttled');
  });

  it('sends a refused password once', async () => {
    const address = new URL(url);
    address.password = 'wrong-canary';
    const sql = client(address.href);
    const refused = {
      code: 'not_permitted',
      detail: 'the database refuses the login (name, password or host)',
    };
    expect(await failure(sql, 'all')).toEqual(refused);
    expect(await failure(sql, 'all')).toEqual(refused);
  });

  it('asks for TLS where the server has none and is not here', async () => {
    const address = new URL(url);
    address.search = '?sslmode=require';
    expect(await failure(client(address.href), 'all')).toMatchObject({
      code: 'unreachable',
      detail: expect.stringMatching(/^TLS/),
    });
  });

  it('nobody listens, or another server does', async () => {
    const silent = createServer((socket) => void socket.end('HTTP/1.1 400\r\n\r\n'));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    expect((await failure(client(`mysql://a:b@127.0.0.1:${port}/x`), 'all')).code).toBe('unreachable');
    silent.close();
    expect(await failure(client('mysql://a:b@127.0.0.1:1/x'), 'all')).toEqual({
      code: 'unreachable',
      detail: 'connection refused',
    });
  });
});
