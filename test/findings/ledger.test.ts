import { describe, expect, it } from 'vitest';
import { reason } from '../../adapters/contract/fact.ts';
import type { FindingStatus } from '../../src/findings/types.ts';
import { eachStore } from '../store/helper.ts';
import { type Look, type PassOptions, pass, rows, t0, told, waiver } from './helper.ts';

const violation: Look = { verdict: 'violation' };
const worse: Look = { verdict: 'violation', severity: 'critical' };
const own: Look = { verdict: 'unknown', hole: reason('conflicting') };
const lost: Look = { verdict: 'unknown', hole: reason('unreachable') };
const clear: Look = { verdict: 'pass' };
const notApplicable: Look = { verdict: 'not_applicable' };
type Step = Look | 'gone';

/** Steps from an empty ledger, then the event of the last one and how the room's finding stands. */
const table: [string, Step[], string[], FindingStatus | null, string?, number?][] = [
  ['- to violation', [violation], ['opened'], 'open', 'violation', 1],
  ['- to unknown', [own], ['unknown'], 'open', 'unknown', 1],
  ['- to pass', [clear], [], null],
  ['- to not applicable', [notApplicable], [], null],
  ['unknown to violation', [own, violation], ['opened'], 'open', 'violation', 1],
  ['violation to unknown', [violation, own], ['unknown'], 'open', 'violation', 0],
  ['unconfirmed stays silent', [violation, own, own], [], 'open', 'violation', 0],
  ['unconfirmed to violation', [violation, own, violation], ['opened'], 'open', 'violation', 1],
  ['unconfirmed to pass', [violation, own, clear], ['resolved'], 'resolved'],
  ['violation to pass', [violation, clear], ['resolved'], 'resolved', 'violation'],
  ['violation to not applicable', [violation, notApplicable], ['resolved'], 'resolved'],
  ['unknown to pass', [own, clear], ['resolved'], 'resolved', 'unknown'],
  ['resolved to violation', [violation, clear, violation], ['reopened'], 'open', 'violation'],
  ['resolved to unknown', [violation, clear, own], ['unknown'], 'open', 'unknown'],
  ['resolved stays silent', [violation, clear, clear], [], 'resolved'],
  ['violation, other severity', [violation, worse], ['changed'], 'open', 'violation'],
  ['violation, the same', [violation, violation], [], 'open', 'violation'],
  ['violation, other facts', [violation, { ...violation, value: true }], ['changed'], 'open'],
  ['unknown, other reason', [own, { ...own, hole: reason('no_longer_visible') }], [], 'open', 'unknown'],
  ['violation gone', [violation, 'gone'], ['closed'], 'closed'],
  ['unknown gone', [own, 'gone'], ['closed'], 'closed'],
  ['resolved gone', [violation, clear, 'gone'], [], 'resolved'],
  ['closed to violation', [violation, 'gone', violation], ['reopened'], 'open', 'violation'],
  ['closed to unknown', [violation, 'gone', own], ['unknown'], 'open', 'unknown'],
  ['closed to pass', [violation, 'gone', clear], [], 'closed'],
];

