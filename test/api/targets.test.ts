import { afterEach, describe, expect, it } from 'vitest';
import { eachStore } from '../store/helper.ts';
import { closeStages, embedded, hostile, type Stage, stage, t0, walk } from './helper.ts';

afterEach(closeStages);

async function post(made: Stage, url: string, payload?: string, type = 'application/json') {
  const headers = {
    authorization: `Bearer ${await made.token(['operate'])}`,
    ...(payload === undefined ? {} : { 'content-type': type }),
  };
  return made.call({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload }) });
}

eachStore((open) => {
  it('lists targets with last scan, sources and freshness', async () => {
    const made = await stage((await open()).store);
    const { targets } = (await made.get('/api/v1/targets')).json();
    expect(targets.map((target: { id: string }) => target.id)).toEqual(['main', 'other']);
    expect(targets[0]).toMatchObject({
      vendor: 'toy',
      url: 'https://main.example.org',
      fresh: true,
      freshness: 86_400,
      active_scan: null,
      rooms: { seen: 5, population: 'visible' },
      verdicts: { violation: 5, unknown: 2, pass: 1, not_applicable: 0 },
      last_scan: { state: 'complete', error: null },
    });
    expect(targets[0].sources.map((source: { source: string }) => source.source)).toContain('detail');
    expect(targets[0].sources[0].answered_at).toMatch(/Z$/);
    expect((await made.get('/api/v1/targets/main')).json()).toEqual(targets[0]);
    made.clock.now += 2 * 86_400_000;
    expect((await made.get('/api/v1/targets/main')).json().fresh).toBe(false);
  });

  it('says of a target that was never scanned that nothing is known', async () => {
    const made = await stage((await open()).store, { scanned: false });
    const { targets } = (await made.get('/api/v1/targets')).json();
    expect(targets[0]).toMatchObject({
      fresh: false,
      last_scan: null,
      sources: [],
      rooms: null,
      verdicts: null,
      score: null,
    });
    const coverage = (await made.get('/api/v1/coverage')).json();
    expect(coverage.targets.map((row: { target: string }) => row.target)).toEqual(['main', 'other']);
    expect(coverage.targets[0]).toMatchObject({ score: null, coverage: [] });
  });

  it('starts a scan and tells how it went', async () => {
    const made = await stage((await open()).store, { scanned: false });
    const started = await post(made, '/api/v1/targets/main/scans');
    const { scan } = started.json();
    expect([started.statusCode, started.headers['location']]).toEqual([202, `/api/v1/scans/${scan}`]);
    expect(started.json()).toMatchObject({ target: 'main', accepted: true });
    await made.scheduler.idle();
    const done = await made.get(String(started.headers['location']));
    expect(done.json()).toMatchObject({
      id: scan,
      target: 'main',
      state: 'complete',
      error: null,
      counts: { violation: 5 },
    });
    expect((await made.get('/api/v1/targets/main')).json().last_scan.id).toBe(scan);
  });

  it('a failed scan says why, in both languages, and keeps what was known', async () => {
    const made = await stage((await open()).store);
    made.worlds.main.outcomes = { site: 'failed', list: 'failed', detail: 'failed', recordings: 'failed' };
    const scan = await made.scan('main');
    const { state, error } = (await made.get(`/api/v1/scans/${scan}`)).json();
    expect([state, error.code]).toEqual(['failed', 'RW2001']);
    expect([error.message.de, error.message.en].every((text) => text.includes('main'))).toBe(true);
    const { violations } = (await made.get('/api/v1/violations?target=main')).json();
    expect(violations.length).toBeGreaterThanOrEqual(4);
  });

  it('walks rooms exactly once', async () => {
    const rooms = Array.from({ length: 23 }, (_, index) => ({ id: `r${index}`, password: index % 2 === 0 }));
    const made = await stage((await open()).store, { main: { rooms } });
    const whole = await walk<{ ref: string; violations: number }>(
      made,
      '/api/v1/targets/main/rooms',
      'rooms',
    );
    expect(new Set(whole.map((room) => room.ref)).size).toBe(23);
    expect(whole.filter((room) => room.violations === 1)).toHaveLength(11);
    for (const limit of [1, 5, 23]) {
      expect(await walk(made, `/api/v1/targets/main/rooms?limit=${limit}`, 'rooms')).toEqual(whole);
    }
    const { next_cursor } = (await made.get('/api/v1/targets/main/rooms?limit=5')).json();
    expect((await made.get(`/api/v1/targets/other/rooms?after=${next_cursor}`)).statusCode).toBe(400);
    expect((await made.get(`/api/v1/targets/main/rooms?state=all&after=${next_cursor}`)).statusCode).toBe(
      400,
    );
  });

  it.each(Object.entries(hostile))('finds the room with a %s id, by id and by ref', async (_name, id) => {
    const made = await stage((await open()).store);
    const operator = await made.token(['operate']);
    const found = await made.get(`/api/v1/targets/main/rooms/${encodeURIComponent(id)}`, operator);
    expect(found.statusCode).toBe(200);
    const { room, facts, verdicts } = found.json();
    expect(room.id).toBe(id);
    expect(facts.map((line: { fact: string }) => line.fact)).toContain('room_password_required');
    expect(verdicts.map((v: { policy: string; verdict: string }) => [v.policy, v.verdict])).toEqual([
      ['access', id === hostile.quote ? 'unknown' : 'violation'],
    ]);
    const byRef = (await made.get(`/api/v1/targets/main/rooms/${room.ref}`)).json();
    expect(byRef.room).not.toHaveProperty('id');
    expect(byRef.facts.map((line: { fact: string }) => line.fact)).toEqual(
      facts.map((line: { fact: string }) => line.fact),
    );
    expect(byRef.verdicts[0].uid).toBe(verdicts[0].uid);
  });

  it.each(['a%2Fb', '%3Cscript%3E', 'x'.repeat(2_040), '%F0%9F%98%80', "'%20or%201=1--", '%5B%24ne%5D'])(
    'no room %s',
    async (room) => {
      const made = await stage((await open()).store);
      for (const token of [await made.token(['read']), await made.token(['operate'])]) {
        const response = await made.get(`/api/v1/targets/main/rooms/${room}`, token);
        expect([response.statusCode, response.headers['content-type']]).toEqual([
          404,
          'application/problem+json',
        ]);
      }
    },
  );
});

