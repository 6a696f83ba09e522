import { z } from 'zod';
import { Bilingual, Severity, SubjectKind, Time } from './common.ts';

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

const ParameterValue = z.union([z.number(), z.boolean(), z.string(), z.array(z.string())]);

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

const origin = {
  managed_by: z.literal('file'),
  file: z.string(),
  line: z.number().int(),
};

export const Waivers = z
  .strictObject({
    waivers: z.array(
      z
        .strictObject({
          id: z.string(),
          policy: z.string(),
          target: z.string(),
          room: z
            .strictObject({ id: z.string().optional(), ref: z.string() })
            .nullable()
            .meta({ description: 'Null: the whole target, or the rooms with the tag.' }),
          tag: z.string().nullable(),
          reason: z.string(),
          owner: z.string(),
          ticket: z.string().nullable(),
          approved_by: z.string().optional().meta({ description: 'Role operate only.' }),
          until: Time,
          over: z.boolean(),
          ...origin,
        })
        .meta({ id: 'Waiver' }),
    ),
  })
  .meta({ id: 'Waivers' });

export const Attestations = z
  .strictObject({
    attestations: z.array(
      z
        .strictObject({
          policy: z.string(),
          target: z.string(),
          fields: z
            .record(z.string(), z.unknown())
            .meta({ description: 'Who attested and contact lines: role operate only.' }),
          attested_at: Time.nullable(),
          valid_until: Time.nullable(),
          state: z.enum(['valid', 'expired', 'not_yet']),
          ...origin,
        })
        .meta({ id: 'Attestation' }),
    ),
  })
  .meta({ id: 'Attestations' });
