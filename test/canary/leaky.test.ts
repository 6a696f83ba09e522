import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { freshDatabase } from '../store/helper.ts';
import { findLeaks, idsOf, type Place, secretsOf } from './look.ts';
import { readEverything } from './rest.ts';
import { postgresRows, sqliteRows } from './stores.ts';
import { Watch } from './watch.ts';

const secret = 'Leck-7f3a-Kanarienvogel';
const room = 'raum-der-leckt-4711';

/** Does everything that the product must not do; ends when its input does. */
const leaky = `
const { spawn } = require('node:child_process');
const { writeFileSync, rmSync } = require('node:fs');
const { createServer } = require('node:http');
const secret = process.argv[1];
const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', '--', secret], {
  env: { PASSWORD: Buffer.from(secret).toString('hex') },
});
const temporary = process.env.TMPDIR + '/upload';
writeFileSync(temporary, '<' + secret + '>');
console.error(JSON.stringify({ err: 'refused for user:' + Buffer.from('user:' + secret).toString('base64') }));
const server = createServer((request, response) => {
  response.setHeader('x-debug', require('node:crypto').createHash('sha1').update(secret).digest('hex'));
  response.end(JSON.stringify({ rooms: ['${room}'] }));
}).listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => { rmSync(temporary); child.kill(); process.exit(); }).resume();
`;

it('a program that leaks is caught wherever it leaks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-leaky-'));
  const watch = new Watch();
  watch.folders.push(folder);
  watch.start();
  const program = spawn(process.execPath, ['-e', leaky, secret], { env: { TMPDIR: folder } });
  watch.follow(program.pid);
  let said = '';
  program.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [port] = (await once(program.stdout, 'data')) as [Buffer];
  watch.look();
  const reader = { name: 'read', token: 'x', operates: false };
  const answers = await readEverything(`http://127.0.0.1:${port.toString().trim()}`, reader);
  program.stdin.end();
  await once(program, 'close');
  watch.stop();
  const places: Place[] = [
    { name: 'log', ids: 'forbidden', content: Buffer.from(said) },
    ...answers.slice(0, 1),
    ...watch.places,
    ...(await stores(folder)),
  ];
  rmSync(folder, { recursive: true, force: true });
  const found = findLeaks([...secretsOf('toy', [secret]), ...idsOf('toy', [room])], places)
    .map((leak) => leak.replace(/\b\d{2,}\b/g, 'N').replace(/: \.\.\.[\s\S]*/, ''))
    .map((leak) => leak.replace(/file \S*\/(\w+):/, 'file $1:').replace(/"\S+" \(toy\)/, 'it'));
  expect(found).toEqual(
    expect.arrayContaining([
      'log: secret it, base64 at 2',
      'read: GET /openapi.json: N: secret it, sha1 in hex',
      'read: GET /openapi.json: N: id it, plain',
      'arguments of N: secret it, plain',
      'arguments of child N: secret it, plain',
      'environment of child N: secret it, hex',
      'file upload: secret it, plain',
      'rows of SQLite: secret it, plain',
      'rows of PostgreSQL: secret it, plain',
    ]),
  );
});

async function stores(folder: string): Promise<Place[]> {
  const file = join(folder, 'toy.db');
  const sqlite = new DatabaseSync(file);
  sqlite.exec(`CREATE TABLE t (v TEXT); INSERT INTO t VALUES ('${secret}')`);
  sqlite.close();
  const { url, drop } = await freshDatabase();
  const postgres = new Client({ connectionString: url });
  await postgres.connect();
  await postgres.query(`CREATE TABLE t AS SELECT '${secret}'::text AS v`);
  await postgres.end();
  const places = [sqliteRows(file), await postgresRows(url)];
  await drop();
  return places;
}
