import type * as prom from 'prom-client';
import type { SliceEnd } from '../../../adapters/contract/slices.ts';
import type { SliceCounts, SliceScan } from '../../scan/slices.ts';
import { Counter } from './prom.ts';

const scans = ['own', 'other'] as const satisfies readonly SliceScan[];

/** Slices of large targets that this process had to do with. Each is counted by whoever collected or missed it. */
export class CountedSlices implements SliceCounts {
  readonly #vendors: ReadonlyMap<string, string>;
  readonly #collected: prom.Counter<'target' | 'vendor' | 'scan' | 'outcome'>;
  readonly #repeated: prom.Counter<'target' | 'vendor' | 'scan'>;
  readonly #lost: prom.Counter<'target' | 'vendor'>;

  /** Begins every series at zero. */
  constructor(registry: prom.Registry, targets: readonly { id: string; vendor: string }[]) {
    this.#vendors = new Map(targets.map(({ id, vendor }) => [id, vendor]));
    this.#collected = new Counter({
      name: 'roomwarden_slices_total',
      help: 'Slices of large targets that this process collected, for own scans or those of others.',
      labelNames: ['target', 'vendor', 'scan', 'outcome'],
      registers: [registry],
    });
    this.#repeated = new Counter({
      name: 'roomwarden_slices_repeated_total',
      help: 'Slices that were tried once more because a try broke off, as far as this process saw it.',
      labelNames: ['target', 'vendor', 'scan'],
      registers: [registry],
    });
    this.#lost = new Counter({
      name: 'roomwarden_slices_lost_total',
      help: 'Slices of own scans that no process collected.',
      labelNames: ['target', 'vendor'],
      registers: [registry],
    });
    for (const { id } of targets) {
      for (const scan of scans) {
        for (const outcome of ['complete', 'partial']) {
          this.#collected.inc({ ...this.#named(id), scan, outcome }, 0);
        }
        this.#repeated.inc({ ...this.#named(id), scan }, 0);
      }
      this.#lost.inc(this.#named(id), 0);
    }
  }

  collected(target: string, scan: SliceScan, { gaps }: SliceEnd): void {
    const outcome = Object.keys(gaps).length === 0 ? 'complete' : 'partial';
    this.#collected.inc({ ...this.#named(target), scan, outcome });
  }

  repeated(target: string, scan: SliceScan): void {
    this.#repeated.inc({ ...this.#named(target), scan });
  }

  lost(target: string): void {
    this.#lost.inc(this.#named(target));
  }

  #named(target: string): { target: string; vendor: string } {
    return { target, vendor: this.#vendors.get(target) ?? '' };
  }
}
