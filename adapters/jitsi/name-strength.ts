import { createRequire } from 'node:module';
import type zxcvbn from 'zxcvbn';

const load = createRequire(import.meta.url);

/** 0 (guessed at once) to 4. The word lists take longer to load than the rest of an adapter: not before a name is judged. */
export function nameStrength(name: string): number {
  return (load('zxcvbn') as typeof zxcvbn)(name).score;
}
