import { describe, expect, it } from 'vitest';
import { adapters } from '../../adapters/registry.ts';
import { environmentOf, openCatalogue } from '../../src/commands/environment.ts';
import { parseConfig } from '../../src/config/load.ts';
import { type Asked, makeReport } from '../../src/report/index.ts';
import type { Store } from '../../src/store/index.ts';
import { eachStore } from '../store/helper.ts';

const config = parseConfig(
  'targets: [{ id: one, vendor: jitsi, url: "http://127.0.0.1:9" }]',
  'roomwarden.yaml',
  adapters,
);
const asked: Asked = {
  kind: 'summary',
  language: 'en',
  visible: null,
  audience: 'any',
  view: 'ref',
};

/** As if something were recorded while the first so many reports are read. */
function moving(store: Store, times: number): Store {
  let asks = 0;
  return {
    ...store,
    db: store.db,
    feed: () => store.feed(),
    async version() {
      asks += 1;
      return asks % 2 === 0 && asks / 2 <= times ? 'moved' : store.version();
    },
  };
}

describe('a report that is written while something is recorded', () => {
  eachStore((open) => {
    it.each([
      [0, false],
      [4, false],
      [5, true],
    ])('moved %i times: it says that it may mix two states: %s', async (times, told) => {
      const { store } = await open();
      const { catalogue, bind } = environmentOf(config, await openCatalogue());
      const deps = { store: moving(store, times), config, catalogue, bind, now: () => 0, version: 'test' };
      const [first] = (await makeReport(deps, asked)).blocks;
      expect(JSON.stringify(first).includes('This report may mix two states.')).toBe(told);
    });
  });
});
