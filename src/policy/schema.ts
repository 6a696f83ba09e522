import { z } from 'zod';
import { subjectKinds } from '../../adapters/contract/subject.ts';
import { clauseChecks } from './catalogue.ts';
import { severities, verdicts } from './types.ts';

const Text = z.string().trim().min(1);
const Both = z.strictObject({ de: Text, en: Text });
const Kind = z.enum(subjectKinds);
const Level = z.enum(severities);
const Force = z.enum(['must', 'should', 'recommended']);
const ClauseId = z.string().regex(/^S\d-\d{2}[a-z]?$/, 'clause ids look like S2-08 or S2-08a');
const Name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits, underscore');

const Texts = z.strictObject({
  title: Text,
  why: Text,
  violation: z.partialRecord(Kind, Text).default({}),
});

/** Durations stand as `7d`; everything else as it is. */
const ParameterFile = z.strictObject({
  type: z.enum(['duration', 'int', 'bool', 'text', 'list']),
  default: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
  min: z.union([z.string(), z.number()]).optional(),
  max: z.union([z.string(), z.number()]).optional(),
  values: z.array(z.string()).min(1).optional(),
  min_items: z.number().int().min(0).optional(),
  texts: Both,
});
export type ParameterFile = z.infer<typeof ParameterFile>;

const Judge = z.strictObject({
  severity: Level,
  applies: Text.optional(),
  rule: Text,
  live: z.boolean().optional(),
});

const SeverityIf = z.strictObject({ judge: Kind, when: Text, severity: Level });

const Case = z.strictObject({
  name: Text,
  judge: Kind,
  parameters: z.record(z.string(), z.unknown()).optional(),
  facts: z.record(z.string(), z.unknown()),
  expect: z.enum(verdicts),
  severity: Level.optional(),
});
export type CaseFile = z.infer<typeof Case>;

export const PolicyFile = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits, dash'),
  version: z.number().int().min(1),
  form: z.enum(['rule', 'attestation', 'advisory']),
  clauses: z.array(ClauseId).min(1),
  basis: z.enum(['document', 'interpretation', 'extension']),
  force: Force,
  texts: z.strictObject({ de: Texts, en: Texts }),
  parameters: z.record(Name, ParameterFile).default({}),
  judge: z.partialRecord(Kind, Judge).default({}),
  severity_if: z.array(SeverityIf).default([]),
  remediation: z.record(z.string(), Both).default({}),
  mappings: z.record(z.string(), z.array(z.string())).default({}),
  cases: z.array(Case).default([]),
});
export type PolicyFile = z.infer<typeof PolicyFile>;

export const ClauseFile = z.strictObject({
  document: z.string().regex(/^S\d$/, 'S1, S2, ...'),
  title: Both,
  publisher: Text,
  clauses: z
    .array(
      z.strictObject({
        id: ClauseId,
        place: Text,
        duty: Both,
        force: Force,
        check: z.array(z.enum(clauseChecks)),
        aggregate_of: z.array(ClauseId).min(1).optional(),
      }),
    )
    .min(1),
});
export type ClauseFile = z.infer<typeof ClauseFile>;

/** A standard that policies name in `mappings` by its id. */
export const StandardFile = z.strictObject({
  id: Name,
  title: Both,
  publisher: Text,
  edition: Text.meta({ description: 'Date of the text that the mappings were made from.' }),
  url: z.url().optional(),
  identifiers: z.record(z.string(), z.uuid()).optional(),
  whole: z.boolean().default(false),
});
export type StandardFile = z.infer<typeof StandardFile>;
