import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from './files.ts';
import type { Wire } from './site.ts';

export interface Puller {
  /** One run of the script. @returns its exit code */
  run(): Promise<number>;
  file: string;
  cursor(): string;
  /** Whole lines that can be read; `broken` counts the others. */
  lines(): { events: Record<string, unknown>[]; broken: number };
  /** The next answer breaks off after so many bytes. */
  cut: number | null;
  /** What the script said. */
  said: string[];
  close(): Promise<void>;
}

/** Runs the script against the wire behind a server of small pages, so that several answers follow each other. */
export async function puller(wire: Wire, token: string, limit: number): Promise<Puller> {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-pull-'));
  writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
  const server = createServer(async (request, response) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const url = `http://localhost${request.url}&limit=${limit}`;
    const answer = await wire({ method: 'GET', url, headers });
    const { 'content-type': type = '', link = '', 'x-next-cursor': next = '' } = answer.headers;
    const shown = Object.entries({ 'content-type': type, link, 'x-next-cursor': next });
    response.writeHead(answer.status, shown.filter(([, value]) => value !== '').flat());
    if (made.cut === null) return void response.end(answer.body);
    const part = answer.body.slice(0, made.cut);
    made.cut = null;
    response.write(part, () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const file = join(folder, 'events.ndjson');
  const made: Puller = {
    file,
    cut: null,
    said: [],
    run: () =>
      new Promise((resolve, reject) => {
        const child = spawn('sh', [pathOf('pull/roomwarden-pull')], {
          env: {
            PATH: process.env['PATH'] ?? '',
            ROOMWARDEN_URL: `http://127.0.0.1:${port}`,
            STATE_DIRECTORY: folder,
            CREDENTIALS_DIRECTORY: folder,
          },
        });
        child.stderr.on('data', (chunk) => made.said.push(String(chunk)));
        child.on('error', reject).on('close', (code) => resolve(code ?? -1));
      }),
    cursor: () => readFileSync(join(folder, 'cursor'), 'utf8').trim(),
    lines() {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const events: Record<string, unknown>[] = [];
      let broken = 0;
      for (const line of text.split('\n').filter((each) => each !== '')) {
        try {
          events.push(JSON.parse(line));
        } catch {
          broken += 1;
        }
      }
      return { events, broken };
    },
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return made;
}
