import { z } from 'zod';
import { reasonCodes } from '../../../adapters/contract/fact.ts';
import { subjectKinds } from '../../../adapters/contract/subject.ts';
import { findingStatuses } from '../../findings/types.ts';
import { severities, verdicts } from '../../policy/types.ts';

export const Bilingual = z.object({ de: z.string(), en: z.string() });
export const Severity = z.enum(severities).meta({ id: 'Severity' });
export const Verdict = z.enum(verdicts).meta({ id: 'Verdict' });
export const SubjectKind = z.enum(subjectKinds).meta({ id: 'SubjectKind' });
export const FindingStatus = z.enum(findingStatuses).meta({ id: 'FindingStatus' });

/** RFC 3339 UTC with milliseconds. */
export const Time = z.string().meta({ format: 'date-time' });

export const Fill = z.object({
  kind: z.enum(['permission', 'config', 'sql', 'version', 'attestation']),
  name: z.string(),
});

export const Reason = z
  .object({ code: z.enum(reasonCodes), detail: z.string().optional(), fill: Fill.optional() })
  .meta({ id: 'Reason', description: 'Why a fact has no value, and what would give it.' });

/** Page size and opaque position, on every list. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  after: z.string().max(2048).optional(),
});

export const Page = { next_cursor: z.string().nullable(), has_more: z.boolean() };

/** RFC 9457. */
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457.' });

/** The failures that any protected call may give. */
export const problems = {
  400: Problem,
  401: Problem,
  403: Problem,
  404: Problem,
  406: Problem,
  429: Problem,
};
