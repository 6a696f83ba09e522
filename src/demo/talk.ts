import { largeWorld, type SimulatedWorld } from '../../adapters/nextcloud-talk/simulator.ts';

/** A cloud with rooms of mixed settings; its clock goes with ours. */
export function talkWorld(now: number, count: number): SimulatedWorld {
  return { ...largeWorld(now, count), now: () => Date.now() };
}
