import nock from 'nock';
import { afterEach, beforeEach, expect } from 'vitest';

/**
 * For the tests of one file: a request that no interceptor expects fails, and so does an interceptor that nobody asked.
 * Loopback servers prove behaviour; this proves exactly which calls leave the house.
 */
export function useHttpMock(): typeof nock {
  const strangers: string[] = [];
  const onStranger = (request: { method?: string; path?: string; host?: string }): void => {
    strangers.push(`${request.method} ${request.host}${request.path?.split('?')[0]}`);
  };
  beforeEach(() => {
    strangers.length = 0;
    nock.disableNetConnect();
    nock.emitter.on('no match', onStranger);
  });
  afterEach(() => {
    const unused = nock.pendingMocks();
    nock.emitter.off('no match', onStranger);
    nock.cleanAll();
    nock.enableNetConnect();
    expect(unused, 'interceptors that nobody asked').toEqual([]);
    expect(strangers, 'requests that nobody expected').toEqual([]);
  });
  return nock;
}
