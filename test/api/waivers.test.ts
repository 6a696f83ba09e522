import { afterEach, describe, expect, it } from 'vitest';
import { DueWatch } from '../../src/scan/due.ts';
import { quiet } from '../scan/toy.ts';
import { eachStore } from '../store/helper.ts';
import { declared } from './asked.ts';
import { closeStages, embedded, hostile, type Stage, stage, t0 } from './helper.ts';

afterEach(closeStages);

const day = 86_400_000;
const body = {
  policy: 'access',
  target: 'main',
  reason: 'Schulung',
  owner: 'Fachgebiet 12',
  until: '2026-12-31',
};
/** End of that day in Berlin. */
const end = Date.UTC(2026, 11, 31, 23) - 1;

async function send(made: Stage, method: 'POST' | 'DELETE', url: string, payload?: object, token?: string) {
  const authorization = `Bearer ${token ?? (await made.token(['operate']))}`;
  const request = { method, url, headers: { authorization } };
  return made.call(payload === undefined ? request : { ...request, payload });
}
const give = (made: Stage, more: object = {}, url = '/api/v1/waivers') =>
  send(made, 'POST', url, { ...body, ...more });

const events = async ({ store }: Stage) =>
  (
    await store.db.selectFrom('events').select(['kind', 'policy', 'cause', 'uid']).orderBy('seq').execute()
  ).filter(({ kind }) => kind.startsWith('waive'));
const open = async (made: Stage, status = 'open') =>
  (await made.get(`/api/v1/violations?policy=access&status=${status}&target=main`)).json().violations;

