import { vi } from 'vitest';

/** A time limit that is over when the test says so: `pass` ends the newest timer of so many milliseconds. */
export function deadlineByHand(): { ms: number; pass(): void } {
  const ms = 54_321;
  const { setTimeout: real } = globalThis;
  let pass = (): void => {};
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, after?: number, ...rest: []) => {
    if (after === ms) pass = work;
    return real(work, after, ...rest);
  }) as typeof setTimeout);
  return { ms, pass: () => pass() };
}
