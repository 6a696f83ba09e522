import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { Counted } from '../../src/api/metrics/counted.ts';
import { eachStore } from '../store/helper.ts';
import { type Parsed, parseExposition } from './exposition.ts';
import { closeStages, embedded, hostile, type Stage, stage } from './helper.ts';

afterEach(closeStages);

const open = 'application/openmetrics-text;version=1.0.0';

async function scrape(made: Stage, token?: string, accept = open): Promise<Parsed> {
  const response = await made.get('/metrics', token, { accept });
  expect([response.statusCode, response.body.slice(0, 200)]).toEqual([200, expect.any(String)]);
  return parseExposition(response.body, accept === open);
}

const value = ({ samples }: Parsed, name: string, labels: Record<string, string> = {}): number | undefined =>
  samples.find(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
  )?.value;

eachStore((openStore) => {
  it('says what the ledger says', async () => {
    const made = await stage((await openStore()).store);
    const read = await scrape(made);
    const summary = (await made.get('/api/v1/summary')).json();
    const sum = (name: string, labels: Record<string, string>): number =>
      read.samples
        .filter((each) => each.name === name)
        .filter((each) => Object.entries(labels).every(([key, text]) => each.labels[key] === text))
        .reduce((total, each) => total + each.value, 0);
    expect(sum('roomwarden_findings', { status: 'open', verdict: 'violation' })).toBe(summary.violations);
    expect(sum('roomwarden_findings', { status: 'open', verdict: 'unknown' })).toBe(summary.unknowns);
    for (const severity of ['info', 'low', 'medium', 'high', 'critical']) {
      expect(sum('roomwarden_open_violations', { severity })).toBe(summary[`violations_${severity}`]);
    }
    const shown = read.samples.filter(({ name }) => name === 'roomwarden_open_violations');
    expect([shown.length, shown.some((each) => each.value === 0)]).toEqual([10, true]);
    expect(value(read, 'roomwarden_rooms', { target: 'main' })).toBe(5);
    expect(value(read, 'roomwarden_target_fresh', { target: 'main' })).toBe(1);
    expect(value(read, 'roomwarden_source_readable', { target: 'main', source: 'list' })).toBe(1);
    const { head } = await made.store.feed();
    expect(value(read, 'roomwarden_feed_sequence')).toBe(head);
    expect(value(read, 'roomwarden_store_size_bytes')).toBeGreaterThan(10_000);
    const [last] = (await made.get('/api/v1/targets')).json().targets;
    const end = Date.parse(last.last_scan.finished_at) / 1000;
    expect(value(read, 'roomwarden_last_successful_scan_timestamp_seconds', { target: 'main' })).toBe(end);
    expect(value(read, 'roomwarden_last_scan_timestamp_seconds', { target: 'main' })).toBe(end);
    expect(value(read, 'roomwarden_build_info', { version: '0.0.0-test', store: made.store.dialect })).toBe(
      1,
    );
  });

  it('follows changes at once and the clock as well', async () => {
    const made = await stage((await openStore()).store);
    const before = value(await scrape(made), 'roomwarden_rooms', { target: 'main' });
    made.worlds.main.rooms = made.worlds.main.rooms.slice(0, 2);
    await made.scan('main');
    expect([before, value(await scrape(made), 'roomwarden_rooms', { target: 'main' })]).toEqual([5, 2]);
    made.clock.now += 86_400_000 * 2;
    const late = await scrape(made);
    expect(value(late, 'roomwarden_target_fresh', { target: 'main' })).toBe(0);
  });
});

it('a failed scan moves the last scan, not the last successful one', async () => {
  const made = await stage(await embedded());
  const before = await scrape(made);
  made.worlds.main.outcomes = { ...made.worlds.main.outcomes, list: 'failed' };
  await made.scan('main');
  const after = await scrape(made);
  const name = 'roomwarden_last_successful_scan_timestamp_seconds';
  expect(value(after, name, { target: 'main' })).toBe(value(before, name, { target: 'main' }));
  expect(value(after, 'roomwarden_source_readable', { target: 'main', source: 'list' })).toBe(0);
  const ended = 'roomwarden_last_scan_timestamp_seconds';
  expect(value(after, ended, { target: 'main' })).toBeGreaterThan(
    value(before, ended, { target: 'main' }) ?? 0,
  );
});