eachStore((openStore) => {
  it('a waiver holds at once, is told, listed and counted, and revoked at once', async () => {
    const made = await stage((await openStore()).store);
    expect(await open(made)).toHaveLength(3);
    const given = await give(made, { room: 'k3x9w7ab', ticket: 'IT-1', approved_by: 'Amtsleitung' });
    expect([given.statusCode, given.headers['location']]).toEqual([
      201,
      `/api/v1/waivers/${given.json().id}`,
    ]);
    expect(given.json()).toMatchObject({
      policy: 'access',
      target: 'main',
      room: { id: 'k3x9w7ab', ref: expect.stringMatching(/^[a-z2-7]{16}$/) },
      until: new Date(end).toISOString(),
      state: 'active',
      managed_by: 'api',
      created_by: expect.stringMatching(/^token:/),
      approved_by: 'Amtsleitung',
      review: { holds: { violations: 1, unknowns: 0, already_waived: 1 }, not: [] },
    });
    expect(await events(made)).toMatchObject([{ kind: 'waived', policy: 'access', cause: 'waiver' }]);
    expect((await open(made, 'waived'))[0].waiver).toMatchObject({ id: given.json().id, ticket: 'IT-1' });
    expect(await open(made)).toHaveLength(2);
    const read = (await made.get('/api/v1/waivers')).json();
    expect(read.counts).toEqual({ active: 1, over: 0, revoked: 0 });
    expect(JSON.stringify(read)).not.toMatch(/k3x9w7ab|Amtsleitung|created_by/);
    // The next scan knows of it.
    await made.scan('main');
    expect(await events(made)).toHaveLength(1);
    const url = given.headers['location'] as string;
    const revoked = await send(made, 'DELETE', url);
    expect(revoked.json()).toMatchObject({ state: 'revoked', revoked_by: expect.stringMatching(/^token:/) });
    expect((await events(made)).map(({ kind }) => kind)).toEqual(['waived', 'waiver_expired']);
    expect(await open(made)).toHaveLength(3);
    expect((await send(made, 'DELETE', url)).statusCode).toBe(200);
    const log = await made.store.db
      .selectFrom('audit_log')
      .select(['action', 'target'])
      .orderBy('id')
      .execute();
    expect(log.filter(({ action }) => action.startsWith('waiver'))).toEqual([
      { action: 'waiver.create', target: 'main' },
      { action: 'waiver.revoke', target: 'main' },
    ]);
    const history = (await made.get('/api/v1/waivers?state=revoked')).json();
    expect(history.waivers).toMatchObject([{ id: given.json().id, state: 'revoked' }]);
  });

  it('ends at its instant, with the time when it was due, and once only', async () => {
    const made = await stage((await openStore()).store);
    await give(made, { until: '2026-11-01' });
    const due = Date.UTC(2026, 10, 1, 23) - 1;
    const watches = [1, 2].map(
      () => new DueWatch({ ...made.recording, log: quiet, now: () => made.clock.now }),
    );
    await Promise.all(watches.map((watch) => watch.start()));
    made.clock.now = due;
    await Promise.all(watches.map((watch) => watch.run()));
    expect((await events(made)).filter(({ kind }) => kind === 'waiver_expired')).toEqual([]);
    made.clock.now = due + 1;
    await Promise.all(watches.map((watch) => watch.run()));
    await Promise.all(watches.map((watch) => watch.stop()));
    const ended = (await events(made)).filter(({ kind }) => kind === 'waiver_expired');
    expect(ended).toHaveLength(4);
    expect(new Set(ended.map(({ uid }) => uid)).size).toBe(4);
    const told = (await made.get('/api/v1/events?limit=1000', await made.token(['feed']))).json().events;
    const event = told.find((one: { event: string }) => one.event === 'waiver_expired');
    expect(event).toMatchObject({
      at: new Date(due + 1).toISOString(),
      finding: { status: 'open', waiver: { until: new Date(due).toISOString() } },
    });
    expect((await made.get('/api/v1/waivers')).json().counts).toEqual({ active: 0, over: 1, revoked: 0 });
  });

  it('an attestation counts at once and until its end, and is revoked at once', async () => {
    const made = await stage((await openStore()).store);
    const record = async () =>
      (await made.get('/api/v1/violations?verdict=unknown&policy=record-kept&target=main')).json().violations;
    expect(await record()).toHaveLength(1);
    const payload = {
      policy: 'record-kept',
      target: 'main',
      value: true,
      attested_by: 'Datenschutz',
      attested_at: '2026-10-01',
      valid_until: '2026-11-20',
      reference: 'VVT 7',
      owner: 'Fachgebiet 12',
    };
    const given = await send(made, 'POST', '/api/v1/attestations', payload);
    expect(given.statusCode).toBe(201);
    expect(given.json()).toMatchObject({ state: 'due', owner: 'Fachgebiet 12', managed_by: 'api' });
    expect(given.json().fields).toEqual({ value: true, reference: 'VVT 7', attested_by: 'Datenschutz' });
    expect(await record()).toEqual([]);
    const seen = (await made.get('/api/v1/attestations')).json();
    expect(seen.counts).toEqual({ valid: 0, due: 1, expired: 0, not_yet: 0, revoked: 0 });
    expect(seen.attestations[0].fields).toEqual({ value: true, reference: 'VVT 7' });
    const watch = new DueWatch({ ...made.recording, log: quiet, now: () => made.clock.now });
    await watch.start();
    made.clock.now = Date.UTC(2026, 10, 20, 23);
    await watch.run();
    await watch.stop();
    expect(await record()).toMatchObject([
      { cause: 'attestation', reasons: [{ code: 'attestation_expired' }, {}] },
    ]);
    const longer = { ...payload, valid_until: '2027-11-20' };
    const { id } = (await send(made, 'POST', '/api/v1/attestations', longer)).json();
    expect(await record()).toEqual([]);
    expect((await made.get('/api/v1/summary')).json()).toMatchObject({
      attestations_due: 0,
      attestations_expired: 0,
    });
    const revoked = await send(made, 'DELETE', `/api/v1/attestations/${id}`);
    expect(revoked.json()).toMatchObject({ state: 'revoked' });
    expect(await record()).toHaveLength(1);
    const scan = await made.scan('main');
    expect((await made.get(`/api/v1/scans/${scan}`)).json().state).toBe('complete');
    expect(await record()).toHaveLength(1);
  });
});

