import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { instanceKey } from '../access/instance-key.ts';
import type { Counted } from '../api/metrics/counted.ts';
import { RoomwardenError } from '../errors.ts';
import { Moments } from '../scan/notes.ts';
import type { RecordDeps } from '../scan/runner.ts';
import type { Store } from '../store/index.ts';
import { collectDeps, type Environment } from './environment.ts';

/** What recording a scan into the ledger stands on. */
export async function recordDeps(
  environment: Environment,
  store: Store,
  counted?: Counted,
): Promise<RecordDeps> {
  const { config, catalogue, bind, adapters } = environment;
  return {
    store,
    config,
    catalogue,
    bind,
    adapters,
    key: await instanceKey(config),
    collect: {
      ...collectDeps(environment, new AbortController().signal),
      ...(counted === undefined ? {} : { onCall: (target, status) => counted.asked(target, status) }),
    },
    spool: join(config.data, 'spool'),
    moments: new Moments(),
  };
}

export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new RoomwardenError('RW1017', { path, detail: (error as NodeJS.ErrnoException).code ?? 'EIO' });
  }
}
