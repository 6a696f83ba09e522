import { describe, expect, it } from 'vitest';
import type { Adapter } from '../../adapters/contract/adapter.ts';
import { reason } from '../../adapters/contract/fact.ts';
import type { Config } from '../../src/config/types.ts';
import { RoomwardenError } from '../../src/errors.ts';
import type { Report } from '../../src/findings/types.ts';
import type { Verdict } from '../../src/policy/types.ts';
import { attestingPolicies, binder } from '../../src/scan/bind.ts';
import { collectRecords } from '../../src/scan/collect.ts';
import { judgeRecords } from '../../src/scan/judge.ts';
import { readRecords } from '../../src/scan/ndjson.ts';
import { type ScanRecord, writeRecord } from '../../src/scan/records.ts';
import { buildReport } from '../../src/scan/report.ts';
import { catalogue, config, quiet, t0, target, toyAdapter, type World, world } from './toy.ts';

const every: Verdict[] = ['pass', 'violation', 'unknown', 'not_applicable'];

interface Options {
  change?: Partial<Config>;
  adapter?: Adapter;
  signal?: AbortSignal;
  secret?: () => Promise<string>;
}

function collect(state: World, options: Options = {}): AsyncGenerator<ScanRecord> {
  const deps = {
    now: () => state.now,
    log: quiet,
    signal: options.signal ?? new AbortController().signal,
    secret: options.secret ?? (async () => 's'),
    attesting: attestingPolicies(catalogue),
  };
  return collectRecords(target(), options.adapter ?? toyAdapter(state), config(options.change), deps);
}

function report(records: AsyncIterable<ScanRecord>, verdicts: Verdict[] = every): Promise<Report> {
  const bind = binder(catalogue, new Map([['toy', toyAdapter(world())]]));
  const deps = { catalogue, now: t0, verdicts: new Set(verdicts) };
  return buildReport(judgeRecords(records, bind), deps);
}

async function lines(records: AsyncIterable<ScanRecord>): Promise<string[]> {
  const all: string[] = [];
  for await (const record of records) all.push(writeRecord(record));
  return all;
}

