import { afterEach, expect, it } from 'vitest';
import { Bytes } from '../../src/findings/bytes.ts';
import { toNative } from '../../src/findings/native.ts';
import { type Seen, writeNative } from '../../src/findings/nativeText.ts';
import { coreOf } from '../../src/findings/row.ts';
import type { FindingsTable } from '../../src/store/index.ts';
import { catalogue, closeStages, embedded, stage } from '../api/helper.ts';
import { sample } from './rows.ts';

afterEach(closeStages);

function nativeText(row: FindingsTable, seen: Seen | null, view: 'plain' | 'ref'): string {
  const out = new Bytes();
  writeNative(out, row, seen, { catalogue, view });
  return out.take().toString();
}

const told: (Seen | null)[] = [
  null,
  { lastSeenAt: null, stale: false },
  { lastSeenAt: 1_793_520_000_123, stale: true },
];

function same(row: FindingsTable): void {
  for (const view of ['plain', 'ref'] as const) {
    for (const seen of told) {
      const text = nativeText(row, seen, view);
      const object = toNative({ ...coreOf(row), ...seen }, catalogue, view);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(object)));
    }
  }
}

const detail = (text: string, more: object = {}): string =>
  JSON.stringify({
    facts: { room_password_required: false },
    evidence: [
      { fact: 'room_password_required', value: false, locator: `GET /${text}`, path: text, ...more },
    ],
    reasons: [
      { fact: 'room_password_required', code: 'conflicting', detail: text },
      { fact: 'room_kind', code: 'not_configured', fill: { kind: 'config', name: 'x' } },
    ],
    met: ['a way', '"reasons":[', ',"met":['],
  });

const ids = [
  '',
  'a',
  '1',
  'k3x9w7ab',
  'a/b c#e%41&f=ü',
  '%41',
  '%',
  '"><script>',
  'back\\slash',
  'ünï',
  '$&',
  'x'.repeat(300),
];

it.each(ids.flatMap((id) => [id, encodeURIComponent(id)].map((form) => [id, form])))(
  'says the same as the object, room %j beside %j',
  (id, form) => {
    for (const kind of ['room', 'recording', 'deployment'] as const) {
      for (const [verdict, confirmed] of [
        ['violation', 1],
        ['violation', 0],
        ['unknown', 1],
      ] as const) {
        const row = {
          ...sample.findings,
          kind,
          verdict,
          confirmed,
          subject_id: id,
          subject_ref: 'ref',
          subject_name: form,
        };
        for (const text of [form, `x${form}`, `/${form}/`, 'nothing']) {
          same({
            ...row,
            detail_json: detail(text, { chain: [{ layer: 'room', path: text, value: id, decides: true }] }),
          });
          same({
            ...row,
            detail_json: detail(text, { unavailable: { code: 'conflicting', detail: text } }),
            affected: 3,
          });
        }
      }
    }
  },
);

it('says the same of everything that a scan found, and of another policy, waiver and end', async () => {
  const { store } = await stage(await embedded());
  const rows = await store.db.selectFrom('findings').selectAll().execute();
  expect(rows.length).toBeGreaterThan(8);
  for (const row of rows) {
    same(row);
    same({ ...row, policy: 'nobody-knows', resolved_at: 5, status: 'resolved', affected: null });
    same({
      ...row,
      waiver_json: '{"id":"w","reason":"\\"x\\"","until":"2026-12-31T00:00:00.000Z"}',
      status: 'waived',
    });
    same({ ...row, detail_json: ` ${row.detail_json}` });
    same({ ...row, detail_json: '{"facts":{},"evidence":[],"met":[],"reasons":[]}' });
  }
});

it.each(['confidence', 'severity', 'verdict', 'status', 'cause', 'kind'])(
  'a %s that there is not is a fault',
  (name) => {
    const row = { ...sample.findings, [name]: 'made-up' } as FindingsTable;
    expect(() => nativeText(row, null, 'ref')).toThrow(name);
  },
);
