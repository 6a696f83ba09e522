import { realSleep } from '../../adapters/contract/http-limits.ts';
import { readSecret } from '../config/secrets.ts';
import { exportContext } from '../export/index.ts';
import { Pushing } from '../push/runner.ts';
import type { Store } from '../store/index.ts';
import type { Environment } from './environment.ts';

/** Sends events to the configured receivers until it is stopped. */
export async function startPushing(
  { config, catalogue, log }: Environment,
  store: Store,
  version: string,
): Promise<Pushing> {
  const pushing = new Pushing({
    store,
    catalogue,
    config,
    context: exportContext(config, { catalogue, version }),
    log,
    now: Date.now,
    random: Math.random,
    sleep: realSleep,
    secret: (ref) => readSecret(ref, config.directory),
  });
  await pushing.start();
  return pushing;
}
