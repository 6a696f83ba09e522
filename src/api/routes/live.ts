import { PassThrough } from 'node:stream';
import type { Api, ApiDeps } from '../deps.ts';
import { reading, sees } from '../plugins/auth.ts';
import { problems, secured } from '../schemas/common.ts';
import { LiveEvents } from '../schemas/matrix.ts';

const everyMs = 1_000;
/** A line of comment, so that proxies keep the connection. */
const beatMs = 15_000;
/** Then the browser asks again, and whether it still may is checked again. */
const longestMs = 300_000;

/** What runs, and how far the feed is: the page learns from it when to read again. */
export function registerLive(app: Api, deps: ApiDeps): void {
  const open = new Set<PassThrough>();
  app.addHook('preClose', async () => {
    for (const stream of open) stream.end();
  });
  app.get(
    '/api/v1/live',
    {
      config: { scopes: reading },
      schema: {
        tags: ['service'],
        security: secured,
        summary: 'Server-sent events: scans under way and the head of the feed',
        response: {
          200: {
            description: 'Event `state`, whenever it changed.',
            content: { 'text/event-stream': { schema: LiveEvents } },
          },
          ...problems(),
        },
      },
    },
    async (request, reply) => {
      const stream = new PassThrough();
      open.add(stream);
      const targets = deps.config.targets.map(({ id }) => id).filter((id) => sees(request, id));
      const stop = follow(stream, () => stateOf(deps, targets), request.raw);
      stream.on('close', () => {
        stop();
        open.delete(stream);
      });
      return (
        reply
          .type('text/event-stream; charset=utf-8')
          .header('cache-control', 'no-store')
          .header('x-accel-buffering', 'no')
          // Compressed, the lines would wait until there are enough of them.
          .header('content-encoding', 'identity')
          .send(stream as never)
      );
    },
  );
}

async function stateOf({ store, scheduler, progress }: ApiDeps, targets: readonly string[]): Promise<string> {
  const { epoch, head } = await store.feed();
  const scans = targets.flatMap((target) => {
    const scan = scheduler.activeScan(target);
    return scan === null ? [] : { target, scan, ...(progress?.(scan) ?? { phase: 'queued', subjects: 0 }) };
  });
  return JSON.stringify({ head: `${epoch}:${head}`, scans });
}

function follow(
  stream: PassThrough,
  state: () => Promise<string>,
  source: { on(event: 'close', then: () => void): unknown },
): () => void {
  let last = '';
  let quiet = 0;
  const begun = performance.now();
  const tell = async (): Promise<void> => {
    if (performance.now() - begun > longestMs) {
      stream.end();
      return;
    }
    const now = await state();
    quiet += everyMs;
    if (now !== last) stream.write(`event: state\ndata: ${now}\n\n`);
    else if (quiet >= beatMs) stream.write(':\n\n');
    else return;
    last = now;
    quiet = 0;
  };
  const timer = setInterval(() => void tell().catch(() => stream.end()), everyMs);
  stream.write('retry: 2000\n\n');
  void tell().catch(() => stream.end());
  source.on('close', () => stream.destroy());
  return () => clearInterval(timer);
}
