import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { reason } from '../../adapters/contract/fact.ts';
import type { Config } from '../../src/config/types.ts';
import { listEvents } from '../../src/findings/events.ts';
import { type FindingFilter, listFindings, readFinding } from '../../src/findings/queries.ts';
import { listRooms, listTargets, readScan } from '../../src/inventory/queries.ts';
import { readCoverage, readSummary } from '../../src/inventory/summary.ts';
import { collectRecords } from '../../src/scan/collect.ts';
import { applyScan } from '../../src/scan/record.ts';
import { readRoom } from '../../src/scan/room.ts';
import { recordScan } from '../../src/scan/runner.ts';
import { archiveRemoved, refreshWaivers } from '../../src/scan/scope.ts';
import type { Store } from '../../src/store/index.ts';
import { eachStore } from '../store/helper.ts';
import { catalogue, recordDeps, t0, target, toyAdapter, type World, world } from './toy.ts';

const spool = mkdtempSync(join(tmpdir(), 'roomwarden-spool-'));
afterAll(() => rmSync(spool, { recursive: true, force: true }));

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

let scans = 0;
async function scan(store: Store, state: World, change: Partial<Config> = {}, minutes = 30): Promise<string> {
  const id = `scan-${scans++}`;
  const signal = new AbortController().signal;
  await recordScan(recordDeps(store, state, spool, change), { id, target: target(), signal });
  state.now += minutes * 60_000;
  return id;
}

async function told(store: Store): Promise<string[]> {
  const events = await store.db
    .selectFrom('events')
    .select(['kind', 'policy', 'cause'])
    .orderBy('seq')
    .execute();
  return events
    .filter(({ kind }) => kind !== 'heartbeat')
    .map(({ kind, policy, cause }) => `${kind} ${policy} ${cause}`);
}

async function forget(store: Store): Promise<void> {
  await store.db.deleteFrom('events').execute();
}

const states = async (store: Store) =>
  (
    await store.db
      .selectFrom('subjects')
      .select(['id', 'state'])
      .where('kind', '=', 'room')
      .orderBy('id')
      .execute()
  ).map(({ id, state }) => `${id} ${state}`);

