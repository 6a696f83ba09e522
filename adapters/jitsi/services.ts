import type { AdapterContext } from '../contract/adapter.ts';
import { looksLikeHtml, reasonOf } from '../contract/answers.ts';
import { type Reason, reason } from '../contract/fact.ts';
import type { AllowedCall, BoundedHttp, HttpRequest } from '../contract/http.ts';
import { knownRead, type Read, unknownRead } from './known.ts';
import { isLoopback } from './place.ts';
import type { JitsiSettings } from './schema.ts';

/** Prosody's own port. Room-info answers PUT too, and that would try a password. */
export const prosodyCalls: readonly AllowedCall[] = [
  { method: 'GET', path: '/room-census' },
  { method: 'GET', path: '/room-size' },
];
export const roomInfoCalls: readonly AllowedCall[] = [{ method: 'GET', path: '/room-info' }];
/** Jicofo changes its state on some GETs, so the list names each that does not. */
export const jicofoCalls: readonly AllowedCall[] = [
  { method: 'GET', path: '/debug/conferences-full' },
  { method: 'GET', path: '/stats' },
  { method: 'GET', path: '/about/version' },
];
export const bridgeCalls: readonly AllowedCall[] = [{ method: 'GET', path: '/about/version' }];

export const serviceCalls: readonly AllowedCall[] = [...prosodyCalls, ...roomInfoCalls, ...jicofoCalls];

export interface ServiceOptions {
  base: string;
  allow: readonly AllowedCall[];
  token?: string;
}

/** Why the address must not be called; null = it may. */
function refusal(base: string, settings: JitsiSettings): Reason | null {
  const url = new URL(base);
  if (url.protocol === 'https:' || isLoopback(url.hostname) || settings.insecure_http === true) return null;
  const detail = 'unencrypted off this machine: https, a tunnel to loopback, or expressly insecure_http';
  return reason('not_configured', detail, { kind: 'config', name: 'insecure_http' });
}

/** A client for one service of the server; a reason where it must not be called. */
export function openService(
  context: AdapterContext,
  settings: JitsiSettings,
  options: ServiceOptions,
): BoundedHttp | Reason {
  const { base, allow, token } = options;
  const refused = refusal(base, settings);
  if (refused !== null) return refused;
  return context.http({
    base: base.replace(/\/+$/, ''),
    rate: 50,
    allow,
    ...(token === undefined
      ? {}
      : {
          headers: { authorization: `Bearer ${token}` },
          secrets: [token],
          loginFailureStatuses: [401, 403],
        }),
    ...(settings.tls === undefined ? {} : { ca: settings.tls.ca }),
    ...(settings.proxy === undefined ? {} : { proxy: settings.proxy }),
    ...(settings.insecure_http === undefined ? {} : { insecureHttp: settings.insecure_http }),
  });
}

/** The text of an answer; a page stands for a module that is not loaded. */
export async function textOf(
  http: BoundedHttp,
  request: HttpRequest,
): Promise<Read<{ status: number; text: string }>> {
  try {
    const answer = await http.request(request);
    if (looksLikeHtml(answer.text)) return unknownRead(reason('unreachable', 'HTML instead of data'));
    return knownRead({ status: answer.status, text: answer.text });
  } catch (error) {
    return unknownRead(reasonOf(error));
  }
}
