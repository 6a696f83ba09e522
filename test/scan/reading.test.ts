import { expect, it } from 'vitest';
import { listEvents } from '../../src/findings/events.ts';
import { type FindingFilter, listFindings, readFinding } from '../../src/findings/queries.ts';
import { listRooms } from '../../src/inventory/queries.ts';
import { readCoverage, readSummary } from '../../src/inventory/summary.ts';
import { readRoom } from '../../src/scan/room.ts';
import { eachStore } from '../store/helper.ts';
import { list, queries, scan, spool } from './recording.ts';
import { catalogue, recordDeps, t0, target, world } from './toy.ts';

eachStore((open) => {
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
