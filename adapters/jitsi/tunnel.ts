import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import { type Ms, reason } from '../contract/fact.ts';
import { SourceError } from '../contract/http.ts';
import { proxyOf } from '../contract/http-options.ts';

/**
 * A connection to `authority` (host:port) through the configured proxy.
 * @throws {SourceError} unreachable
 */
export function tunnel(
  proxy: string,
  authority: string,
  timeoutMs: Ms,
  signal: AbortSignal,
): Promise<Socket> {
  const fail = (detail: string): SourceError => new SourceError(reason('unreachable', detail), 'CONNECT');
  const settings = proxyOf(proxy);
  if (settings === false) return Promise.reject(fail('no proxy'));
  const { auth } = settings;
  const ask = settings.protocol === 'https:' ? secureRequest : request;
  return new Promise((resolve, reject) => {
    const call = ask({
      host: settings.host,
      port: settings.port,
      method: 'CONNECT',
      path: authority,
      timeout: timeoutMs,
      signal,
      agent: false,
      headers: {
        host: authority,
        ...(auth === undefined
          ? {}
          : {
              'proxy-authorization': `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`,
            }),
      },
    });
    call.once('connect', (response, socket) => {
      if (response.statusCode === 200) resolve(socket as Socket);
      else {
        socket.destroy();
        reject(fail(`the proxy answers HTTP ${response.statusCode}`));
      }
    });
    call.once('response', (response) => {
      response.resume();
      reject(fail(`the proxy answers HTTP ${response.statusCode}`));
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => reject(fail('the proxy cannot be reached')));
    call.end();
  });
}