it('a target that was never scanned is not fresh, and shows no time', async () => {
  const made = await stage(await embedded(), { scanned: false });
  const read = await scrape(made);
  expect(value(read, 'roomwarden_target_fresh', { target: 'main' })).toBe(0);
  expect(value(read, 'roomwarden_last_scan_timestamp_seconds', { target: 'main' })).toBeUndefined();
});

it('does not count again while nothing changed', async () => {
  const made = await stage(await embedded());
  await scrape(made);
  await made.store.db.deleteFrom('findings').execute();
  const rooms = { target: 'main', verdict: 'violation' };
  expect(value(await scrape(made), 'roomwarden_findings', rooms)).toBeGreaterThan(0);
  made.clock.now += 61_000;
  expect(value(await scrape(made), 'roomwarden_findings', rooms)).toBeUndefined();
});

describe('the form', () => {
  it.each([
    [undefined, 'text/plain; version=0.0.4; charset=utf-8'],
    ['*/*', 'text/plain; version=0.0.4; charset=utf-8'],
    ['text/plain', 'text/plain; version=0.0.4; charset=utf-8'],
    ['text/plain;version=1.0.0, */*;q=0.1', 'text/plain; version=0.0.4; charset=utf-8'],
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
    ['application/openmetrics-text', 'application/openmetrics-text; version=1.0.0; charset=utf-8'],
    [
      'application/openmetrics-text;version=2.0.0, text/plain;q=0.1',
      'text/plain; version=0.0.4; charset=utf-8',
    ],
    ['application/openmetrics-text;q=0.1, text/plain;q=0.9', 'text/plain; version=0.0.4; charset=utf-8'],
  ])('Accept %s gives %s', async (accept, type) => {
    const made = await stage(await embedded(), { scanned: false });
    const response = await made.get('/metrics', undefined, accept === undefined ? {} : { accept });
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, type]);
    expect(response.headers['cache-control']).toBe('no-store');
    parseExposition(response.body, type.startsWith('application/openmetrics'));
  });

  it.each(['application/json', 'text/html', 'application/openmetrics-text;version=2.0.0'])(
    '%s: 406',
    async (accept) => {
      const made = await stage(await embedded(), { scanned: false });
      expect((await made.get('/metrics', undefined, { accept })).statusCode).toBe(406);
    },
  );

  it('has names by the rules, and holds in both forms the same', async () => {
    const made = await stage(await embedded());
    const [newer, older] = [await scrape(made), await scrape(made, undefined, 'text/plain')];
    for (const [name, type] of older.types) {
      expect(name).toMatch(/^roomwarden_[a-z][a-z_]*$/);
      if (type === 'counter') expect(name).toMatch(/_total$/);
      else expect(name).not.toMatch(/_total$/);
      expect(name).not.toMatch(/_(ms|milliseconds|minutes|hours|days|kb|mb|percent)(_|$)/);
      expect(newer.types.get(type === 'counter' ? name.slice(0, -6) : name)).toBe(type);
    }
    const steady = ({ samples }: Parsed) =>
      samples
        .filter(({ name }) => !/_process_|_http_requests/.test(name))
        .map((each) => JSON.stringify(each));
    expect(steady(newer)).toEqual(steady(older));
  });

  it('passes promtool', async ({ skip }) => {
    const made = await stage(await embedded());
    const { body } = await made.get('/metrics');
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' });
    if (checked.error !== undefined) skip('promtool is not installed');
    expect([checked.status, checked.stdout + checked.stderr]).toEqual([0, '']);
  });
});

