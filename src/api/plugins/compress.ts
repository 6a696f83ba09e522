import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { Api } from '../deps.ts';

const compress = promisify(gzip);
/** Bytes: what fits into one packet anyway stays as it is. */
const smallest = 1_400;
const wordy = /^(?:text\/|application\/(?:[\w.+-]*json|x-ndjson|xml|openmetrics-text))/;

/** Bytes that are sent again are packed once. */
const known = new WeakMap<Buffer, Promise<Buffer>>();

function packedOnce(payload: string | Buffer): Promise<Buffer> {
  if (typeof payload === 'string') return compress(payload);
  const before = known.get(payload);
  if (before !== undefined) return before;
  const made = compress(payload);
  known.set(payload, made);
  return made;
}

/** gzip for whoever accepts it; the compressed form has an ETag of its own. Register after what sets the ETag. */
export function registerCompression(app: Api): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const vary = String(reply.getHeader('vary') ?? '');
    reply.header('vary', vary === '' ? 'Accept-Encoding' : `${vary}, Accept-Encoding`);
    const tag = reply.getHeader('etag');
    const packed = typeof tag === 'string' ? tag.replace(/"$/, '-gzip"') : null;
    if (reply.statusCode === 304) {
      if (packed !== null && request.headers['if-none-match']?.includes(packed)) reply.header('etag', packed);
      return payload;
    }
    if (!accepts(request.headers['accept-encoding'])) return payload;
    if (reply.hasHeader('content-encoding') || !wordy.test(String(reply.getHeader('content-type')))) {
      return payload;
    }
    const small = (typeof payload === 'string' || Buffer.isBuffer(payload)) && payload.length < smallest;
    const stream = payload instanceof Readable;
    if (small || (stream && reply.hasHeader('content-length'))) return payload;
    if (!stream && typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    reply.header('content-encoding', 'gzip').removeHeader('content-length');
    if (packed !== null) reply.header('etag', packed);
    // A source that fails ends the answer in the middle: the reader sees that it is not whole.
    return stream ? pipeline(payload, createGzip(), () => {}) : packedOnce(payload);
  });
}

/** `gzip` or `*`, unless weighed with nothing. */
function accepts(header: string | undefined): boolean {
  const weights = new Map(
    (header ?? '').split(',').map((part) => {
      const [coding = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = parameters.find((text) => text.startsWith('q='))?.slice(2);
      return [coding, weight === undefined ? 1 : Number(weight)] as const;
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
