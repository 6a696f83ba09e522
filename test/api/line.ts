import { Agent, get, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { KyselyPlugin } from 'kysely';
import type { Store } from '../../src/store/index.ts';
import type { Stage } from './helper.ts';

export interface Heard {
  status: number;
  headers: IncomingHttpHeaders;
  /** Names in the order in which they came. */
  names: string[];
  body: string;
}

export type Line = (url: string, headers?: Record<string, string>, method?: string) => Promise<Heard>;

/** One connection that is kept, to a server that listens then. */
export async function lineTo(stage: Pick<Stage, 'app'>): Promise<Line> {
  return (await linesTo(stage, 1))[0] as Line;
}

export async function linesTo({ app }: Pick<Stage, 'app'>, count: number): Promise<Line[]> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return Array.from({ length: count }, () => lineOf(app));
}

function lineOf(app: Stage['app']): Line {
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  app.server.once('close', () => agent.destroy());
  return (path, headers = {}, method = 'GET') =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, path, headers, method, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const { headers: told, rawHeaders, statusCode: status = 0 } = response;
          const body = String(told['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes);
          const names = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [name.toLowerCase()] : []));
          resolve({ status, headers: told, names, body });
        });
      }).on('error', reject);
    });
}

/** A store that counts how often tokens were looked up by what callers sent: once for each call that goes the long way. */
export function countingLong(store: Store): { store: Store; long: { calls: number } } {
  const long = { calls: 0 };
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      if (node.kind === 'SelectQueryNode' && /"tokens".*"hash"/.test(JSON.stringify(node))) long.calls += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { store: { ...store, db: store.db.withPlugin(plugin) }, long };
}
