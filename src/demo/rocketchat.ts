import { largeWorld, type SimulatedWorld } from '../../adapters/rocketchat/simulator.ts';

/** A team chat whose calls go elsewhere. Its limiter is generous: nobody watches a demo wait for minutes. */
export function chatWorld(now: number, count: number): SimulatedWorld {
  return { ...largeWorld(now, count), throttle: { calls: 600, windowMs: 60_000 }, now: () => Date.now() };
}
