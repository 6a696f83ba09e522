import { describe, expect, it } from 'vitest';
import { type Fact, hole, known, reason } from '../../adapters/contract/fact.ts';
import { AlikeFacts } from '../../src/scan/alike.ts';
import type { ScanEnd, ScanHeader, ScanRecord, SubjectRecord } from '../../src/scan/records.ts';
import { readSpool, SpoolWriter } from '../../src/scan/spool.ts';

const evidence = (at: number) => ({
  source: 's',
  locator: 'GET /x',
  path: 'x',
  observed_at: at,
  provenance: 'direct' as const,
  force: 'enforced' as const,
});
const header = { schema: 'roomwarden.scan/1', target: 't', vendor: 'v', live: false } as ScanHeader;
const end: ScanEnd = { schema: 'roomwarden.scan-end/1', target: 't', sources: [] };
const room = (id: string, facts: SubjectRecord['facts'], change: Partial<SubjectRecord> = {}) =>
  ({
    schema: 'roomwarden.subject/1',
    target: 't',
    vendor: 'v',
    kind: 'room',
    id,
    name: null,
    facts,
    ...change,
  }) as SubjectRecord;

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function again(records: readonly ScanRecord[], size: number): Promise<ScanRecord[]> {
  const writer = new SpoolWriter();
  return listed(readSpool(pieces(records.map((one) => writer.lines(one)).join(''), size), 'file'));
}

async function listed(records: AsyncIterable<ScanRecord>): Promise<ScanRecord[]> {
  const all: ScanRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}

const shared = known(true, evidence(1));

describe('what waits to be recorded', () => {
  it.each([1, 7, 65_536])('comes back as it was, in pieces of %i bytes', async (size) => {
    const records: ScanRecord[] = [
      header,
      room('-', { guest_access_allowed: shared }, { kind: 'deployment' }),
      room('a"\n\\ü💬', { room_members_only: shared, room_password_required: known(false, evidence(1)) }),
      room('b', { room_members_only: hole(reason('stale')), room_password_required: shared }, { name: '[x' }),
      room('c', { room_password_required: shared, room_members_only: shared }, { aliases: ['d', '-'] }),
      room('d', {}),
      room('e', { room_members_only: shared, room_password_required: shared }),
      end,
    ];
    expect(await again(records, size)).toEqual(records);
  });

  it('comes back as it was where there are more facts and shapes than are held', async () => {
    const names = [
      'room_members_only',
      'room_password_required',
      'room_publicly_listed',
      'room_dial_in_enabled',
    ] as const;
    const records: ScanRecord[] = [header];
    for (let place = 0; place < 9_000; place += 1) {
      const own = names.filter((_, bit) => ((place >> bit) & 1) === 1);
      records.push(
        room(
          `${place}`,
          Object.fromEntries(own.map((name, at) => [name, known(place % 7 === at, evidence(place))])),
        ),
      );
    }
    expect(await again(records, 65_536)).toEqual(records);
  });

  it('writes what many rooms share once', () => {
    const writer = new SpoolWriter();
    writer.lines(header);
    const first = writer.lines(room('a', { room_members_only: shared }));
    expect(first).toContain('observed_at');
    expect(writer.lines(room('b', { room_members_only: shared }))).toBe('[0,"b",null,0]\n');
  });

  it.each([
    ['a line that was cut off', '{"schema":"roomwarden.scan/1"}\n[0,"a"'],
    [
      'a fact that was never written',
      '{"schema":"roomwarden.scan/1"}\n#["room",["x"]]\n[0,"a",null,0,0,0]\n',
    ],
    ['a subject without a shape', '{"schema":"roomwarden.scan/1"}\n[0,"a",null,0]\n'],
  ])('refuses %s', async (_name, text) => {
    await expect(listed(readSpool(pieces(text, 100), 'file'))).rejects.toMatchObject({
      code: 'RW1014',
    });
  });
});

describe('facts that say the same', () => {
  const base: Fact = known(
    { seconds: 5 },
    { ...evidence(1), chain: [{ layer: 'room', path: 'p', value: null, decides: true }] },
  );
  it('are one object', () => {
    const alike = new AlikeFacts();
    alike.keep('room_chat_retention', base);
    expect(alike.find('room_chat_retention', structuredClone(base))).toBe(base);
    expect(alike.find('room_document_retention', structuredClone(base))).toBeUndefined();
  });

  const changed = (change: (fact: typeof base & { evidence: Record<string, unknown>[] }) => void) => {
    const fact = structuredClone(base) as never;
    change(fact);
    return fact;
  };
  it.each<[string, unknown]>([
    ['value', { ...base, value: { seconds: 6 } }],
    ['bound', { ...base, value: { seconds: 5, bound: 'at_most' } }],
    ['time', changed(({ evidence: [one] }) => Object.assign(one as object, { observed_at: 2 }))],
    ['layer', changed(({ evidence: [one] }) => Object.assign(one as object, { chain: [] }))],
    ['field more', changed(({ evidence: [one] }) => Object.assign(one as object, { more: 1 }))],
    [
      'field instead',
      changed(({ evidence: [one] }) => {
        delete (one as Record<string, unknown>)['chain'];
        Object.assign(one as object, { other: undefined });
      }),
    ],
    ['evidence more', { ...base, evidence: [...base.evidence, ...base.evidence] }],
    ['held', { ...base, held: true }],
    ['list for an object', { ...base, value: [] }],
    ['nothing', null],
    ['text', 'x'],
  ])('but not with another %s', (_name, other) => {
    const alike = new AlikeFacts();
    alike.keep('room_chat_retention', base);
    expect(alike.find('room_chat_retention', other)).toBeUndefined();
  });

  it('but not where a layer holds something whose content are no fields', () => {
    const at = (ms: number): Fact => {
      const chain = [{ layer: 'room' as const, path: 'p', value: new Date(ms), decides: true }];
      return known(true, { ...evidence(1), chain });
    };
    const alike = new AlikeFacts();
    alike.keep('room_members_only', at(1));
    expect(alike.find('room_members_only', at(2))).toBeUndefined();
  });
});
