import { accessSync, constants } from 'node:fs';
import type { Setup } from '../api/deps.ts';
import type { Counted } from '../api/metrics/counted.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import { RoomwardenError } from '../errors.ts';
import { checkSources } from '../scan/checking.ts';
import { adapterOf, collectDeps, type Environment } from './environment.ts';

export interface SetupDeps {
  demo: boolean;
  counted: Counted;
  /** Null: several processes share the configuration, and each has its own files. */
  schedule: ((target: ConfiguredTarget) => string | null) | null;
}

/** What the service gives to the guided set-up: the same checks as `roomwarden check`, and a target more while it runs. */
export function setupOf(environment: Environment, { demo, counted, schedule }: SetupDeps): Setup {
  const { config, adapters } = environment;
  return {
    vendors: adapters,
    obstacle() {
      if (demo) return 'demo';
      if (schedule === null) return 'shared';
      return isWritable(config.data) ? null : 'unwritable';
    },
    check(target, secrets, signal) {
      const deps = {
        ...collectDeps(environment, signal),
        // Nothing but what was typed: neither files nor variables of this machine.
        async secret(ref: { env: string } | { file: string }): Promise<string> {
          const value = 'file' in ref ? secrets.get(ref.file) : undefined;
          if (value !== undefined) return value;
          throw new RoomwardenError('RW1009', { path: 'file' in ref ? ref.file : ref.env, detail: 'ENOENT' });
        },
      };
      return checkSources(adapterOf(environment, target), target, config, deps);
    },
    takeUp(target) {
      // Whatever works by the configuration reads its targets when it needs them.
      config.targets.push(target);
      counted.begin(target);
      return schedule?.(target) ?? null;
    },
  };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