describe('a preview', () => {
  it('tells what would be hidden and where it would not hold, and keeps nothing', async () => {
    const made = await stage(await embedded());
    const preview = await give(made, {}, '/api/v1/waivers/preview');
    expect(preview.json()).toMatchObject({
      until: new Date(end).toISOString(),
      holds: { violations: 3, unknowns: 1, already_waived: 0, severities: { high: 4, critical: 0 } },
      not: [],
    });
    expect(preview.json().findings).toHaveLength(4);
    const must = { policy: 'presence' };
    expect((await give(made, must, '/api/v1/waivers/preview')).json()).toMatchObject({
      holds: { violations: 0 },
      not: [{ why: 'not_approved', findings: 1 }],
    });
    expect((await give(made, must)).json().errors[0].path).toBe('body.approved_by');
    expect((await made.get('/api/v1/waivers')).json().waivers).toEqual([]);
    expect(await events(made)).toEqual([]);
  });

  it('says of a waiver that was outgrown why it no longer holds', async () => {
    const made = await stage(await embedded());
    const given = (await give(made)).json();
    await made.store.db
      .updateTable('findings')
      .set({ severity_rank: 4 })
      .where('subject_id', '=', 'k3x9w7ab')
      .execute();
    const { review } = (await made.get(`/api/v1/waivers/${given.id}`)).json();
    expect(review).toMatchObject({ holds: { violations: 2 }, not: [{ why: 'severity_rose', findings: 1 }] });
  });
});

describe('scopes', () => {
  it.each<[string, object, number]>([
    ['the target', {}, 4],
    ['a room', { room: 'k3x9w7ab' }, 1],
    ['a room with a hostile id', { room: hostile.slash }, 1],
    ['a room of which nothing is open', { room: 'shut' }, 0],
    ['a tag', { tag: 'external' }, 0],
  ])('%s', async (_name, scope, hidden) => {
    const made = await stage(await embedded(), { config: { tags: { external: ['x*'] } } });
    await give(made, scope);
    expect(await events(made)).toHaveLength(hidden);
  });

  it('one finding, by its uid; a room by its ref', async () => {
    const made = await stage(await embedded());
    const [one, two] = await open(made);
    const { target: _, ...rest } = body;
    const given = await send(made, 'POST', '/api/v1/waivers', { ...rest, finding: one.uid });
    expect(given.json()).toMatchObject({ finding: one.uid, target: 'main', room: null });
    const byRef = await give(made, { room: two.subject.ref });
    expect(byRef.json().room.ref).toBe(two.subject.ref);
    expect((await events(made)).map(({ uid }) => uid)).toEqual([one.uid, two.uid]);
  });
});

