import { z } from 'zod';
import { Bilingual, Severity, SubjectKind } from './common.ts';

const policyShape = {
  id: z.string(),
  version: z.number().int(),
  form: z.enum(['rule', 'attestation', 'advisory']),
  basis: z.enum(['document', 'interpretation', 'extension']),
  force: z.enum(['must', 'should', 'recommended']),
  title: Bilingual,
  clauses: z.array(z.string()),
  judge: z.array(z.strictObject({ kind: SubjectKind, severity: Severity, live: z.boolean() })),
};

export const Policies = z
  .strictObject({ policies: z.array(z.strictObject(policyShape).meta({ id: 'Policy' })) })
  .meta({ id: 'Policies' });

export const ParameterValue = z.union([z.number(), z.boolean(), z.string(), z.array(z.string())]);

export const PolicyDetail = z
  .strictObject({
    ...policyShape,
    why: Bilingual,
    judge: z.array(
      z.strictObject({
        kind: SubjectKind,
        severity: Severity,
        live: z.boolean(),
        applies: z.string().nullable(),
        rule: z.string(),
        violation: Bilingual.nullable(),
        facts: z.array(z.string()),
      }),
    ),
    severity_if: z.array(z.strictObject({ judge: SubjectKind, when: z.string(), severity: Severity })),
    parameters: z.array(
      z.strictObject({
        name: z.string(),
        type: z.enum(['duration', 'int', 'bool', 'text', 'list']),
        value: ParameterValue.meta({
          description: 'As it is in force; durations in seconds, or as configured.',
        }),
        default: ParameterValue,
        min: z.number().optional(),
        max: z.number().optional(),
        values: z.array(z.string()).optional(),
        text: Bilingual,
      }),
    ),
    remediation: z.record(z.string(), Bilingual).meta({ description: 'By vendor, or `any`.' }),
    mappings: z.record(z.string(), z.array(z.string())),
  })
  .meta({ id: 'PolicyDetail' });
