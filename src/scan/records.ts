import { z } from 'zod';
import type { Fact, Reason } from '../../adapters/contract/fact.ts';
import { reasonCodes } from '../../adapters/contract/fact.ts';
import type { SourceOutcome, SubjectKind } from '../../adapters/contract/subject.ts';
import { subjectKinds } from '../../adapters/contract/subject.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { ConfiguredWaiver } from '../config/types.ts';
import type { Settings } from '../policy/compiled.ts';
import type { Bilingual, FactMap } from '../policy/types.ts';
import { factProblem } from './vocabulary.ts';

/** A waiver without its place in the configuration. */
export type RecordedWaiver = Omit<ConfiguredWaiver, 'origin'>;

/** Everything besides the subjects that a verdict depends on, so that a recording can be judged elsewhere. */
export interface ScanHeader {
  schema: 'roomwarden.scan/1';
  target: string;
  vendor: string;
  /** RFC 3339 UTC with milliseconds. */
  started_at: string;
  attestations: Readonly<Record<string, FactMap>>;
  inventory: FactMap;
  tags: Readonly<Record<string, readonly string[]>>;
  /** As under `policies` of the configuration. */
  parameters: Settings;
  /** Whether live rules are judged. */
  live: boolean;
  waivers: readonly RecordedWaiver[];
}

export interface SubjectRecord {
  schema: 'roomwarden.subject/1';
  target: string;
  vendor: string;
  kind: SubjectKind;
  id: string;
  name: string | null;
  aliases?: string[];
  facts: FactMap;
}

export interface ScanFailure {
  /** Code of `src/texts/errors.ts`. */
  code: string;
  message: Bilingual;
}

export interface ScanEnd {
  schema: 'roomwarden.scan-end/1';
  target: string;
  sources: SourceOutcome[];
  finished_at?: string;
  /** The scan stopped early. */
  error?: ScanFailure;
}

export type ScanRecord = ScanHeader | SubjectRecord | ScanEnd;

const text = z.string();
const Facts = z.record(
  text,
  z.custom<Fact>((value) => typeof value === 'object' && value !== null),
);
const ReasonShape: z.ZodType<Reason> = z.looseObject({ code: z.enum(reasonCodes) }) as never;

const Header = z.looseObject({
  schema: z.literal('roomwarden.scan/1'),
  target: text,
  vendor: text,
  started_at: z.iso.datetime(),
  attestations: z.record(text, Facts),
  inventory: Facts,
  tags: z.record(text, z.array(text)),
  parameters: z.record(text, z.looseObject({ parameters: z.record(text, z.unknown()).optional() })),
  live: z.boolean(),
  waivers: z.array(
    z.looseObject({ id: text, policy: text, target: text, reason: text, owner: text, until: z.number() }),
  ),
});

const Subject = z.strictObject({
  schema: z.literal('roomwarden.subject/1'),
  target: text,
  vendor: text,
  kind: z.enum(subjectKinds),
  id: text,
  name: text.nullable(),
  aliases: z.array(text).optional(),
  facts: Facts,
});

const Outcome = z.looseObject({
  source: text,
  population: z.enum(['all', 'visible', 'running']),
  state: z.enum(['complete', 'partial', 'failed', 'skipped']),
  reason: ReasonShape.optional(),
  count: z.number().int().min(0),
});

const End = z.looseObject({
  schema: z.literal('roomwarden.scan-end/1'),
  target: text,
  sources: z.array(Outcome),
  finished_at: z.iso.datetime().optional(),
  error: z.looseObject({ code: text, message: z.object({ de: text, en: text }) }).optional(),
});

const Line = z.discriminatedUnion('schema', [Header, Subject, End]);

export const notJson = 'not JSON';

export type Parsed = { record: ScanRecord } | { problem: string };

/** @returns the record, or what is wrong with the line */
export function parseRecord(line: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: notJson };
  }
  const result = Line.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong shape'}` };
  }
  const record = result.data as unknown as ScanRecord;
  for (const [name, fact] of factsIn(record)) {
    const problem = factProblem(name, fact);
    if (problem !== undefined) return { problem };
  }
  return { record };
}

function* factsIn(record: ScanRecord): Generator<[string, unknown]> {
  if (record.schema === 'roomwarden.subject/1') yield* Object.entries(record.facts) as [FactName, unknown][];
  if (record.schema !== 'roomwarden.scan/1') return;
  yield* Object.entries(record.inventory);
  for (const facts of Object.values(record.attestations)) yield* Object.entries(facts);
}

export const writeRecord = (record: ScanRecord): string => `${JSON.stringify(record)}\n`;
