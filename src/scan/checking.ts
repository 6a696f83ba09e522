import type { Adapter, SourceCheck, Target } from '../../adapters/contract/adapter.ts';
import type { Config, ConfiguredTarget } from '../config/types.ts';
import { type Closable, type CollectDeps, contextOf } from './collect.ts';

/** What answers, what is missing and what would give it: one line per source, as each is known. */
export async function* checkSources(
  adapter: Adapter,
  target: ConfiguredTarget,
  config: Pick<Config, 'tags'> & Partial<Pick<Config, 'targets'>>,
  deps: CollectDeps,
): AsyncGenerator<SourceCheck> {
  const clients: Closable[] = [];
  try {
    yield* adapter.check(target as Target<unknown>, contextOf(target, config, deps, clients));
  } finally {
    for (const client of clients) client.close();
  }
}
