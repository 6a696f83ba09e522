import { openConfiguredStore, openEnvironment } from '../src/commands/environment.ts';
import { makeFolder, recordDeps } from '../src/commands/recording.ts';
import { newScanId, recordScan } from '../src/scan/runner.ts';
import { quartile } from './measure.ts';

/** What one process needed, in bytes. */
export interface MemoryFigures {
  rooms: number;
  /** What is alive in the last third of a phase, of the phase where it is most; 0 where nobody looked. */
  live: number;
  phase: string;
  looks: number;
  /** The highest single look. */
  highest: number;
  /** Most of the machine's memory that the process held, garbage and code with it. */
  resident: number;
  seconds: number;
}

/**
 * Scans the only target of a configuration into the ledger, as the service does: the first time all rooms are new, the
 * second time all are known. After every `interval` milliseconds it collects garbage and looks what stays, heap and the
 * buffers outside of it; with 0 it never looks, and the garbage is collected as in the service.
 */
const [file = '', rounds = '1', interval = '1000'] = process.argv.slice(2);
const begin = performance.now();
const environment = await openEnvironment(file);
const [target] = environment.config.targets;
if (target === undefined) throw new Error('no target');
makeFolder(environment.config.data);
const store = await openConfiguredStore(environment.config, false);
const deps = await recordDeps(environment, store);
let phase = '';
let rooms = 0;
const seen = new Map<string, number[]>();
let timer = Number(interval) === 0 ? undefined : setTimeout(look, Number(interval));
for (let round = 1; round <= Number(rounds); round += 1) {
  phase = `scan ${round}, collecting`;
  const summary = await recordScan(deps, {
    id: newScanId(),
    target,
    signal: new AbortController().signal,
    onProgress: (step) => {
      phase = `scan ${round}, ${step.phase}`;
    },
  });
  if (summary === null || summary.rooms.population !== 'all')
    throw new Error(`not all rooms were read: ${JSON.stringify(summary?.error)}`);
  rooms = summary.rooms.seen;
}
clearTimeout(timer);
await store.close();
const looks = [...seen.values()].flat();
const figures: MemoryFigures = {
  rooms,
  ...mostAlive(),
  looks: looks.length,
  highest: Math.max(0, ...looks),
  resident: process.resourceUsage().maxRSS * 1024,
  seconds: (performance.now() - begin) / 1000,
};
process.stdout.write(JSON.stringify(figures));

/** The lower quartile of many looks: a single one has a page of rooms on its way to the disk, or none. */
function mostAlive(): { live: number; phase: string } {
  const phases = [...seen].map(([name, all]) => ({
    phase: name,
    live: quartile(all.slice(Math.floor((all.length * 2) / 3))),
  }));
  return phases.reduce((most, one) => (one.live > most.live ? one : most), { live: 0, phase: '' });
}

function look(): void {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  seen.set(phase, [...(seen.get(phase) ?? []), heapUsed + external]);
  timer = setTimeout(look, Number(interval));
}
