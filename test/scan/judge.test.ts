import { describe, expect, it } from 'vitest';
import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { type FactName, factDefinition, factNames } from '../../adapters/contract/vocabulary.ts';
import { loadCatalogue } from '../../src/policy/load.ts';
import { scopeOf } from '../../src/policy/scope.ts';
import { binder } from '../../src/scan/bind.ts';
import { type JudgedRecord, judgeRecords } from '../../src/scan/judge.ts';
import type { ScanEnd, ScanHeader, ScanRecord, SubjectRecord } from '../../src/scan/records.ts';
import { anyValue, evidence, type Facts, pick, seeded } from '../policy/generate.ts';
import { everyRow, policyFolder } from '../policy/helper.ts';

const catalogue = loadCatalogue(policyFolder);
const bind = binder(catalogue, new Map([['toy', { facts: everyRow, sources: [] }]]));
const header: ScanHeader = {
  schema: 'roomwarden.scan/1',
  target: 't',
  vendor: 'toy',
  started_at: '2026-11-22T10:00:00Z',
  attestations: {},
  inventory: {},
  tags: {},
  parameters: {},
  live: true,
  waivers: [],
};
const end: ScanEnd = { schema: 'roomwarden.scan-end/1', target: 't', sources: [] };
const random = seeded(64);

function subject(kind: SubjectKind, at: number): SubjectRecord {
  const facts: Facts = {};
  for (const name of factNames) {
    if (factDefinition(name).level !== kind || random() < 0.3) continue;
    const policy = pick(random, catalogue.policies);
    facts[name as FactName] = { value: anyValue(random, policy, name), evidence: [evidence] };
  }
  const id = `${kind} ${at}`;
  return { schema: 'roomwarden.subject/1', target: 't', vendor: 'toy', kind, id, name: null, facts };
}

const many = (kind: SubjectKind, count: number): SubjectRecord[] =>
  Array.from({ length: count }, (_, at) => subject(kind, at));

async function judged(records: readonly ScanRecord[]): Promise<JudgedRecord[]> {
  const all: JudgedRecord[] = [];
  for await (const record of judgeRecords(records, bind)) all.push(record);
  return all;
}

describe('subjects that are judged together', () => {
  const [deployment] = many('deployment', 1) as [SubjectRecord];
  const [rooms, recordings] = [many('room', 150), many('recording', 70)];
  const mixed = rooms.flatMap((room, at) => [room, ...recordings.slice(at, at + 1)]);

  it.each([
    { given: 'deployment first', before: [], after: [...rooms, ...recordings] },
    { given: 'deployment last', before: [...rooms, ...recordings], after: [] },
    { given: 'kinds mixed', before: mixed.slice(0, 5), after: mixed.slice(5) },
    { given: 'exactly as many as fit', before: [], after: rooms.slice(0, 64) },
    { given: 'none', before: [], after: [] },
  ])('$given: each as if it came alone, in their order', async ({ before, after }) => {
    const records = [header, ...before, deployment, ...after, end];
    const told = await judged(records);
    expect(told.map(({ type }) => type)).toEqual(['start', ...records.slice(2).map(() => 'subject'), 'end']);
    const alone = bind(header);
    const scope = { deployment: deployment.facts, inventory: {}, attestations: {} };
    const subjects = told.flatMap((record) => (record.type === 'subject' ? [record.judged] : []));
    expect(subjects.map(({ id }) => id)).toEqual([deployment, ...before, ...after].map(({ id }) => id));
    for (const { kind, facts, judgements, scope: own } of subjects) {
      expect(own).toEqual(scopeOf(scope, kind, facts));
      expect(judgements).toEqual(alone.judge(kind, own));
    }
  });

  it('without a deployment all are judged at the end', async () => {
    const told = await judged([header, ...rooms.slice(0, 3), end]);
    expect(told.map(({ type }) => type)).toEqual(['start', 'subject', 'subject', 'subject', 'end']);
  });
});