eachStore((open) => {
  describe('transitions', () => {
    it.each(table)('%s', async (_name, steps, events, status, verdict, confirmed) => {
      const { store } = await open();
      for (const [index, step] of steps.entries()) {
        await store.db.deleteFrom('events').execute();
        const now = t0 + index * 60_000;
        if (step === 'gone') await pass(store, [], { out: ['room-1'], now });
        else await pass(store, [step], { now });
      }
      expect((await told(store)).map((entry) => entry.split(':')[0])).toEqual(events);
      const [row] = await rows(store);
      expect(row?.status ?? null).toBe(status);
      if (verdict !== undefined) expect(row?.verdict).toBe(verdict);
      if (confirmed !== undefined) expect(row?.confirmed).toBe(confirmed);
    });

    it('dates a finding from its current opening and its resolution', async () => {
      const { store } = await open();
      await pass(store, [violation], { now: t0 });
      await pass(store, [clear], { now: t0 + 1 });
      expect((await rows(store))[0]).toMatchObject({ opened_at: t0, resolved_at: t0 + 1 });
      await pass(store, [violation], { now: t0 + 2 });
      expect((await rows(store))[0]).toMatchObject({
        opened_at: t0 + 2,
        first_opened_at: t0,
        resolved_at: null,
      });
    });

    it('writes nothing for what did not move', async () => {
      const { store } = await open();
      const looks: Look[] = [
        violation,
        { ...own, id: 'room-2' },
        { ...lost, id: 'room-3' },
        { ...clear, id: 'room-4' },
      ];
      await pass(store, looks, { now: t0 });
      const before = await rows(store);
      await pass(store, looks, { now: t0 + 60_000 });
      expect(await rows(store)).toEqual(before);
      expect(await told(store)).toHaveLength(3);
    });

    it('closes what is no longer judged', async () => {
      const { store } = await open();
      await pass(store, [violation, { ...violation, policy: 'strict' }].slice(0, 1));
      await pass(store, [{ ...violation, policy: 'strict' }]);
      expect(await told(store)).toEqual(['opened:facts', 'opened:facts', 'closed:policy']);
    });
  });

  describe('aggregated unknowns', () => {
    const many = (count: number, spec: Look): Look[] =>
      Array.from({ length: count }, (_, index) => ({ ...spec, id: `room-${index}` }));

    it('are one finding per reason with the number of rooms', async () => {
      const { store } = await open();
      await pass(store, [...many(40, lost), { ...lost, id: 'x', hole: reason('not_permitted') }]);
      const found = await rows(store);
      expect(found.map((row) => [row.affected, row.subject_id]).sort()).toEqual([
        [1, ''],
        [40, ''],
      ]);
      expect(await told(store)).toEqual(['unknown:facts', 'unknown:facts']);
    });

    it('follow the number silently and resolve when the cause is gone', async () => {
      const { store } = await open();
      await pass(store, many(3, lost));
      await pass(store, many(5, lost));
      expect((await rows(store))[0]?.affected).toBe(5);
      await pass(store, many(5, clear));
      expect((await rows(store))[0]?.status).toBe('resolved');
      expect(await told(store)).toEqual(['unknown:facts', 'resolved:facts']);
    });

    it('stay as they are while their kind was not looked at', async () => {
      const { store } = await open();
      await pass(store, many(3, lost));
      await pass(store, [], { covered: ['deployment'] });
      expect((await rows(store))[0]).toMatchObject({ status: 'open', affected: 3 });
    });

    it('leave a violation open and unwritten', async () => {
      const { store } = await open();
      await pass(store, [violation]);
      const [before] = await rows(store);
      await pass(store, [lost], { now: t0 + 1 });
      const after = await rows(store);
      expect(after.find((row) => row.uid === before?.uid)).toEqual(before);
      expect(after.find((row) => row.uid !== before?.uid)).toMatchObject({ affected: 1, verdict: 'unknown' });
    });

    it('replace a room’s own unknown only when the cause is there to stay', async () => {
      const { store } = await open();
      await pass(store, [own]);
      await pass(store, [lost]);
      const ownRow = async () => (await rows(store)).find((row) => row.subject_id !== '');
      expect((await ownRow())?.status).toBe('open');
      await pass(store, [{ ...lost, hole: reason('not_configured') }]);
      expect((await ownRow())?.status).toBe('resolved');
    });

    it.each([
      ['invalid_answer', 'complete', 'own'],
      ['invalid_answer', 'partial', 'own'],
      ['invalid_answer', 'failed', 'aggregated'],
      ['undecidable', 'complete', 'own'],
      ['incomplete', 'complete', 'own'],
      ['incomplete', 'partial', 'aggregated'],
      ['not_permitted', 'complete', 'aggregated'],
      ['not_observable', 'complete', 'aggregated'],
      ['no_longer_visible', 'failed', 'own'],
      ['stale', 'complete', 'aggregated'],
    ] as const)('%s from a source that is %s: %s', async (code, state, side) => {
      const { store } = await open();
      await pass(store, [{ verdict: 'unknown', hole: reason(code) }], { states: { list: state } });
      expect((await rows(store))[0]?.subject_id).toBe(side === 'own' ? 'room-1' : '');
    });

    it('never happen to a deployment: it stands for itself', async () => {
      const { store } = await open();
      await pass(store, [{ ...lost, kind: 'deployment', id: '-' }]);
      expect((await rows(store))[0]).toMatchObject({ subject_id: '-', reason_key: null });
    });
  });

  describe('a first scan', () => {
    it('tells nothing one by one, but counts', async () => {
      const { store } = await open();
      await pass(store, [violation, { ...own, id: 'b' }], { baseline: ['room'] });
      expect(await told(store)).toEqual([]);
      expect(await rows(store)).toHaveLength(2);
      await pass(store, [clear, { ...own, id: 'b' }]);
      expect(await told(store)).toEqual(['resolved:facts']);
    });
  });

  describe('waivers', () => {
    const cases: [string, Look, PassOptions, FindingStatus][] = [
      ['holds for the whole target', violation, { waivers: [waiver()] }, 'waived'],
      ['of another policy', violation, { waivers: [waiver({ policy: 'other' })] }, 'open'],
      ['of another target', violation, { waivers: [waiver({ target: 'u' })] }, 'open'],
      ['of this room', violation, { waivers: [waiver({ room: 'room-1' })] }, 'waived'],
      [
        'of this room by alias',
        { ...violation, aliases: ['abc-def'] },
        { waivers: [waiver({ room: 'abc-def' })] },
        'waived',
      ],
      ['of another room', violation, { waivers: [waiver({ room: 'room-2' })] }, 'open'],
      [
        'of its tag',
        { ...violation, tags: ['external'] },
        { waivers: [waiver({ tag: 'external' })] },
        'waived',
      ],
      ['of another tag', violation, { waivers: [waiver({ tag: 'external' })] }, 'open'],
      ['until just now', violation, { waivers: [waiver({ until: t0 })] }, 'waived'],
      ['over', violation, { waivers: [waiver({ until: t0 - 1 })] }, 'open'],
      [
        'of a must without approval',
        { ...violation, policy: 'strict' },
        { waivers: [waiver({ policy: 'strict' })] },
        'open',
      ],
      [
        'of a must with approval',
        { ...violation, policy: 'strict' },
        { waivers: [waiver({ policy: 'strict', approvedBy: 'CISO' })] },
        'waived',
      ],
      ['of an own unknown', own, { waivers: [waiver()] }, 'waived'],
      [
        'one of several holds',
        violation,
        { waivers: [waiver({ id: 'a', until: t0 - 1 }), waiver({ id: 'b' })] },
        'waived',
      ],
    ];
    it.each(cases)('%s', async (_name, spec, options, status) => {
      const { store } = await open();
      await pass(store, [spec], options);
      expect((await rows(store))[0]?.status).toBe(status);
    });

    it('keep the finding and tell when they begin, end by time and come to nothing', async () => {
      const { store } = await open();
      const waivers = [waiver({ until: t0 + 100 })];
      await pass(store, [violation], { waivers });
      await pass(store, [violation], { waivers, now: t0 + 100 });
      await pass(store, [violation], { waivers, now: t0 + 101 });
      await pass(store, [violation], { waivers, now: t0 + 102 });
      expect(await told(store)).toEqual(['opened:facts', 'waived:waiver', 'waiver_expired:waiver']);
      expect((await rows(store))[0]).toMatchObject({ status: 'open', waiver_json: null });
    });

    it('end when the severity rises, and do not come back when it falls', async () => {
      const { store } = await open();
      const waivers = [waiver()];
      await pass(store, [violation], { waivers });
      await pass(store, [worse], { waivers });
      expect((await rows(store))[0]?.status).toBe('open');
      await pass(store, [violation], { waivers });
      expect((await rows(store))[0]?.status).toBe('open');
    });

    it('end when the version of the policy changes', async () => {
      const { store } = await open();
      const waivers = [waiver()];
      await pass(store, [violation], { waivers });
      await pass(store, [{ ...violation, version: 2 }], { waivers });
      expect((await rows(store))[0]).toMatchObject({ status: 'open', policy_version: 2 });
      expect((await told(store)).at(-1)).toBe('waiver_expired:waiver');
    });

    it('end by revocation, also while the target cannot be read', async () => {
      const { store } = await open();
      await pass(store, [violation], { waivers: [waiver()] });
      await pass(store, [lost], { waivers: [] });
      const row = (await rows(store)).find((each) => each.subject_id === 'room-1');
      expect(row?.status).toBe('open');
    });

    it('of a finding that is solved do not matter', async () => {
      const { store } = await open();
      await pass(store, [violation], { waivers: [waiver()] });
      await pass(store, [clear], { waivers: [waiver()] });
      expect((await rows(store))[0]?.status).toBe('resolved');
    });
  });
});
