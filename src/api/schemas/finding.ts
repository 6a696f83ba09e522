import { z } from 'zod';
import { eventKinds } from '../../findings/types.ts';
import { Bilingual, FindingStatus, page, Reason, Severity, SubjectKind, Time, Verdict } from './common.ts';

const Layer = z
  .strictObject({
    layer: z.enum(['room', 'site', 'role', 'server', 'balancer']),
    path: z.string(),
    value: z.unknown(),
    decides: z.boolean(),
  })
  .meta({ id: 'Layer', description: 'One of the stacked settings behind a value.' });

export const EvidenceLine = z
  .strictObject({
    fact: z.string(),
    value: z.unknown().optional(),
    unavailable: Reason.optional(),
    source: z.string().optional(),
    locator: z.string().optional(),
    path: z.string().optional(),
    observed_at: Time.optional(),
    content_time: Time.optional(),
    provenance: z.enum(['direct', 'derived', 'documented_default']).optional(),
    force: z.enum(['enforced', 'default', 'overridable']).optional(),
    chain: z.array(Layer).optional(),
  })
  .meta({ id: 'Evidence', description: 'A fact: its value or why there is none, and where it was read.' });

const Cause = z
  .enum(['facts', 'policy', 'parameter', 'waiver', 'attestation', 'time', 'scope'])
  .meta({ id: 'Cause' });

export const Finding = z
  .strictObject({
    uid: z.string(),
    policy: z.string(),
    policy_version: z.number().int(),
    title: Bilingual,
    severity: Severity,
    verdict: Verdict,
    status: FindingStatus.optional(),
    confidence: z.enum(['low', 'medium', 'high']),
    cause: Cause.optional(),
    target: z.string(),
    vendor: z.string(),
    subject: z.strictObject({
      kind: SubjectKind,
      id: z.string().optional().meta({ description: 'Role operate only: room ids can be join addresses.' }),
      ref: z.string().optional().meta({ description: 'Keyed hash of the id.' }),
      name: z.string().nullable(),
    }),
    affected: z.number().int().optional().meta({ description: 'Subjects that share this unknown.' }),
    clauses: z.array(z.string()),
    message: Bilingual,
    facts: z.record(z.string(), z.unknown()),
    evidence: z.array(EvidenceLine),
    reasons: z.array(z.strictObject({ ...Reason.shape, fact: z.string() })),
    remediation: Bilingual,
    opened_at: Time.optional(),
    first_opened_at: Time.optional().meta({ description: 'Stays when it is opened again.' }),
    changed_at: Time.optional(),
    last_seen_at: Time.optional(),
    stale: z.literal(true).optional().meta({ description: 'Not looked at for longer than the freshness.' }),
    resolved_at: Time.optional(),
    waiver: z
      .strictObject({
        id: z.string(),
        reason: z.string(),
        owner: z.string().optional(),
        ticket: z.string().optional(),
        until: Time,
      })
      .optional(),
  })
  .meta({
    id: 'Finding',
    description: 'A violation, an unknown or, where asked for, any verdict on a subject.',
  });

const flatText = z.string();

export const FlatFinding = z
  .strictObject({
    timestamp: Time,
    finding_uid: flatText,
    verdict: Verdict,
    status: flatText,
    severity: Severity,
    confidence: flatText,
    policy: flatText,
    policy_version: z.number().int(),
    vendor: flatText,
    target: flatText,
    subject_kind: SubjectKind,
    subject: flatText,
    subject_name: flatText,
    affected: z.number().int(),
    clauses: z.array(flatText),
    title_de: flatText,
    title_en: flatText,
    message_de: flatText,
    message_en: flatText,
    remediation_de: flatText,
    remediation_en: flatText,
    facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    reasons: z.array(flatText),
    sources: z.array(flatText),
    opened_at: flatText,
    changed_at: flatText,
    last_seen_at: flatText,
    resolved_at: flatText,
    waived_until: flatText,
  })
  .meta({ id: 'FlatFinding', description: 'A finding without arrays of objects.' });

/** Only what every one has: the standards say the rest. */
export const Ocsf = z
  .looseObject({
    class_uid: z.literal(2003),
    type_uid: z.number().int(),
    activity_id: z.number().int(),
    time: z.number().int(),
    metadata: z.looseObject({ version: z.literal('1.8.0'), uid: z.string() }),
    finding_info: z.looseObject({ uid: z.string() }),
    compliance: z.looseObject({ status_id: z.number().int() }),
  })
  .meta({ id: 'OcsfComplianceFinding', description: 'OCSF 1.8.0, class 2003.' });

export const Ecs = z
  .looseObject({
    '@timestamp': Time,
    ecs: z.strictObject({ version: z.literal('9.4.0') }),
    event: z.looseObject({ id: z.string(), kind: z.string() }),
  })
  .meta({ id: 'EcsEvent', description: 'Elastic Common Schema 9.4.' });

export const Sarif = z
  .looseObject({
    version: z.literal('2.1.0'),
    runs: z.array(z.looseObject({ results: z.array(z.looseObject({})) })),
  })
  .meta({ id: 'SarifLog', description: 'SARIF 2.1.0.' });

export const ViolationsPage = z
  .strictObject({
    violations: z.array(z.union([Finding, FlatFinding, Ocsf, Ecs])),
    ...page,
    total: z.number().int().optional().meta({ description: 'Only with total=true.' }),
    total_capped: z.literal(true).optional().meta({ description: 'There are more than `total`.' }),
  })
  .meta({ id: 'ViolationsPage' });

const EventKind = z.enum(eventKinds).meta({ id: 'EventKind' });

export const FindingWithHistory = z
  .strictObject({
    finding: Finding,
    history: z.array(
      z.strictObject({
        seq: z.number().int(),
        event: EventKind,
        at: Time,
        cause: Cause.nullable(),
        policy_version: z.number().int().nullable(),
        severity: Severity.nullable(),
        verdict: Verdict.nullable(),
        status: FindingStatus.nullable(),
      }),
    ),
  })
  .meta({ id: 'FindingWithHistory', description: 'What happened to it, oldest first.' });

export const Event = z
  .strictObject({
    id: z.string().meta({ description: 'Stays the same however often the event is read.' }),
    seq: z.number().int(),
    event: EventKind,
    at: Time,
    cause: Cause.nullable(),
    policy_version: z.number().int().nullable(),
    target: z.string().nullable(),
    uid: z.string().nullable(),
    finding: Finding.optional().meta({ description: 'As it was after this event.' }),
    counts: z.record(z.string(), z.unknown()).optional().meta({ description: 'Of baseline and heartbeat.' }),
    erased: z.literal(true).optional().meta({ description: 'What it was about has been erased.' }),
  })
  .meta({ id: 'Event' });

export const FlatEvent = z
  .looseObject({
    timestamp: Time,
    event_id: z.string(),
    sequence: z.number().int(),
    event: EventKind,
    cause: z.string(),
    target: z.string(),
  })
  .meta({ id: 'FlatEvent', description: 'An event with its finding, without arrays of objects.' });

export const EventsPage = z
  .strictObject({
    events: z.array(z.union([Event, FlatEvent, Ocsf, Ecs])),
    next_cursor: z.string().meta({ description: 'Always there; on an empty page the one that was sent.' }),
    has_more: z.boolean(),
    next: z
      .string()
      .meta({ format: 'uri', description: 'Address of the next page, also before there is one.' }),
  })
  .meta({ id: 'EventsPage' });
