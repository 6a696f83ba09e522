import { afterEach, expect, it } from 'vitest';
import { loadCatalogue } from '../../src/policy/load.ts';
import { cellOf } from '../../src/report/matrix/cells.ts';
import type { OpenCount } from '../../src/report/matrix/counts.ts';
import { themes } from '../../src/report/matrix/themes.ts';
import { root } from '../meta/tree.ts';
import { closeStages, embedded, stage } from './helper.ts';

afterEach(closeStages);

const count = { pass: 0, violation: 0, unknown: 0, not_applicable: 0, waived: 0, weak: 0 };
const entry = (kind: string, state = 'judged') => ({ state, entry: { kind } }) as never;
const open = (severity: string, number: number, more: Partial<OpenCount> = {}): OpenCount => ({
  target: 't',
  policy: 'p',
  status: 'open',
  verdict: 'violation',
  severity,
  system: 0,
  number,
  ...more,
});
const rooms = [entry('room')];

it.each([
  [
    'met rooms are met',
    { entries: rooms, tally: { 'room/p': { ...count, pass: 4 } }, open: [] },
    ['pass', 4, 0],
  ],
  [
    'one unseen room takes it away',
    { entries: rooms, tally: { 'room/p': { ...count, pass: 4, unknown: 1 } }, open: [] },
    ['unknown', 1, 0],
  ],
  [
    'a violation outranks, what was not seen stays beside it',
    {
      entries: rooms,
      tally: { 'room/p': { ...count, pass: 4, unknown: 3 } },
      open: [open('high', 2), open('low', 1)],
    },
    ['violation', 3, 3],
  ],
  [
    'medium ones are minor',
    { entries: rooms, tally: { 'room/p': count }, open: [open('medium', 2)] },
    ['violation_minor', 2, 0],
  ],
  [
    'the system itself has no number',
    {
      entries: [entry('deployment')],
      tally: { 'deployment/p': count },
      open: [open('high', 1, { system: 1 })],
    },
    ['violation', null, 0],
  ],
  [
    'waived before met',
    {
      entries: rooms,
      tally: { 'room/p': { ...count, pass: 4 } },
      open: [open('high', 1, { status: 'waived' })],
    },
    ['waived', 1, 0],
  ],
  [
    'never scanned is not seen',
    { entries: rooms, tally: null, fresh: false, open: [] },
    ['unknown', null, 0],
  ],
  [
    'too old is stale, never met',
    { entries: rooms, tally: { 'room/p': { ...count, pass: 4 } }, fresh: false, open: [] },
    ['stale', 4, 0],
  ],
  [
    'what the product cannot show',
    { entries: [entry('room', 'not_observable')], tally: {}, open: [] },
    ['unknown', null, 0],
  ],
  [
    'what does not apply',
    { entries: [entry('room', 'not_applicable')], tally: {}, open: [] },
    ['not_applicable', null, 0],
  ],
] as const)('%s', (_, input, [status, number, unseen]) => {
  const cell = cellOf({ policy: 'p', fresh: true, ...input } as never);
  expect([cell.status, cell.count, cell.unseen]).toEqual([status, number, unseen]);
});

it('every policy of the catalogue that is judged has a theme, once', () => {
  const catalogue = loadCatalogue(`${root}/policies`);
  const judged = catalogue.policies.filter(({ judge }) => judge.length > 0).map(({ id }) => id);
  expect(themes.flatMap(({ policies }) => policies).sort()).toEqual(judged.sort());
});

it('answers for what the caller sees, with the counts of the ledger', async () => {
  const made = await stage(await embedded());
  const whole = (await made.get('/api/v1/matrix')).json();
  expect(whole.targets.map(({ id }: { id: string }) => id)).toEqual(['main', 'other']);
  const summary = (await made.get('/api/v1/summary')).json();
  const shown = whole.targets.reduce(
    (sum: number, { totals }: { totals: Record<string, number> }) =>
      sum + (totals['violation'] ?? 0) + (totals['violation_minor'] ?? 0),
    0,
  );
  expect(shown).toBe(summary.violations);
  const limited = (await made.get('/api/v1/matrix', await made.token(['read'], ['other']))).json();
  expect(limited.targets.map(({ id }: { id: string }) => id)).toEqual(['other']);
  expect(JSON.stringify(limited)).not.toContain('main');
});

it('counts what moved since an instant', async () => {
  const made = await stage(await embedded());
  const since = new Date(made.clock.now).toISOString();
  made.worlds.main.rooms = [];
  made.worlds.other.presence = true;
  await made.scan('other');
  const moved = (await made.get(`/api/v1/changes?since=${since}`)).json();
  expect(moved.complete).toBe(true);
  expect(moved.changes.length).toBeGreaterThan(0);
  for (const { targets } of moved.changes) expect(targets).toEqual(['other']);
  const none = await made.get(`/api/v1/changes?since=${since}`, await made.token(['read'], ['main']));
  expect(none.json().changes).toEqual([]);
});
