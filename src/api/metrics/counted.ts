import type { SliceCounts } from '../../scan/slices.ts';
import type { Family, Sample } from './family.ts';
import { Counter, Histogram, Registry } from './prom.ts';
import { CountedSlices } from './slices.ts';

/** How a scan ended; `unrecorded`: the store did not take it. */
export const scanOutcomes = ['complete', 'partial', 'failed', 'unrecorded'] as const;
export type ScanOutcome = (typeof scanOutcomes)[number];

interface Named {
  id: string;
  vendor: string;
}

const seconds = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600];

/** What this process counts since its start; nothing of it names a room or a person. */
export class Counted {
  readonly #registry = new Registry();
  readonly #scans = new Counter({
    name: 'roomwarden_scans_total',
    help: 'Finished scans of this process by outcome.',
    labelNames: ['target', 'vendor', 'outcome'],
    registers: [this.#registry],
  });
  readonly #durations = new Histogram({
    name: 'roomwarden_scan_duration_seconds',
    help: 'How long scans took, recording included.',
    labelNames: ['target', 'vendor'],
    buckets: seconds,
    registers: [this.#registry],
  });
  readonly #upstream = new Counter({
    name: 'roomwarden_upstream_requests_total',
    help: 'HTTP calls to audited servers by status; none = no answer.',
    labelNames: ['target', 'vendor', 'code'],
    registers: [this.#registry],
  });
  readonly #requests = new Counter({
    name: 'roomwarden_http_requests_total',
    help: 'Calls of the REST interface by route and status.',
    labelNames: ['method', 'route', 'code'],
    registers: [this.#registry],
  });

  /** Not yet among the requests: looking a counter up by its labels costs more than the rest of such a call. */
  readonly #repeated = new Map<
    string,
    { labels: Record<'method' | 'route' | 'code', string>; calls: number }
  >();

  /** Begins every series of a target at zero, so that the first failure is seen as a rise. */
  constructor(targets: readonly Named[]) {
    for (const target of targets) this.begin(target);
  }

  begin({ id: target, vendor }: Named): void {
    for (const outcome of scanOutcomes) this.#scans.inc({ target, vendor, outcome }, 0);
    this.#durations.zero({ target, vendor });
    this.#upstream.inc({ target, vendor, code: '200' }, 0);
  }

  /** Once, for the targets that may be divided. */
  slices(targets: readonly Named[]): SliceCounts {
    return new CountedSlices(this.#registry, targets);
  }

  scanned({ id: target, vendor }: Named, outcome: ScanOutcome, ms: number): void {
    this.#scans.inc({ target, vendor, outcome });
    this.#durations.observe({ target, vendor }, ms / 1000);
  }

  /** `status` null: no answer. */
  asked({ id: target, vendor }: Named, status: number | null): void {
    const code = status === null ? 'none' : String(status);
    this.#upstream.inc({ target, vendor, code });
  }

  answered(method: string, route: string, status: number): void {
    this.#requests.inc({ method, route, code: String(status) });
  }

  /** Counts one such call each time it is called. */
  answering(method: string, route: string, status: number): () => void {
    const labels = { method, route, code: String(status) };
    const key = JSON.stringify(labels);
    const alike = this.#repeated.get(key) ?? { labels, calls: 0 };
    this.#repeated.set(key, alike);
    return () => {
      alike.calls += 1;
    };
  }

  async read(): Promise<Family[]> {
    for (const alike of this.#repeated.values()) {
      if (alike.calls > 0) this.#requests.inc(alike.labels, alike.calls);
      alike.calls = 0;
    }
    const metrics = await this.#registry.getMetricsAsJSON();
    return metrics.map(({ name, help, type, values }) => ({
      name,
      help,
      type: String(type) as Family['type'],
      samples: values.map((value): Sample => {
        const { labels, value: number, metricName } = value as typeof value & { metricName?: string };
        const texts = Object.entries(labels).map(([key, label]) => [key, String(label)]);
        return {
          labels: Object.fromEntries(texts),
          value: number,
          ...(metricName === undefined ? {} : { metricName }),
        };
      }),
    }));
  }
}
