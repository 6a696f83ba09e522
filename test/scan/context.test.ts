import { describe, expect, it } from 'vitest';
import type { Log } from '../../adapters/contract/adapter.ts';
import type { GivenReleases } from '../../adapters/contract/releases.ts';
import type { ConfiguredTarget } from '../../src/config/types.ts';
import { contextOf } from '../../src/scan/collect.ts';

const nothing = (): void => {};
const log: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function target(id: string, vendor: string, settings: object): ConfiguredTarget {
  return {
    id,
    vendor,
    settings: { id, vendor, ...settings },
    schedule: null,
    freshness: 86_400,
    live: null,
    origin: { file: 'roomwarden.yaml', line: 1, column: 1 },
  };
}

const chat = target('chat', 'rocketchat', { url: 'https://chat.example.org' });
const targets = [
  chat,
  target('meet', 'jitsi', { url: 'https://Meet.example.org:8443/x' }),
  target('zoom', 'declared', {}),
];

const given: GivenReleases = { lists: { server: { dated: '2026-11-20', branches: [{ branch: '8.8' }] } } };
const deps = {
  now: () => 0,
  log,
  signal: new AbortController().signal,
  secret: async () => '',
  releases: async (vendor: string) => (vendor === 'rocketchat' ? given : undefined),
};

describe('what an adapter may ask of the configuration', () => {
  it.each([
    ['meet', 'meet.example.org'],
    ['zoom', undefined],
    ['nobody', undefined],
  ])('the host of %s', (id, host) => {
    expect(contextOf(chat, { tags: {}, targets }, deps, []).hostOfTarget?.(id)).toBe(host);
  });

  it('the lists of its own vendor', async () => {
    const [, meet] = targets;
    expect(await contextOf(chat, { tags: {} }, deps, []).releases?.()).toBe(given);
    expect(await contextOf(meet as ConfiguredTarget, { tags: {} }, deps, []).releases?.()).toBeUndefined();
  });
});
