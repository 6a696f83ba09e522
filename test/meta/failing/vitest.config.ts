import { defineConfig } from 'vitest/config';

/** As the suite's own, but for what it runs: one test that passes and one that does not. */
export default defineConfig({
  test: {
    include: ['test/meta/failing/*.case.ts'],
    globalSetup: ['test/store/postgres.ts'],
    pool: 'forks',
    testTimeout: 60_000,
  },
});
