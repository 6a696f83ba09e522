import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import type { Log } from '../../adapters/contract/adapter.ts';
import type { AllowedCall } from '../../adapters/contract/http.ts';
import type { OidcSettings } from '../config/types.ts';

const timeoutMs = 10_000;
const maxBytes = 1024 * 1024;
const everyStatus = Array.from({ length: 400 }, (_, index) => 200 + index);

/** Calls to the issuer go through the same bounded client as calls to servers: own CA and proxy, caps, no redirects. */
export function issuerFetch(
  settings: Pick<OidcSettings, 'ca' | 'proxy' | 'insecure_http'>,
  { now, log }: { now(): number; log: Log },
): CustomFetch {
  const { ca, proxy, insecure_http: insecureHttp } = settings;
  return async (address: string, { method, headers, body, signal }: CustomFetchOptions) => {
    const { createHttp } = await import('../../adapters/contract/http-client.ts');
    const url = new URL(address);
    const call: AllowedCall = { method: method === 'POST' ? 'POST' : 'GET', path: url.pathname };
    const client = createHttp(
      {
        base: url.origin,
        allow: [call],
        timeoutMs,
        maxBytes,
        retries: 0,
        loginFailureStatuses: [],
        insecureHttp,
        ...(ca === null ? {} : { ca }),
        ...(proxy === null ? {} : { proxy }),
      },
      { now, log, signal: signal ?? new AbortController().signal },
    );
    try {
      const answer = await client.request({
        method: call.method,
        path: url.pathname,
        query: url.search.slice(1),
        headers,
        accept: everyStatus,
        ...(body == null ? {} : { body: String(body) }),
      });
      const type = String(answer.headers['content-type'] ?? '');
      const empty = [204, 205, 304].includes(answer.status);
      return new Response(empty ? null : answer.text, {
        status: answer.status,
        headers: type === '' ? {} : { 'content-type': type },
      });
    } finally {
      client.close();
    }
  };
}