describe('scans', () => {
  it('one at a time for a target: the second caller gets the id of the first', async () => {
    const made = await stage(await embedded(), { scanned: false, stuck: true });
    const first = (await post(made, '/api/v1/targets/main/scans')).json();
    const second = await post(made, '/api/v1/targets/main/scans');
    expect([second.statusCode, second.json()]).toEqual([202, { ...first, accepted: false }]);
    const waiting = await made.get(`/api/v1/scans/${first.scan}`);
    expect(waiting.json()).toMatchObject({
      id: first.scan,
      target: 'main',
      state: 'queued',
      started_at: null,
    });
    expect(waiting.headers['retry-after']).toBe('2');
    expect((await made.get('/api/v1/targets/main')).json().active_scan).toBe(first.scan);
    const other = await made.get(`/api/v1/scans/${first.scan}`, await made.token(['read'], ['other']));
    expect(other.statusCode).toBe(404);
  });

  it('shows progress while it runs here', async () => {
    const progress = () => ({ phase: 'collecting' as const, subjects: 300 });
    const made = await stage(await embedded(), { deps: { progress } });
    await made.store.db.updateTable('scans').set({ state: 'running', finished_at: null }).execute();
    expect((await made.get('/api/v1/scans/scan-1')).json().progress).toEqual({
      phase: 'collecting',
      subjects: 300,
    });
  });

  it.each<[string | undefined, string, number]>([
    [undefined, '', 202],
    ['', 'application/json', 202],
    ['{}', 'application/json', 202],
    ['{"force":true}', 'application/json', 400],
    ['{', 'application/json', 400],
    ['a=1', 'application/x-www-form-urlencoded', 415],
    ['x', 'text/plain', 415],
    [`{"a":"${'x'.repeat(20_000)}"}`, 'application/json', 413],
  ])('body %j as %s: %i', async (payload, type, status) => {
    const made = await stage(await embedded(), { scanned: false, stuck: true });
    const response = await post(made, '/api/v1/targets/main/scans', payload, type);
    expect(response.statusCode).toBe(status);
    if (status >= 400) expect(response.headers['content-type']).toBe('application/problem+json');
  });

  it('404 for a target that does not exist', async () => {
    const made = await stage(await embedded(), { scanned: false });
    expect((await post(made, '/api/v1/targets/nope/scans')).json()).toMatchObject({
      status: 404,
      texts: { de: 'Es gibt kein Ziel „nope“.', en: 'There is no target "nope".' },
    });
  });
});

