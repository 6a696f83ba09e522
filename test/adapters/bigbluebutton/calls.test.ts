import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import library from 'bigbluebutton-js';
import { describe, expect, it } from 'vitest';
import * as calls from '../../../adapters/bigbluebutton/calls.ts';
import { sample, samplesPresent } from './samples.ts';

const { allowedApiCalls, checksum, checksumAlgorithms, createCalls } = calls;
const secret = 'a-secret-of-the-test-0123456789abcdef';

const tricky = ['007', '1e5', 'Bürger & Amt', 'a+b', 'x=1&checksum=0', 'Größe 100 %', 'a/b?c#d', '日本語 😀'];

describe('signed calls', () => {
  const host = 'https://placeholder.invalid';
  const original = library.api(host, secret);
  const own = createCalls(secret, 'sha1');
  const asSent = ({ path, query }: calls.SignedCall): string => `${host}${path}?${query}`;

  it.each(tricky)('SHA-1 over %s is what the library signs', (id) => {
    expect(asSent(own.getMeetingInfo(id))).toBe(original.monitoring.getMeetingInfo(id));
  });

  it('SHA-1 of the calls without text is what the library signs', () => {
    expect(asSent(own.getMeetings())).toBe(original.monitoring.getMeetings());
    expect(asSent(own.listHooks())).toBe(original.hooks.list());
    expect(asSent(own.getRecordings({ offset: 200, limit: 100 }))).toBe(
      original.recording.getRecordings({ state: 'any', offset: 200, limit: 100 }),
    );
  });

  it.each(checksumAlgorithms)('%s signs call, exact query and secret', (algorithm) => {
    const { path, query } = createCalls(secret, algorithm).getMeetingInfo('Bürger & Amt+1');
    const [signed, sum] = query.split('&checksum=');
    expect(path).toBe('/api/getMeetingInfo');
    expect(signed).toBe('meetingID=B%C3%BCrger%20%26%20Amt%2B1');
    expect(sum).toBe(createHash(algorithm).update(`getMeetingInfo${signed}${secret}`).digest('hex'));
  });

  it('an apostrophe is signed as it goes over the wire', () => {
    const { path, query } = createCalls(secret, 'sha256').getMeetingInfo("Amt 'A'");
    const wire = new URL(`${host}${path}?${query}`).search.slice(1);
    const [signed, sum] = wire.split('&checksum=');
    expect(wire).toBe(query);
    expect(sum).toBe(checksum('getMeetingInfo', signed ?? '', secret, 'sha256'));
  });
});

describe('nothing but reading can be reached', () => {
  const made = createCalls(secret, 'sha256');

  it('only reading calls can be built', () => {
    expect(Object.keys(made).sort()).toEqual([
      'getMeetingInfo',
      'getMeetings',
      'getRecordings',
      'listHooks',
      'outdatedProbe',
      'wrongProbe',
    ]);
    const paths = [
      made.getMeetings(),
      made.getMeetingInfo('x'),
      made.getRecordings({ offset: 0, limit: 1 }),
      made.listHooks(),
      made.outdatedProbe(),
      made.wrongProbe(),
    ];
    expect(paths.map(({ path }) => path)).toEqual([
      '/api/getMeetings',
      '/api/getMeetingInfo',
      '/api/getRecordings',
      '/api/hooks/list',
      '/api/isMeetingRunning',
      '/api/getMeetings',
    ]);
  });

  it.each([
    'create',
    'join',
    'end',
    'publishRecordings',
    'deleteRecordings',
    'updateRecordings',
    'hooks/create',
    'hooks/destroy',
    'insertDocument',
    'getSessions',
    'getMeetingsX',
  ])('%s is neither built nor allowed', (call) => {
    const path = `/api/${call}`;
    const fits = allowedApiCalls.some((allowed) =>
      typeof allowed.path === 'string' ? allowed.path === path : allowed.path.test(path),
    );
    expect(fits).toBe(false);
    expect(calls.readCalls).not.toContain(call);
  });

  it('only GET, and the library is used in this module alone', () => {
    expect(allowedApiCalls.every(({ method }) => method === 'GET')).toBe(true);
    for (const file of ['api', 'recordings', 'collect', 'check', 'configuration', 'greenlight']) {
      const path = new URL(`../../../adapters/bigbluebutton/${file}.ts`, import.meta.url);
      expect(readFileSync(path, 'utf8')).not.toContain('bigbluebutton-js');
    }
  });
});

interface Vector {
  call: string;
  query: string;
  secret: string;
  sha1: string;
  sha256: string;
  sha384: string;
  sha512: string;
}

describe.skipIf(!samplesPresent)('published vectors (skipped where ../shared is absent)', () => {
  const vectors = samplesPresent ? (JSON.parse(sample('checksum-vectors.json')) as Vector[]) : [];

  it.each(vectors)('$call $query', (vector) => {
    for (const algorithm of checksumAlgorithms)
      expect(checksum(vector.call, vector.query, vector.secret, algorithm)).toBe(vector[algorithm]);
  });
});
