import { afterEach, describe, expect, it } from 'vitest';
import { DueWatch } from '../../src/scan/due.ts';
import { quiet } from '../scan/toy.ts';
import { eachStore } from '../store/helper.ts';
import { declared } from './asked.ts';
import { body, give, send } from './giving.ts';
import { closeStages, embedded, hostile, type Stage, stage, t0 } from './helper.ts';

afterEach(closeStages);

const day = 86_400_000;
/** End of that day in Berlin. */
const end = Date.UTC(2026, 11, 31, 23) - 1;

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

it('what lapsed while nobody watched is told at the start', async () => {
  const made = await stage(await embedded());
  await give(made, { until: '2026-11-01' });
  made.clock.now = t0 + 30 * day;
  const watch = new DueWatch({ ...made.recording, log: quiet, now: () => made.clock.now });
  await watch.start();
  await watch.stop();
  expect((await events(made)).filter(({ kind }) => kind === 'waiver_expired')).toHaveLength(4);
});
