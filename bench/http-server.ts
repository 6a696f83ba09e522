import { pino } from 'pino';
import { type ApiDeps, buildApi } from '../src/api/server.ts';
import { openConfiguredStore, openEnvironment } from '../src/commands/environment.ts';
import { recordDeps } from '../src/commands/recording.ts';

/** The REST service as `serve` builds it, with its log, but without scans and without a limit of calls. */
const environment = await openEnvironment(process.argv[2] ?? '', 'silent');
const store = await openConfiguredStore(environment.config, false);
const { key } = await recordDeps(environment, store);
const scheduler: ApiDeps['scheduler'] = {
  request: async () => {
    throw new Error('nothing is scanned here');
  },
  activeScan: () => null,
};
const app = await buildApi({
  ...environment,
  store,
  scheduler,
  key,
  now: Date.now,
  log: pino({ level: 'info' }, pino.destination({ dest: '/dev/null', sync: true })),
  version: '0.0.0-bench',
  limits: { address: 1e9, token: 1e9, failedLogins: 1e9 },
});
process.stdout.write(`listening: ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
process.once('SIGTERM', () => {
  void app.close().then(async () => {
    await store.close();
    process.exit(0);
  });
});