async function* chunks(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

describe('a report', () => {
  it('lists what was asked for and counts all', async () => {
    const state = world({ presence: true, recordings: [{ id: 'r', age: 60 }] });
    const all = await report(collect(state));
    expect(all.findings.map(({ policy, verdict, subject }) => [policy, verdict, subject.id])).toEqual([
      ['presence', 'violation', '-'],
      ['access', 'violation', 'open'],
      ['access', 'pass', 'shut'],
      ['record-kept', 'unknown', '-'],
      ['recordings', 'pass', 'r'],
    ]);
    expect(all.summary).toEqual({
      targets: 1,
      rooms: 2,
      verdicts: { pass: 2, violation: 2, unknown: 1, not_applicable: 0 },
      violations: { info: 0, low: 0, medium: 0, high: 1, critical: 1 },
      waived: 0,
    });
    expect(all.targets[0]).toMatchObject({ state: 'complete', rooms: { seen: 2, population: 'visible' } });
    const some = await report(collect(state), ['violation']);
    expect(some.findings).toEqual(all.findings.filter(({ verdict }) => verdict === 'violation'));
    expect(some.summary).toEqual(all.summary);
  });

  const worlds: [string, Partial<World>, Partial<Config>][] = [
    ['plain', {}, {}],
    ['a failed source', { outcomes: { detail: 'failed' } }, {}],
    ['a failed list', { outcomes: { list: 'failed', detail: 'failed' } }, {}],
    ['a room of its own trouble', { rooms: [{ id: 'a', password: reason('conflicting') }] }, {}],
    [
      'a waiver and a parameter',
      { recordings: [{ id: 'r', age: 86_400 * 20 }] },
      {
        policies: { recordings: { parameters: { max_age: '30d' } } },
        waivers: [
          {
            id: 'w',
            policy: 'access',
            target: 't',
            room: 'open',
            reason: 'r',
            owner: 'o',
            until: t0 + 1,
            origin: target().origin,
          },
        ],
      },
    ],
  ];

  it.each(worlds)('is the same from a recording: %s', async (_name, change, settings) => {
    const direct = await report(collect(world(change), { change: settings }));
    const recorded = await lines(collect(world(change), { change: settings }));
    // Cut anywhere: a stream knows no lines.
    const text = recorded.join('');
    const pieces = text.match(/[\s\S]{1,97}/g) ?? [];
    expect(await report(readRecords(chunks(pieces), 'facts'))).toEqual(direct);
  });

  it('marks what is waived and counts it apart', async () => {
    const waivers = [
      { id: 'w', policy: 'access', target: 't', reason: 'r', owner: 'o', until: t0, origin: target().origin },
    ];
    const found = await report(collect(world(), { change: { waivers } }), ['violation']);
    expect(found.findings[0]).toMatchObject({ status: 'waived', waiver: { id: 'w' } });
    expect(found.summary).toMatchObject({ waived: 1, violations: { high: 0 } });
  });

  it('says once what rooms that could not be listed leave open', async () => {
    const found = await report(collect(world({ outcomes: { list: 'failed', detail: 'failed' } })), [
      'unknown',
    ]);
    const access = found.findings.filter(({ policy }) => policy === 'access');
    expect(access).toHaveLength(1);
    expect(access[0]?.reasons[0]).toMatchObject({ code: 'unreachable', detail: 'HTTP 503' });
    expect(found.targets[0]).toMatchObject({ state: 'partial', error: { code: 'RW2001' } });
    const clause = found.targets[0]?.coverage.find((line) => line.clause === 'S1-01') as { score?: unknown };
    expect(clause.score).toBeNull();
  });

  it('has no last line: failed, with what was seen', async () => {
    const recorded = await lines(collect(world()));
    const cut = await report(readRecords(chunks(recorded.slice(0, -1)), 'facts'));
    expect(cut.targets[0]).toMatchObject({ state: 'failed', error: { code: 'RW2009' } });
    expect(cut.findings.length).toBeGreaterThan(0);
  });
});

describe('a recording that is not one', () => {
  const change = (index: number, edit: (record: Record<string, never>) => unknown) => async () => {
    const recorded = await lines(collect(world()));
    const record = JSON.parse(recorded[index] as string);
    recorded[index] = `${JSON.stringify(edit(record) ?? record)}\n`;
    return recorded;
  };
  const wrong: [string, () => Promise<string[]>, number][] = [
    ['not JSON', async () => ['{"schema":\n'], 1],
    ['another schema', async () => ['{"schema":"roomwarden.scan/2"}\n'], 1],
    ['no first line', async () => (await lines(collect(world()))).slice(1), 1],
    ['a subject of another target', change(1, (record) => ({ ...record, target: 'other' })), 2],
    [
      'an unknown fact',
      change(1, (record) => ({ ...record, facts: { no_such_fact: { value: true, evidence: [] } } })),
      2,
    ],
    [
      'a value of the wrong type',
      change(1, (record) => {
        Object.assign(record['facts']?.['presence_status_feature_enabled'] ?? {}, { value: 'no' });
      }),
      2,
    ],
    ['a kind that does not exist', change(1, (record) => ({ ...record, kind: 'building' })), 2],
  ];

  it.each(wrong)('%s', async (_name, make, line) => {
    const recorded = await make();
    const reading = lines(readRecords(chunks(recorded), 'facts.ndjson'));
    await expect(reading).rejects.toMatchObject({ code: 'RW1014', params: { file: 'facts.ndjson', line } });
  });
});

describe('collecting never throws for a target', () => {
  const endOf = async (options: Options, state = world()) =>
    JSON.parse((await lines(collect(state, options))).at(-1) as string);

  it('a missing secret', async () => {
    const adapter: Adapter = {
      ...toyAdapter(world()),
      async *collect(_target, context) {
        await context.secret({ env: 'NO_SECRET' });
        yield* [];
      },
    };
    const secret = async () => {
      throw new RoomwardenError('RW1008', { name: 'NO_SECRET' });
    };
    expect(await endOf({ adapter, secret })).toMatchObject({ error: { code: 'RW1008' }, sources: [] });
  });

  it('an abort in the middle', async () => {
    const stop = new AbortController();
    const state = world({ before: () => stop.abort() });
    expect(await endOf({ signal: stop.signal }, state)).toMatchObject({ error: { code: 'RW2006' } });
  });

  it('a fact that is not of its type becomes a hole; a second subject of the same id is left out', async () => {
    const good = toyAdapter(world());
    const adapter: Adapter = {
      ...good,
      async *collect(one, context) {
        for await (const item of good.collect(one, context)) {
          if ('subject' in item && item.subject.id === 'shut') {
            const facts = { ...item.subject.facts, room_password_required: { value: 'yes', evidence: [] } };
            yield { subject: { ...item.subject, facts: facts as never } };
            yield item;
          } else yield item;
        }
      },
    };
    const found = await report(collect(world(), { adapter }));
    expect(found.summary.rooms).toBe(2);
    const unknown = found.findings.find(
      ({ verdict, policy }) => verdict === 'unknown' && policy === 'access',
    );
    expect(unknown?.reasons).toMatchObject([{ fact: 'room_password_required', code: 'invalid_answer' }]);
  });
});