eachStore((open) => {
  const queries = (store: Store, now = t0) => ({
    store,
    catalogue,
    now: () => now,
    freshness: new Map([['t', 86_400]]),
  });
  const list = async (store: Store, filter: Partial<FindingFilter> = {}, now = t0) =>
    (await listFindings(queries(store, now), { visible: null, ...filter }, { limit: 100 }, 'plain')).findings;

  describe('a recorded scan', () => {
    it('gives violations, own and aggregated unknowns, and a heartbeat', async () => {
      const { store } = await open();
      const state = world({ presence: true });
      const id = await scan(store, state);
      expect(await told(store)).toEqual([
        'opened presence facts',
        'unknown record-kept facts',
        'opened access facts',
      ]);
      expect((await list(store)).map((finding) => [finding.policy, finding.subject.id])).toEqual([
        ['presence', '-'],
        ['access', 'open'],
      ]);
      expect(await readScan(store, id)).toMatchObject({
        state: 'complete',
        counts: { violation: 2, unknown: 1 },
      });
      expect(readdirSync(spool)).toEqual([]);
    });

    it('writes nothing per finding or subject when nothing changed', async () => {
      const { store } = await open();
      const state = world({ recordings: [{ id: 'r', age: 86_400 * 8 }] });
      await scan(store, state);
      const before = {
        findings: await store.db.selectFrom('findings').selectAll().execute(),
        subjects: await store.db.selectFrom('subjects').selectAll().execute(),
      };
      await forget(store);
      state.recordings = [{ id: 'r', age: 86_400 * 8 + 1_800 }];
      await scan(store, state);
      expect(await store.db.selectFrom('findings').selectAll().execute()).toEqual(before.findings);
      expect(await store.db.selectFrom('subjects').selectAll().execute()).toEqual(before.subjects);
      expect(await told(store)).toEqual([]);
      const [finding] = await list(store, { policy: ['access'] });
      expect(finding?.last_seen_at).toBe(new Date(t0 + 30 * 60_000).toISOString());
    });

    it('is the same twice as once', async () => {
      const { store } = await open();
      const state = world();
      const deps = recordDeps(store, state, spool);
      const records = await gather(
        collectRecords(target(), toyAdapter(state), deps.config, {
          ...deps.collect,
          signal: new AbortController().signal,
        }),
      );
      const id = await scan(store, state);
      const before = await store.db.selectFrom('events').selectAll().execute();
      const again = await applyScan(deps, {
        id,
        header: records[0] as never,
        end: records.at(-1) as never,
        finishedAt: state.now,
        async *records() {
          yield* records;
        },
      });
      expect(again).toBeNull();
      expect(await store.db.selectFrom('events').selectAll().execute()).toEqual(before);
    });

    it('first of all: one event with counts unless the feed is to be full', async () => {
      const { store } = await open();
      const state = world({ presence: true });
      const change = { feed: { initial: 'summary' as const } };
      await scan(store, state, change);
      expect(await told(store)).toEqual(['baseline null null']);
      const page = await listEvents({ store, catalogue }, { visible: null, limit: 10 }, 'ref');
      expect(page.events[0]?.counts).toMatchObject({ violation: 2, violation_critical: 1, unknown: 1 });
      state.presence = false;
      await scan(store, state, change);
      expect(await told(store)).toEqual(['baseline null null', 'resolved presence facts']);
    });
  });

  describe('a source that fails', () => {
    it('is told once; violations stay open and age', async () => {
      const { store } = await open();
      const state = world({
        rooms: Array.from({ length: 20 }, (_, n) => ({ id: `r${n}`, password: n > 4 })),
      });
      await scan(store, state);
      await forget(store);
      state.outcomes = { detail: 'failed' };
      await scan(store, state);
      expect(await told(store)).toEqual(['unknown access facts']);
      const [unknown] = await list(store, { verdict: 'unknown', policy: ['access'] });
      expect(unknown).toMatchObject({ affected: 20, subject: { kind: 'room', name: null } });
      expect(unknown?.message.en).toContain('20 affected');
      expect(unknown?.reasons.map((hole) => hole.code)).toEqual(['unreachable', 'unreachable']);
      expect(await list(store, { policy: ['access'] })).toHaveLength(5);
      state.outcomes = {};
      await scan(store, state);
      expect((await told(store)).at(-1)).toBe('resolved access facts');
    });

    it('that lists rooms leaves rooms and findings as they were', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      await forget(store);
      state.outcomes = { list: 'failed', detail: 'failed' };
      for (let n = 0; n < 3; n += 1) await scan(store, state);
      expect(await states(store)).toEqual(['open present', 'shut present']);
      expect((await list(store, { policy: ['access'] }))[0]?.subject.id).toBe('open');
      // Rooms could not be listed: said once, of no room in particular.
      expect(await told(store)).toEqual(['unknown access facts']);
      const stale = (await list(store, { policy: ['access'] }, state.now + 2 * 86_400_000))[0];
      expect(stale).toMatchObject({
        stale: true,
        confidence: 'low',
        last_seen_at: new Date(t0).toISOString(),
      });
    });

    it('for good takes nothing with it: the whole target down', async () => {
      const { store } = await open();
      const state = world({ presence: true });
      await scan(store, state);
      await forget(store);
      state.before = () => {
        throw new Error('defect with a secret in its text');
      };
      const id = await scan(store, state);
      expect(await told(store)).toEqual([]);
      const failed = await readScan(store, id);
      expect(failed).toMatchObject({ state: 'failed', error: { code: 'RW2007' } });
      expect(JSON.stringify(failed)).not.toContain('secret');
      expect(await list(store)).toHaveLength(2);
      const [view] = await listTargets(store, [target()], null, state.now);
      expect(view).toMatchObject({
        fresh: true,
        last_scan: { state: 'failed' },
        report: { counts: { violation: 2 } },
      });
    });
  });

  describe('absence', () => {
    it('of a room this account may no longer see closes nothing', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      await forget(store);
      state.rooms = [];
      await scan(store, state);
      expect(await states(store)).toEqual(['open no_longer_visible', 'shut no_longer_visible']);
      expect(await told(store)).toEqual(['unknown access facts', 'unknown access facts']);
      const found = await list(store, { policy: ['access'], verdict: 'all', status: 'all' });
      expect(found.map(({ verdict, status, subject }) => [subject.id, verdict, status]).sort()).toEqual([
        ['open', 'violation', 'open'],
        ['shut', 'unknown', 'open'],
      ]);
      expect(found.find(({ subject }) => subject.id === 'shut')?.reasons[0]?.code).toBe('no_longer_visible');
      await forget(store);
      await scan(store, state);
      expect(await told(store)).toEqual([]);
      state.rooms = world().rooms;
      await scan(store, state);
      expect(await told(store)).toEqual(['opened access facts', 'resolved access facts']);
      expect(await states(store)).toEqual(['open present', 'shut present']);
    });

    it('from a complete list of all proves a room gone, the second time', async () => {
      const { store } = await open();
      const state = world({ population: 'all' });
      await scan(store, state);
      await forget(store);
      state.rooms = state.rooms.slice(1);
      await scan(store, state);
      expect(await states(store)).toEqual(['open present', 'shut present']);
      state.outcomes = { list: 'partial' };
      await scan(store, state);
      expect(await states(store)).toEqual(['open present', 'shut present']);
      state.outcomes = {};
      await scan(store, state);
      expect(await states(store)).toEqual(['open gone', 'shut present']);
      expect(await told(store)).toEqual(['closed access scope']);
    });

    it('of a meeting ends it; it goes on under the same uid', async () => {
      const { store } = await open();
      const state = world({ population: 'running' });
      await scan(store, state);
      const [before] = await list(store, { policy: ['access'] });
      await forget(store);
      state.rooms = state.rooms.slice(1);
      await scan(store, state);
      expect(await states(store)).toEqual(['open ended', 'shut present']);
      state.rooms = world().rooms;
      await scan(store, state);
      expect(await told(store)).toEqual(['closed access scope', 'reopened access scope']);
      expect((await list(store, { policy: ['access'] }))[0]?.uid).toBe(before?.uid);
    });

    it('of a target from the configuration archives its findings', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      await forget(store);
      const deps = recordDeps(store, state, spool);
      expect(await archiveRemoved(deps, ['t'], state.now)).toEqual([]);
      expect(await archiveRemoved(deps, [], state.now)).toEqual(['t']);
      expect(await list(store, { verdict: 'all' })).toEqual([]);
      expect((await list(store, { verdict: 'all', status: 'closed' })).length).toBe(2);
      expect((await told(store)).every((line) => /^closed .* scope$/.test(line))).toBe(true);
      await forget(store);
      await scan(store, state);
      expect((await told(store)).sort()).toEqual(['reopened access scope', 'unknown record-kept scope']);
    });
  });

  describe('why a finding moves', () => {
    it('a parameter, an age, an attestation', async () => {
      const { store } = await open();
      const state = world({ rooms: [], recordings: [{ id: 'r', age: 86_400 * 6.99 }] });
      await scan(store, state);
      await forget(store);
      state.recordings = [{ id: 'r', age: 86_400 * 6.99 + 1_800 }];
      await scan(store, state);
      expect(await told(store)).toEqual(['opened recordings time']);
      await forget(store);
      const policies = { recordings: { parameters: { max_age: '30d' } } };
      await scan(store, state, { policies });
      expect(await told(store)).toEqual(['resolved recordings parameter']);
      await forget(store);
      const attestation = {
        policy: 'record-kept',
        target: 't',
        fields: { value: true },
        attestedAt: t0,
        validUntil: state.now + 1_000,
        origin: target().origin,
      };
      await scan(store, state, { policies, attestations: [attestation] });
      expect(await told(store)).toEqual(['resolved record-kept attestation']);
      await forget(store);
      await scan(store, state, { policies, attestations: [attestation] });
      expect(await told(store)).toEqual(['unknown record-kept attestation']);
    });

    it('a waiver that ends between two scans', async () => {
      const { store } = await open();
      const state = world();
      const waiver = {
        id: 'w',
        policy: 'access',
        target: 't',
        reason: 'r',
        owner: 'o',
        until: t0 + 1,
        origin: target().origin,
      };
      await scan(store, state, { waivers: [waiver] });
      expect((await list(store, { status: 'waived' }))[0]?.waiver).toMatchObject({ id: 'w', reason: 'r' });
      await forget(store);
      const deps = recordDeps(store, state, spool, { waivers: [waiver] });
      expect(await refreshWaivers(deps, t0)).toBe(0);
      expect(await refreshWaivers(deps, t0 + 2)).toBe(1);
      expect(await told(store)).toEqual(['waiver_expired access waiver']);
    });
  });

  describe('reading', () => {
    it('pages through findings, worst first, each once', async () => {
      const { store } = await open();
      const rooms = Array.from({ length: 25 }, (_, n) => ({ id: `r${n}`, password: false }));
      await scan(store, world({ presence: true, rooms }));
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof listFindings>> = await listFindings(
          queries(store),
          { visible: null },
          { limit: 10, ...(after === null ? {} : { after }) },
          'ref',
        );
        seen.push(...page.findings.map((finding) => finding.uid));
        after = page.next_cursor;
      } while (after !== null);
      expect(seen).toHaveLength(26);
      expect(new Set(seen).size).toBe(26);
    });

    it('filters', async () => {
      const { store } = await open();
      await scan(store, world({ presence: true }));
      const count = async (filter: Partial<FindingFilter>) => (await list(store, filter)).length;
      expect(await count({ severity: 'critical' })).toBe(1);
      expect(await count({ kind: 'room' })).toBe(1);
      expect(await count({ room: 'open' })).toBe(1);
      expect(await count({ room: 'shut' })).toBe(0);
      expect(await count({ vendor: ['other'] })).toBe(0);
      expect(await count({ target: [] })).toBe(0);
      expect(await count({ visible: ['other'] })).toBe(0);
      expect(await count({ verdict: 'unknown' })).toBe(1);
      expect(await count({ changedSince: t0 + 1 })).toBe(0);
    });

    it('shows ids to those who may see them and to nobody else', async () => {
      const { store } = await open();
      await scan(store, world({ rooms: [{ id: 'secret-door', password: false }] }));
      const page = await listFindings(queries(store), { visible: null, kind: 'room' }, { limit: 10 }, 'ref');
      expect(page.findings[0]?.subject.ref).toMatch(/^[a-z2-7]{16}$/);
      expect(page.findings[0]?.evidence.length).toBeGreaterThan(0);
      expect(JSON.stringify({ page })).not.toContain('/secret-door');
      const events = await listEvents({ store, catalogue }, { visible: null, limit: 100 }, 'ref');
      expect(events.events.length).toBeGreaterThan(1);
      expect(JSON.stringify(events).replaceAll('Room secret-door', '')).not.toContain('secret-door');
      const rooms = await listRooms(store, 't', { limit: 10 }, 'ref');
      expect(rooms.rooms[0]?.id).toBeUndefined();
      expect(rooms.rooms[0]).toMatchObject({ violations: 1, state: 'present' });
    });

    it('continues the feed without a gap and refuses the cursor of another epoch', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      const all = await listEvents({ store, catalogue }, { visible: null, limit: 100 }, 'ref');
      const first = await listEvents({ store, catalogue }, { visible: null, limit: 1 }, 'ref');
      const rest = await listEvents(
        { store, catalogue },
        { visible: null, limit: 100, after: first.next_cursor },
        'ref',
      );
      expect([...first.events, ...rest.events]).toEqual(all.events);
      const empty = await listEvents(
        { store, catalogue },
        { visible: null, limit: 100, after: rest.next_cursor },
        'ref',
      );
      expect(empty).toEqual({ events: [], next_cursor: rest.next_cursor, has_more: false });
      const foreign = Buffer.from(JSON.stringify(['other', 1])).toString('base64url');
      await expect(
        listEvents({ store, catalogue }, { visible: null, limit: 1, after: foreign }, 'ref'),
      ).rejects.toMatchObject({ kind: 'expired' });
      await expect(
        listEvents({ store, catalogue }, { visible: null, limit: 1, after: '%' }, 'ref'),
      ).rejects.toMatchObject({ kind: 'invalid' });
    });

    it('gives one finding with its history', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      const [finding] = await list(store);
      state.rooms = world({ rooms: [{ id: 'open', password: true }] }).rooms;
      await scan(store, state);
      const read = await readFinding(queries(store), finding?.uid ?? '', 'plain');
      expect(read?.history.map(({ event }) => event)).toEqual(['opened', 'resolved']);
      expect(read?.finding).toMatchObject({ status: 'resolved', message: { de: 'Offener Raum.' } });
      expect(read?.finding.remediation.en).toBe('Set a password.');
      expect(await readFinding(queries(store), 'none', 'plain')).toBeNull();
    });

    it('judges a room on read, and calls what is too old stale', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      const read = (now: number, idOrRef = 'shut') =>
        readRoom({ ...recordDeps(store, state, spool), now: () => now }, target(), idOrRef, 'plain');
      const fresh = await read(t0 + 1_000);
      expect(fresh?.verdicts.map(({ policy, verdict }) => [policy, verdict])).toEqual([['access', 'pass']]);
      expect((await read(t0 + 1_000, fresh?.room.ref))?.room.id).toBe('shut');
      await scan(store, state);
      expect((await read(t0 + 86_400_000 + 60_000))?.verdicts[0]?.verdict).toBe('pass');
      const old = await read(t0 + 2 * 86_400_000);
      expect(old?.verdicts[0]).toMatchObject({ verdict: 'unknown' });
      expect(old?.verdicts[0]?.reasons.every(({ code }) => code === 'stale')).toBe(true);
      expect(await read(t0, 'nobody')).toBeNull();
    });

    it('keeps what a failed source said, until it is stale', async () => {
      const { store } = await open();
      const state = world();
      await scan(store, state);
      state.outcomes = { detail: 'failed' };
      await scan(store, state, {}, 60 * 20);
      await scan(store, state);
      const read = (now: number) =>
        readRoom({ ...recordDeps(store, state, spool), now: () => now }, target(), 'shut', 'plain');
      expect((await read(t0 + 86_000_000))?.verdicts[0]?.verdict).toBe('pass');
      expect((await read(t0 + 87_000_000))?.verdicts[0]?.verdict).toBe('unknown');
    });

    it('sums up', async () => {
      const { store } = await open();
      await scan(store, world({ presence: true }));
      expect(await readSummary(store, [target()], null, t0)).toMatchObject({
        targets: 1,
        targets_fresh: 1,
        rooms: 2,
        violations: 2,
        violations_critical: 1,
        unknowns: 1,
        waived: 0,
      });
      const [coverage] = await readCoverage(store, null);
      expect(coverage?.coverage.map((line) => (line as { clause: string }).clause)).toEqual([
        'S1-01',
        'S1-02',
        'S1-03',
        'S1-04',
      ]);
      expect(await readCoverage(store, ['other'])).toEqual([]);
    });
  });

  it('a room of its own trouble has a finding of its own', async () => {
    const { store } = await open();
    const rooms = [
      { id: 'a', password: reason('conflicting') },
      { id: 'b', password: true },
    ];
    await scan(store, world({ rooms }));
    const [unknown] = await list(store, { verdict: 'unknown', kind: 'room' });
    expect(unknown?.subject.id).toBe('a');
    expect(existsSync(spool)).toBe(true);
  });
});
