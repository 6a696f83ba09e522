import { z } from 'zod';
import { eventKinds } from '../../findings/types.ts';
import { Bilingual, FindingStatus, Page, Reason, Severity, SubjectKind, Time, Verdict } from './common.ts';

const Layer = z.object({
  layer: z.enum(['room', 'site', 'role', 'server', 'balancer']),
  path: z.string(),
  value: z.unknown(),
  decides: z.boolean(),
});

export const EvidenceLine = z
  .object({
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
  .meta({ id: 'Evidence' });

export const Finding = z
  .object({
    uid: z.string(),
    policy: z.string(),
    policy_version: z.number().int(),
    title: Bilingual,
    severity: Severity,
    verdict: Verdict,
    status: FindingStatus.optional(),
    confidence: z.enum(['low', 'medium', 'high']),
    cause: z.enum(['facts', 'policy', 'parameter', 'waiver', 'attestation', 'time', 'scope']).optional(),
    target: z.string(),
    vendor: z.string(),
    subject: z.object({
      kind: SubjectKind,
      id: z.string().optional().meta({ description: 'Role operate only: room ids can be join addresses.' }),
      ref: z.string().optional().meta({ description: 'Keyed hash of the id.' }),
      name: z.string().nullable(),
    }),
    affected: z.number().int().optional(),
    clauses: z.array(z.string()),
    message: Bilingual,
    facts: z.record(z.string(), z.unknown()),
    evidence: z.array(EvidenceLine),
    reasons: z.array(Reason.extend({ fact: z.string() })),
    remediation: Bilingual,
    opened_at: Time.optional(),
    changed_at: Time.optional(),
    last_seen_at: Time.optional(),
    resolved_at: Time.optional(),
    waiver: z
      .object({
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

export const FlatFinding = z
  .record(
    z.string(),
    z.union([
      z.string(),
      z.number(),
      z.array(z.string()),
      z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    ]),
  )
  .meta({ id: 'FlatFinding', description: 'The same finding without arrays of objects.' });

export const ViolationsPage = z
  .object({
    violations: z.array(z.union([Finding, FlatFinding])),
    ...Page,
    total: z.number().int().optional(),
  })
  .meta({ id: 'ViolationsPage' });

export const Event = z
  .object({
    seq: z.number().int(),
    event: z.enum(eventKinds),
    at: Time,
    cause: z.string().nullable(),
    policy_version: z.number().int().nullable(),
    target: z.string().nullable(),
    uid: z.string().nullable(),
    finding: z.unknown().optional(),
    counts: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Event' });

export const EventsPage = z
  .object({
    events: z.array(Event),
    next_cursor: z.string(),
    has_more: z.boolean(),
    next: z.string(),
  })
  .meta({ id: 'EventsPage' });
