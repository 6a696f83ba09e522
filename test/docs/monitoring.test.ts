import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { Counted } from '../../src/api/metrics/counted.ts';
import type { Config } from '../../src/config/types.ts';
import { parseExposition } from '../api/exposition.ts';
import { closeStages, embedded, stage } from '../api/helper.ts';
import { target } from '../scan/toy.ts';
import { readPromql } from './promql.ts';

const page = (path: string): string => fileURLToPath(new URL(`../../docs/${path}`, import.meta.url));
const rulesFile = page('prometheus/alerts.yaml');

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; description: string };
}
interface Target {
  refId: string;
  expr: string;
  legendFormat: string;
}
interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
}

const rules = parse(readFileSync(rulesFile, 'utf8')).groups.flatMap(
  ({ rules: all }: { rules: Rule[] }) => all,
) as Rule[];
const dashboard = JSON.parse(readFileSync(page('grafana/roomwarden.json'), 'utf8')) as {
  uid: string;
  title: string;
  schemaVersion: number;
  panels: Panel[];
  templating: { list: { name: string; type: string; definition?: string }[] };
};
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const shown = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })));

/** What Grafana puts in before it asks. */
const filled = (expression: string): string =>
  expression.replaceAll('$__rate_interval', '5m').replaceAll('$target', '.*');

/** Name of every series of a running service to its labels. */
let exists: Map<string, Set<string>>;

beforeAll(async () => {
  const push = [{ id: 'siem', kind: 'webhook', format: 'native' }] as Config['push'];
  const planned = ['toy', 'rival'].map((vendor, place) =>
    target({ id: place === 0 ? 'main' : 'other', vendor, schedule: '*/30 * * * *' }),
  );
  const counted = new Counted([{ id: 'main', vendor: 'toy' }]);
  counted.slices([{ id: 'main', vendor: 'toy' }]);
  const made = await stage(await embedded(), {
    config: { push, targets: planned },
    deps: {
      counted,
      certificate: () => 2e12,
      queue: async () => [{ work: 'slice', state: 'waiting', jobs: 3 }],
    },
  });
  const { head } = await made.store.feed();
  const state = { epoch: 'e', position: head, attempts: 0, refusals: 0, next_attempt_at: null };
  await made.store.db
    .insertInto('receivers')
    .values({ id: 'siem', ...state, delivered_at: 1, failed_at: null, error_json: null, gap_json: null })
    .execute();
  await made.get('/healthz');
  const { samples } = parseExposition((await made.get('/metrics')).body, false);
  exists = new Map();
  for (const { name, labels } of samples) {
    const known = exists.get(name) ?? new Set(['instance', 'job']);
    exists.set(name, new Set([...known, ...Object.keys(labels)]));
  }
});
afterAll(closeStages);

/** @returns labels of the metrics that an expression names, after it was held to those that exist */
function held(expression: string): Set<string> {
  const { metrics, grouping } = readPromql(filled(expression));
  const all = new Set<string>();
  for (const { name, labels } of metrics) {
    expect([expression, name, exists.has(name)]).toEqual([expression, name, true]);
    const known = exists.get(name) ?? new Set();
    expect([expression, labels.filter((label) => !known.has(label))]).toEqual([expression, []]);
    for (const label of known) all.add(label);
  }
  expect([expression, grouping.filter((label) => !all.has(label))]).toEqual([expression, []]);
  return grouping.length === 0 ? all : new Set(grouping);
}

const placeholders = (text: string, form: RegExp): string[] =>
  [...text.matchAll(form)].map(([, name]) => name ?? '');

describe('the alert rules', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s names what exists', (_, rule) => {
    const labels = held(rule.expr);
    const texts = Object.values(rule.annotations).join(' ');
    const named = placeholders(texts, /\{\{ \$labels\.(\w+) \}\}/g);
    expect(named.filter((label) => !labels.has(label))).toEqual([]);
    expect(['warning', 'critical']).toContain(rule.labels.severity);
    expect([
      rule.for === undefined || /^\d+[mh]$/.test(rule.for),
      rule.annotations.description.length > 20,
    ]).toEqual([true, true]);
  });

  it('watch what was asked for', () => {
    expect(rules.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining([
        'RoomwardenScanOverdue',
        'RoomwardenSourceUnreadable',
        'RoomwardenCriticalViolation',
        'RoomwardenReceiverStuck',
        'RoomwardenCertificateEnds',
      ]),
    );
  });
});

describe('the dashboard', () => {
  it.each(shown.map((target) => [`${target.title} ${target.refId}`, target] as const))(
    '%s names what exists',
    (_, target) => {
      const labels = held(target.expr);
      const named = placeholders(target.legendFormat, /\{\{(\w+)\}\}/g);
      expect(named.filter((label) => !labels.has(label))).toEqual([]);
    },
  );

  it('has the shape that Grafana imports', () => {
    expect(dashboard).toMatchObject({ uid: 'roomwarden', title: 'Roomwarden', schemaVersion: 39 });
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { title, gridPos, targets = [] } of panels) {
      expect([title, gridPos.x + gridPos.w <= 24, gridPos.h > 0, targets.length > 0]).toEqual([
        title,
        true,
        true,
        true,
      ]);
      const refs = targets.map(({ refId }) => refId);
      expect(new Set(refs).size).toBe(refs.length);
    }
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}:${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'target']);
    const [, metric = '', label = ''] =
      /^label_values\((\w+), (\w+)\)$/.exec(dashboard.templating.list[1]?.definition ?? '') ?? [];
    expect(exists.get(metric)?.has(label)).toBe(true);
    expect(JSON.stringify(dashboard)).not.toMatch(/https?:\/\//);
  });

  it('and the rules use every family that a service shows, but for what others tell already', () => {
    const used = new Set(
      [...shown, ...rules].flatMap(({ expr }) => readPromql(filled(expr)).metrics.map(({ name }) => name)),
    );
    const unused = [...exists.keys()].filter((name) => !used.has(name) && !/_(sum|count)$/.test(name));
    expect(unused.sort()).toEqual([
      'roomwarden_checks',
      'roomwarden_last_scan_timestamp_seconds',
      'roomwarden_process_cpu_seconds_total',
      'roomwarden_receiver_last_delivery_timestamp_seconds',
      'roomwarden_receiver_position',
      'roomwarden_start_timestamp_seconds',
      'roomwarden_target_freshness_seconds',
      'roomwarden_verdicts',
    ]);
  });
});

it('promtool loads the rules and every expression of the dashboard', ({ skip }) => {
  const folder = mkdtempSync(join(tmpdir(), 'roomwarden-rules-'));
  const file = join(folder, 'dashboard.yaml');
  const recorded = shown.map(({ expr }, index) => ({ record: `panel_${index}`, expr: filled(expr) }));
  writeFileSync(file, stringify({ groups: [{ name: 'dashboard', rules: recorded }] }));
  const checked = spawnSync('promtool', ['check', 'rules', rulesFile, file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true, force: true });
  if (checked.error !== undefined) skip('promtool is not installed');
  expect([checked.status, checked.stderr]).toEqual([0, '']);
});

it.each([
  'sum(roomwarden_rooms',
  'nonsense(roomwarden_rooms)',
  'roomwarden_rooms{target=main}',
  'sum by (target roomwarden_rooms)',
  '1 + 1',
  'roomwarden_rooms ~ 1',
])('the reader refuses %s', (expression) => {
  expect(() => readPromql(expression)).toThrow();
});
