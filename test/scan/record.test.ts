import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reason } from '../../adapters/contract/fact.ts';
import { listEvents } from '../../src/findings/events.ts';
import { listTargets, readScan } from '../../src/inventory/queries.ts';
import { collectRecords } from '../../src/scan/collect.ts';
import { applyScan } from '../../src/scan/record.ts';
import { archiveRemoved } from '../../src/scan/scope.ts';
import { eachStore } from '../store/helper.ts';
import { forget, gather, list, scan, spool, states, told } from './recording.ts';
import { catalogue, recordDeps, t0, target, toyAdapter, world } from './toy.ts';

eachStore((open) => {
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

  it('a room of its own trouble has a finding of its own', async () => {
    const { store } = await open();
    const rooms = [
      { id: 'a', password: reason('conflicting') },
      { id: 'b', password: true },
    ];
    await scan(store, world({ rooms }));
    const [unknown] = await list(store, { verdict: 'unknown', kind: 'room' });
    expect(unknown?.subject.id).toBe('a');
  });
});