describe('what is refused', () => {
  const only = { config: { ...declared, waivers_max: 90 * 86_400 } };
  it.each<[string, object, string]>([
    ['an unknown policy', { policy: 'nope' }, 'body.policy'],
    ['an unknown target', { target: 'nope' }, 'body.target'],
    ['no target', { target: undefined }, 'body.target'],
    ['an unknown room', { room: 'nope' }, 'body.room'],
    ['an unknown tag', { tag: 'nope' }, 'body.tag'],
    ['an unknown finding', { finding: 'nope' }, 'body.finding'],
    ['two scopes', { room: 'shut', tag: 'nope' }, 'body.tag'],
    ['a day that is past', { until: '2026-10-31' }, 'body.until'],
    ['a day too far', { until: '2027-06-01' }, 'body.until'],
    ['no day', { until: '2026-02-30' }, 'body.until'],
    ['no reason', { reason: '  ' }, 'body.reason'],
    ['U+0000', { reason: 'a\u0000b' }, 'body.reason'],
    ['a purpose without a room', { purpose: 'Schulung' }, 'body.purpose'],
    ['a purpose of another policy', { room: 'shut', purpose: 'Schulung' }, 'body.purpose'],
    ['something else', { more: 1 }, 'body.more'],
  ])('%s', async (_name, change, path) => {
    const made = await stage(await embedded(), only);
    const response = await give(made, change);
    expect([response.statusCode, response.json().errors.map((each: { path: string }) => each.path)]).toEqual([
      400,
      expect.arrayContaining([path]),
    ]);
  });

  it('entries of the file: with file and line', async () => {
    const made = await stage(await embedded(), only);
    const answer = await send(made, 'DELETE', '/api/v1/waivers/file-1');
    expect([answer.statusCode, answer.json()]).toMatchObject([
      409,
      { file: '/etc/roomwarden.yaml', line: 7 },
    ]);
    const [one] = (await made.get('/api/v1/attestations')).json().attestations;
    const gone = await send(made, 'DELETE', `/api/v1/attestations/${one.id}`);
    expect([gone.statusCode, gone.json()]).toMatchObject([409, { line: 12 }]);
    const again = await send(made, 'POST', '/api/v1/attestations', {
      policy: 'record-kept',
      target: 'main',
      value: true,
      attested_by: 'x',
      attested_at: '2026-10-01',
      valid_until: '2027-10-01',
    });
    expect([again.statusCode, again.json()]).toMatchObject([409, { line: 12 }]);
  });

  it.each<[object, string]>([
    [{ policy: 'access' }, 'body.policy'],
    [{ target: 'nope' }, 'body.target'],
    [{ value: undefined }, 'body'],
    [{ valid_until: '2026-09-01' }, 'body.valid_until'],
    [{ valid_until: '2026-10-02' }, 'body.valid_until'],
    [{ attested_at: 'today' }, 'body.attested_at'],
    [{ guarantee: 'privacy_shield' }, 'body.guarantee'],
  ])('an attestation with %j', async (change, path) => {
    const made = await stage(await embedded());
    const payload = {
      policy: 'record-kept',
      target: 'main',
      value: true,
      attested_by: 'x',
      attested_at: '2026-10-01',
      valid_until: '2027-10-01',
      ...change,
    };
    const response = await send(made, 'POST', '/api/v1/attestations', payload);
    expect([response.statusCode, response.json().errors[0].path]).toEqual([400, path]);
  });

  it('who may not: readers, and operators of other targets', async () => {
    const made = await stage(await embedded());
    for (const url of ['/api/v1/waivers', '/api/v1/waivers/preview', '/api/v1/attestations']) {
      expect((await send(made, 'POST', url, body, await made.token(['read', 'feed']))).statusCode).toBe(403);
    }
    const other = await made.token(['operate'], ['other']);
    expect((await send(made, 'POST', '/api/v1/waivers', body, other)).json().errors[0].path).toBe(
      'body.target',
    );
    const { id } = (await give(made)).json();
    expect((await send(made, 'DELETE', `/api/v1/waivers/${id}`, undefined, other)).statusCode).toBe(404);
    expect((await made.get(`/api/v1/waivers/${id}`, other)).statusCode).toBe(404);
    const [finding] = await open(made, 'waived');
    const { target: _, ...rest } = { ...body, finding: finding.uid };
    const hidden = await send(made, 'POST', '/api/v1/waivers', rest, other);
    expect(hidden.json().errors[0].path).toBe('body.finding');
  });
});

