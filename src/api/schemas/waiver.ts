import { z } from 'zod';
import { Attestation as DeclaredAttestation } from '../../config/schema.ts';
import { whysNot } from '../../findings/waivers.ts';
import { attestationStates } from '../../inventory/attestations.ts';
import { severities } from '../../policy/types.ts';
import { FindingStatus, page, Severity, SubjectKind, Time, Verdict } from './common.ts';

/** Lines, but no other control characters: PostgreSQL takes no U+0000. */
const words = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[\P{Cc}\n\r\t]*$/u);
const key = words(512);

/** Where it is managed; entries of the file are changed there. */
const managed = {
  managed_by: z.enum(['file', 'api']),
  file: z.string().optional().meta({ description: 'Of an entry of the configuration.' }),
  line: z.number().int().optional(),
  created_at: Time.optional(),
  created_by: z.string().optional().meta({ description: 'Token or session; role operate only.' }),
  revoked_at: Time.optional(),
  revoked_by: z.string().optional(),
};

export const NewWaiver = z
  .strictObject({
    policy: key,
    target: key.optional().meta({ description: 'Needed unless `finding` is given.' }),
    room: key.optional().meta({ description: 'Id or ref; kept as id.' }),
    tag: key.optional(),
    finding: key.optional().meta({ description: 'Uid of one finding.' }),
    reason: words(2_000),
    owner: words(200),
    ticket: words(200).optional(),
    until: z.iso.date().meta({ description: 'Holds until the end of this day in `timezone`.' }),
    approved_by: words(200).optional().meta({ description: 'An office; needed for a "must".' }),
    purpose: words(500).optional().meta({ description: 'Of an exception for recordings in one room.' }),
  })
  .meta({
    id: 'NewWaiver',
    description: 'At most one of room, tag, finding; without them the whole target.',
  });

export const waiverStates = ['active', 'over', 'revoked'] as const;

const waiverShape = {
  id: z.string(),
  policy: z.string(),
  target: z.string(),
  room: z
    .strictObject({ id: z.string().optional(), ref: z.string() })
    .nullable()
    .meta({ description: 'Null: another scope.' }),
  tag: z.string().nullable(),
  finding: z.string().nullable(),
  purpose: z.string().nullable(),
  reason: z.string(),
  owner: z.string(),
  ticket: z.string().nullable(),
  approved_by: z.string().optional().meta({ description: 'Role operate only.' }),
  until: Time,
  state: z.enum(waiverStates),
  over: z.boolean(),
  aftercare: z
    .strictObject({
      state: z.enum(['gone', 'remaining', 'unknown']),
      count: z.number().int().nullable(),
      checked_at: Time.nullable(),
    })
    .optional()
    .meta({
      description: 'With a purpose, once it is over: whether the recordings made until then are gone.',
    }),
  ...managed,
};

export const Waiver = z.strictObject(waiverShape).meta({ id: 'Waiver' });

const WaiverCounts = z.strictObject({
  active: z.number().int(),
  over: z.number().int(),
  revoked: z.number().int(),
});

export const Waivers = z
  .strictObject({ waivers: z.array(Waiver), counts: WaiverCounts, ...page })
  .meta({ id: 'Waivers', description: '`counts`: of all that the caller may see, whatever was filtered.' });

const reviewShape = {
  holds: z.strictObject({
    violations: z.number().int(),
    unknowns: z.number().int(),
    severities: z.record(z.enum(severities), z.number().int()),
    already_waived: z.number().int().meta({ description: 'Of them, those that are waived now.' }),
  }),
  not: z
    .array(z.strictObject({ why: z.enum(whysNot), findings: z.number().int() }))
    .meta({ description: 'Findings within its scope for which it does not hold, by reason.' }),
  findings: z
    .array(
      z.strictObject({
        uid: z.string(),
        severity: Severity,
        verdict: Verdict,
        status: FindingStatus,
        subject: z.strictObject({
          kind: SubjectKind,
          id: z.string().optional(),
          ref: z.string().optional(),
          name: z.string().nullable(),
        }),
      }),
    )
    .meta({ description: 'The first hundred of those for which it holds.' }),
};

export const WaiverReview = z
  .strictObject({ until: Time, ...reviewShape })
  .meta({ id: 'WaiverReview', description: 'What a waiver hides, or would hide.' });

export const WaiverDetail = z
  .strictObject({ ...waiverShape, review: z.strictObject(reviewShape) })
  .meta({ id: 'WaiverDetail' });

export const NewAttestation = DeclaredAttestation.meta({ id: 'NewAttestation' });

const states = [...attestationStates, 'revoked'] as const;
export const attestationFilter = z.enum([...states, 'all']).default('all');

export const Attestation = z
  .strictObject({
    id: z.string(),
    policy: z.string(),
    target: z.string(),
    owner: z.string().nullable().meta({ description: 'The office that sees to its renewal.' }),
    fields: z
      .record(z.string(), z.unknown())
      .meta({ description: 'Who attested and contact lines: role operate only.' }),
    attested_at: Time.nullable(),
    valid_until: Time.nullable(),
    state: z.enum(states).meta({ description: '`due`: valid, but to be renewed soon.' }),
    outranked: z.literal(true).optional().meta({ description: 'The file holds an entry for the same.' }),
    ...managed,
  })
  .meta({ id: 'Attestation' });

export const Attestations = z
  .strictObject({
    attestations: z.array(Attestation),
    counts: z.strictObject(
      Object.fromEntries(states.map((state) => [state, z.number().int()])) as Record<
        (typeof states)[number],
        z.ZodNumber
      >,
    ),
    ...page,
  })
  .meta({ id: 'Attestations' });