describe('numbers', () => {
  it('are flat, and agree with the lists', async () => {
    const made = await stage(await embedded());
    const summary = (await made.get('/api/v1/summary')).json();
    expect(Object.values(summary).every((value) => typeof value === 'number')).toBe(true);
    expect(summary).toMatchObject({
      targets: 2,
      targets_fresh: 2,
      targets_failed: 0,
      rooms: 6,
      violations: 6,
      violations_critical: 1,
      violations_high: 4,
      violations_medium: 1,
      violations_low: 0,
      unknowns: 3,
    });
  });

  it('coverage names every clause for every target', async () => {
    const made = await stage(await embedded());
    const { clauses, targets } = (await made.get('/api/v1/coverage')).json();
    const ids = clauses.map((clause: { id: string }) => clause.id);
    expect(ids).toEqual(['S1-01', 'S1-02', 'S1-03', 'S1-04']);
    for (const row of targets)
      expect(row.coverage.map((line: { clause: string }) => line.clause)).toEqual(ids);
    const attested = targets[0].coverage.find((line: { clause: string }) => line.clause === 'S1-04');
    expect(attested).toMatchObject({ status: 'by_attestation', score: null });
    expect(clauses[0].duty).toEqual({ de: expect.any(String), en: expect.any(String) });
  });
});

describe('policies', () => {
  it('catalogue and one policy with the parameters in force', async () => {
    const policies = { recordings: { parameters: { max_age: '14d' } } };
    const made = await stage(await embedded(), { config: { policies }, scanned: false });
    const list = (await made.get('/api/v1/policies')).json().policies;
    expect(list.map((policy: { id: string }) => policy.id)).toEqual([
      'access',
      'presence',
      'record-kept',
      'recordings',
    ]);
    const one = (await made.get('/api/v1/policies/recordings')).json();
    expect(one.parameters).toEqual([
      expect.objectContaining({
        name: 'max_age',
        value: 14 * 86_400,
        default: 7 * 86_400,
        text: { de: 'Alter', en: 'Age' },
      }),
    ]);
    expect(one.judge[0]).toMatchObject({ kind: 'recording', rule: 'recording.age <= params.max_age' });
    expect(one.remediation.any).toEqual({ de: 'Löschen.', en: 'Delete it.' });
    expect((await made.get('/api/v1/policies/nope')).statusCode).toBe(404);
  });
});

it('removed targets are no longer listed', async () => {
  const made = await stage(await embedded());
  await made.store.db
    .insertInto('targets')
    .values({
      id: 'former',
      vendor: 'toy',
      state: 'removed',
      first_seen_at: t0,
      removed_at: t0,
      last_scan: null,
      last_scan_at: null,
      baseline_scan: null,
      covered_json: '{}',
      sources_json: '{}',
      report_json: null,
      policies_json: '{}',
    })
    .execute();
  expect((await made.get('/api/v1/targets')).body).not.toContain('former');
  expect((await made.get('/api/v1/targets/former')).statusCode).toBe(404);
  expect((await made.get('/api/v1/violations?target=former&status=all')).statusCode).toBe(200);
});