it('filters and pages, soonest end first', async () => {
  const made = await stage(await embedded(), { config: declared });
  for (const until of ['2026-12-03', '2026-12-01', '2026-12-02']) await give(made, { until });
  const list = async (query: string) => (await made.get(`/api/v1/waivers?${query}`)).json();
  expect((await list('')).waivers.map((one: { managed_by: string }) => one.managed_by)).toEqual([
    'file',
    'api',
    'api',
    'api',
    'file',
  ]);
  expect((await list('managed_by=api&target=main&policy=access&state=active')).waivers).toHaveLength(3);
  expect((await list('state=over')).waivers.map((one: { id: string }) => one.id)).toEqual(['file-1']);
  const first = await list('managed_by=api&limit=2');
  expect([first.has_more, first.waivers.length]).toEqual([true, 2]);
  const second = await list(`managed_by=api&limit=2&after=${first.next_cursor}`);
  expect([second.has_more, second.next_cursor, second.waivers.length]).toEqual([false, null, 1]);
  expect((await made.get(`/api/v1/waivers?limit=2&after=${first.next_cursor}`)).statusCode).toBe(400);
  expect((await made.get('/api/v1/waivers?target=nope')).statusCode).toBe(400);
});

describe('an exception for recordings', () => {
  const recorded = (ages: number[], room: string | null = 'shut') => ({
    recordings: ages.map((age, index) => ({
      id: `r${index}`,
      age: age * 86_400,
      ...(room === null ? {} : { room }),
    })),
  });
  const purpose = { policy: 'recordings', room: 'shut', purpose: 'Schulung', until: '2026-11-02' };
  const over = Date.UTC(2026, 10, 2, 23);

  async function ended(recordings: object, after: object, outcomes: object = {}) {
    const made = await stage(await embedded(), { main: recordings });
    const given = (await give(made, purpose)).json();
    made.clock.now = over + day;
    const care = async () => (await made.get(`/api/v1/waivers/${given.id}`)).json().aftercare;
    expect(given.aftercare).toBeUndefined();
    expect(await care()).toEqual({ state: 'unknown', count: null, checked_at: null });
    Object.assign(made.worlds.main, after, { outcomes });
    for (let times = 0; times < 2; times += 1) await made.scan('main');
    return { made, care, given };
  }

  it('covers the recordings of that room while it lasts', async () => {
    const made = await stage(await embedded(), { main: recorded([30, 30]) });
    expect((await give(made, purpose)).json().review.holds.violations).toBe(2);
    const elsewhere = await stage(await embedded(), { main: recorded([30], 'another') });
    expect((await give(elsewhere, purpose)).json().review.holds.violations).toBe(0);
  });

  it('they are gone', async () => {
    const { made, care, given } = await ended(recorded([30]), { recordings: [] });
    expect(await care()).toMatchObject({ state: 'gone', count: 0, checked_at: expect.any(String) });
    const log = await made.store.db
      .selectFrom('audit_log')
      .selectAll()
      .where('action', '=', 'waiver.aftercare')
      .execute();
    expect(log.map(({ object, detail_json }) => [object, JSON.parse(detail_json).state])).toEqual([
      [given.id, 'remaining'],
      [given.id, 'gone'],
    ]);
    // For good: what is recorded later has its own findings, and a list that fails takes nothing back.
    made.worlds.main.outcomes = { recordings: 'failed' };
    await made.scan('main');
    expect(await care()).toMatchObject({ state: 'gone' });
  });

  it('some are left; later ones do not count', async () => {
    const { care } = await ended(recorded([30]), recorded([33, 0]));
    expect(await care()).toMatchObject({ state: 'remaining', count: 1 });
  });

  it('nobody knows: the list failed, or does not name the room', async () => {
    const failed = await ended(recorded([]), { recordings: [] }, { recordings: 'failed' });
    expect(await failed.care()).toMatchObject({ state: 'unknown', count: null });
    const unnamed = await ended(recorded([30], null), recorded([33], null));
    expect(await unnamed.care()).toMatchObject({ state: 'unknown', count: null });
  });
});

it('what lapsed while nobody watched is told at the start', async () => {
  const made = await stage(await embedded());
  await give(made, { until: '2026-11-01' });
  made.clock.now = t0 + 30 * day;
  const watch = new DueWatch({ ...made.recording, log: quiet, now: () => made.clock.now });
  await watch.start();
  await watch.stop();
  expect((await events(made)).filter(({ kind }) => kind === 'waiver_expired')).toHaveLength(4);
});
