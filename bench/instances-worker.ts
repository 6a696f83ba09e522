import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type BigBlueButtonSimulator, startBigBlueButton } from '../adapters/bigbluebutton/simulator.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const secret = 'Lm3-shared-secret-of-the-bench-012345678';

export interface Worker {
  child: ChildProcess;
  listening: Promise<void>;
  ended: Promise<void>;
}

export function work(
  folder: string,
  database: string,
  { url, greenlightUrl }: BigBlueButtonSimulator,
  ids: readonly string[],
): Worker {
  const file = join(folder, 'roomwarden.yaml');
  const configuration = {
    database: { url: { env: 'DATABASE_URL' } },
    instance: { key: { env: 'INSTANCE_KEY' } },
    targets: ids.map((id) => ({
      id,
      vendor: 'bigbluebutton',
      url,
      secret: { env: 'BBB_SECRET' },
      greenlight: { url: greenlightUrl },
    })),
  };
  writeFileSync(file, stringify(configuration));
  const child = spawn(
    process.execPath,
    [main, 'serve', '--config', file, '--port', '0', '--role', 'worker'],
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: database,
        INSTANCE_KEY: 'k'.repeat(40),
        BBB_SECRET: secret,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const listening = new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.startsWith('listening: ')) resolve();
    });
    void ended.then(() => reject(new Error(`a worker ended: ${said}`)));
  });
  return { child, listening, ended };
}

/** One server for all targets: what is measured is who scans, not who answers. */
export async function startServers(rooms: number, latencyMs: number): Promise<BigBlueButtonSimulator> {
  const now = Date.now();
  const started = await startBigBlueButton({
    secret,
    version: '3.0.26',
    createdAt: now - 7_200_000,
    clock: Date.now,
    meetings: [],
    recordings: [],
    hooks: [],
    greenlight: {
      rooms: Array.from({ length: rooms }, (_, place) => ({
        friendlyId: `abc-def-ghi-00${place}`,
        name: `Projektrunde ${place}`,
        viewerCode: place % 2 === 0,
        requiresLogin: place === 3,
      })),
    },
  });
  const { server } = started.simulator;
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (...args) => {
    setTimeout(() => {
      for (const listener of listeners) listener.call(server, ...args);
    }, latencyMs);
  });
  return started;
}
