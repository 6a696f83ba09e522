import type { Metric, OpenMetricsContentType, PrometheusContentType } from 'prom-client';

export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
  /** Of histograms: `<name>_bucket`, `_sum`, `_count`. */
  metricName?: string;
}

/** One metric with all its samples. */
export interface Family {
  /** Of counters with `_total`. */
  name: string;
  help: string;
  type: 'gauge' | 'counter' | 'histogram';
  samples: readonly Sample[];
}

export const mediaTypes = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
} as const;
export type Exposition = keyof typeof mediaTypes;

/** What is about the whole service and still tells nothing of other targets. */
const harmless = new Set(['roomwarden_build_info', 'roomwarden_start_timestamp_seconds']);

/** A caller who is limited to targets gets their samples alone: sums over all would tell of the others. */
export function visibleTo(families: readonly Family[], targets: readonly string[] | null): Family[] {
  if (targets === null) return [...families];
  return families
    .map((family) => ({
      ...family,
      samples: family.samples.filter(
        ({ labels }) =>
          harmless.has(family.name) || (labels['target'] !== undefined && targets.includes(labels['target'])),
      ),
    }))
    .filter(({ samples }) => samples.length > 0);
}

export async function exposed(families: readonly Family[], as: Exposition): Promise<string> {
  const { Registry } = await import('prom-client');
  const open = as === 'openmetrics';
  const registry = new Registry<OpenMetricsContentType | PrometheusContentType>();
  registry.setContentType(open ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE);
  for (const { name, help, type, samples } of families) {
    const called = open && type === 'counter' ? name.replace(/_total$/, '') : name;
    const metric = { name: called, help, type, values: samples, aggregator: 'sum' };
    registry.registerMetric({ name: called, get: async () => metric } as unknown as Metric);
  }
  return registry.metrics();
}

/** The first of the two forms that the caller takes, OpenMetrics only where it is named; null: neither. */
export function expositionFor(accept: string | undefined): Exposition | null {
  const ranges = (accept ?? '*/*').split(',').map((part) => {
    const [type = '', ...rest] = part
      .toLowerCase()
      .split(';')
      .map((text) => text.trim());
    const given = Object.fromEntries(rest.map((text) => text.split('=', 2) as [string, string]));
    return { type, version: given['version'], weight: Number(given['q'] ?? 1) };
  });
  for (const { type, version } of ranges
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)) {
    if (type === 'application/openmetrics-text' && (version ?? '1.0.0') === '1.0.0') return 'openmetrics';
    if (type === 'text/plain' && (version ?? '0.0.4') === '0.0.4') return 'text';
    if (type === '*/*' || type === 'text/*') return 'text';
  }
  return null;
}