describe('access', () => {
  it.each([
    [['read'], 200],
    [['feed'], 200],
    [['admin'], 200],
    [['operate'], 403],
  ] as const)('scope %j: %i', async (scopes, status) => {
    const made = await stage(await embedded(), { scanned: false });
    expect((await made.get('/metrics', await made.token([...scopes]))).statusCode).toBe(status);
  });

  it('a token for one target sees nothing of another, and no sums over all', async () => {
    const made = await stage(await embedded());
    const read = await scrape(made, await made.token(['read'], ['main']));
    expect(JSON.stringify(read.samples)).not.toMatch(/"other"|rival/);
    expect(value(read, 'roomwarden_rooms', { target: 'main' })).toBe(5);
    const others = read.samples
      .filter(({ labels }) => labels['target'] === undefined)
      .map(({ name }) => name);
    expect(others).toEqual(['roomwarden_build_info', 'roomwarden_start_timestamp_seconds']);
    expect([...read.types.keys()]).not.toContain('roomwarden_feed_sequence');
    expect(
      (await scrape(made, await made.token(['read'], ['gone']))).samples.map(({ name }) => name),
    ).toEqual(others);
  });

  it.each<[string, object, string, Record<string, string>, number]>([
    ['closed', { open: false }, '127.0.0.1', {}, 401],
    ['opened, from here', { open: true }, '127.0.0.1', {}, 200],
    ['opened, from here by IPv6', { open: true }, '::1', {}, 200],
    ['opened, from elsewhere', { open: true }, '192.0.2.1', {}, 401],
    ['opened, through a proxy here', { open: true }, '127.0.0.1', { 'x-forwarded-for': '192.0.2.1' }, 401],
    ['opened, under another name', { open: true }, '127.0.0.1', { host: 'evil.example' }, 401],
  ])('%s', async (_, metrics, remoteAddress, headers, status) => {
    const made = await stage(await embedded(), { config: { metrics: metrics as { open: boolean } } });
    const response = await made.call({ method: 'GET', url: '/metrics', remoteAddress, headers });
    expect(response.statusCode).toBe(status);
    if (status === 200) expect(response.body).toContain('target="other"');
  });
});

it('names no room, no person and no address', async () => {
  const made = await stage(await embedded());
  await made.get(`/api/v1/targets/main/rooms/${hostile.talk}`);
  await made.get(`/${hostile.talk}?x=${hostile.talk}`, null);
  const body = (await made.get('/metrics')).body;
  for (const text of [
    hostile.talk,
    'HYPERLINK',
    'shut',
    'secret-room',
    'Geheim',
    'Kontaktperson',
    '127.0.0.1',
  ]) {
    expect(body).not.toContain(text);
  }
  expect(body).toContain('route="/api/v1/targets/:target/rooms/:room"');
  expect(body).toContain('route="none"');
});

it('counts scans and calls to servers by outcome, every target from zero', async () => {
  const made = await stage(await embedded(), {
    scanned: false,
    deps: { counted: new Counted([{ id: 'main', vendor: 'toy' }]) },
  });
  const counted = new Counted([{ id: 'main', vendor: 'toy' }]);
  counted.scanned({ id: 'main', vendor: 'toy' }, 'partial', 42_000);
  counted.asked({ id: 'main', vendor: 'toy' }, 404);
  counted.asked({ id: 'main', vendor: 'toy' }, null);
  const [scans, durations, upstream] = await counted.read();
  const find = (family: typeof scans, labels: object) =>
    family?.samples.find((sample) =>
      Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
    )?.value;
  expect([find(scans, { outcome: 'partial' }), find(scans, { outcome: 'complete' })]).toEqual([1, 0]);
  expect([find(durations, { le: '60' }), find(durations, { le: '30' })]).toEqual([1, 0]);
  expect(['404', 'none', '200'].map((code) => find(upstream, { code }))).toEqual([1, 1, 0]);
  expect(value(await scrape(made), 'roomwarden_scans_total', { outcome: 'failed' })).toBe(0);
});

it.each([
  ['a_total 1\n# EOF\n', 'of no family'],
  ['# HELP a b\n# TYPE a gauge\na 1', 'no end'],
  ['# HELP a b\n# TYPE a gauge\na 1\n', 'no # EOF'],
  ['# HELP a b\n# TYPE a gauge\na{x="1",} 1\n# EOF\n', 'bad labels'],
  ['# HELP a b\n# TYPE a gauge\na{x="1"} 1\na{x="1"} 2\n# EOF\n', 'twice'],
  ['# HELP a b\n# TYPE a counter\na 1\n# EOF\n', 'of no family'],
  ['# HELP a b\n# TYPE a gauge\na 1\n# HELP c d\n# TYPE c gauge\nc 1\na{x="2"} 1\n# EOF\n', 'one piece'],
  ['# TYPE a gauge\na 1\n# EOF\n', 'no help'],
  [
    '# HELP a b\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n',
    'broken',
  ],
])('the reader refuses %j', (text, why) => {
  expect(() => parseExposition(text, true)).toThrow(why);
});
