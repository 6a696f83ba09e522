import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type library from 'bigbluebutton-js';
import type { AllowedCall } from '../contract/http.ts';

const load = createRequire(import.meta.url);

export const checksumAlgorithms = ['sha1', 'sha256', 'sha384', 'sha512'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** Every call of the API that this adapter can make. Others change the server, some of them on a GET. */
export const readCalls = [
  'getMeetings',
  'getMeetingInfo',
  'getRecordings',
  'hooks/list',
  'isMeetingRunning',
] as const;
export type ReadCall = (typeof readCalls)[number];

export const allowedApiCalls: readonly AllowedCall[] = [
  { method: 'GET', path: '/api' },
  { method: 'GET', path: '/api/' },
  ...readCalls.map((call) => ({ method: 'GET' as const, path: `/api/${call}` })),
];

export interface SignedCall {
  path: string;
  /** Exact bytes that were signed, the checksum last. */
  query: string;
}

export interface RecordingPage {
  offset: number;
  limit: number;
}

export interface Calls {
  getMeetings(): SignedCall;
  getMeetingInfo(meetingId: string): SignedCall;
  getRecordings(page: RecordingPage): SignedCall;
  listHooks(): SignedCall;
  /** Signed with SHA-1, about a meeting that does not exist. */
  outdatedProbe(): SignedCall;
  /** With a checksum that is none. */
  wrongProbe(): SignedCall;
}

const host = 'https://placeholder.invalid';
const invented = 'roomwarden-probe-of-no-meeting';

/** The library builds the address and signs it with SHA-1; the signature is replaced by one of the algorithm. */
export function createCalls(secret: string, algorithm: ChecksumAlgorithm): Calls {
  // It brings an HTTP client that we do not use: not before a server is asked.
  const { api: apiOf }: typeof library = load('bigbluebutton-js');
  const api = apiOf(host, secret);
  const sign = (call: ReadCall, url: string): SignedCall => resign(call, url, secret, algorithm);
  return {
    getMeetings: () => sign('getMeetings', api.monitoring.getMeetings()),
    getMeetingInfo: (meetingId) => sign('getMeetingInfo', api.monitoring.getMeetingInfo(meetingId)),
    getRecordings: ({ offset, limit }) =>
      sign('getRecordings', api.recording.getRecordings({ state: 'any', offset, limit })),
    listHooks: () => sign('hooks/list', api.hooks.list()),
    outdatedProbe: () => ({
      path: '/api/isMeetingRunning',
      query: `meetingID=${invented}&checksum=${checksum('isMeetingRunning', `meetingID=${invented}`, secret, 'sha1')}`,
    }),
    wrongProbe: () => ({
      path: '/api/getMeetings',
      query: `checksum=${createHash('sha256').update(invented).digest('hex')}`,
    }),
  };
}

/** Hash over call name, query as sent (without its checksum) and secret. */
export function checksum(call: string, query: string, secret: string, algorithm: ChecksumAlgorithm): string {
  return createHash(algorithm).update(`${call}${query}${secret}`).digest('hex');
}

function resign(call: ReadCall, url: string, secret: string, algorithm: ChecksumAlgorithm): SignedCall {
  const prefix = `${host}/api/${call}?`;
  if (!url.startsWith(prefix)) throw new Error(`the address builder made another call than ${call}`);
  // An apostrophe would be encoded on its way, after the signature.
  const query = url
    .slice(prefix.length)
    .replace(/&?checksum=[0-9a-f]*$/, '')
    .replaceAll("'", '%27');
  const own = `checksum=${checksum(call, query, secret, algorithm)}`;
  return { path: `/api/${call}`, query: query === '' ? own : `${query}&${own}` };
}
