import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/store/postgres.ts'],
    pool: 'forks',
    // For what hangs: on a busy machine of two cores every step may take ten times as long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    env: { TZ: 'UTC' },
  },
});
