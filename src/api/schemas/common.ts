import { z } from 'zod';
import { reasonCodes } from '../../../adapters/contract/fact.ts';
import { subjectKinds } from '../../../adapters/contract/subject.ts';
import { findingStatuses } from '../../findings/types.ts';
import { severities, verdicts } from '../../policy/types.ts';
import { problemKinds } from '../texts.ts';

export const Bilingual = z
  .strictObject({ de: z.string(), en: z.string() })
  .meta({ id: 'Bilingual', description: 'A text in German and in English.' });
export const Severity = z.enum(severities).meta({ id: 'Severity', description: 'In rising order.' });
export const Verdict = z.enum(verdicts).meta({ id: 'Verdict' });
export const SubjectKind = z.enum(subjectKinds).meta({ id: 'SubjectKind' });
export const FindingStatus = z.enum(findingStatuses).meta({ id: 'FindingStatus' });

/** RFC 3339 UTC with milliseconds. */
export const Time = z.string().meta({ format: 'date-time' });

/** Of a request: RFC 3339 with any offset. */
export const When = z.iso.datetime({ offset: true });

export const Fill = z
  .strictObject({
    kind: z.enum(['permission', 'config', 'sql', 'version', 'attestation']),
    name: z.string(),
  })
  .meta({ id: 'Fill', description: 'What an administrator could give so that the fact becomes known.' });

export const Reason = z
  .strictObject({ code: z.enum(reasonCodes), detail: z.string().optional(), fill: Fill.optional() })
  .meta({ id: 'Reason', description: 'Why a fact has no value, and what would give it.' });

/** Size of a page and where it begins. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  after: z.string().min(1).max(2048).optional().meta({ description: 'next_cursor of the page before.' }),
};

export const page = {
  next_cursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
  has_more: z.boolean(),
};

/** One value, or the parameter repeated. */
export const several = z
  .union([z.string().max(256), z.array(z.string().max(256)).max(100)])
  .transform((value) => [value].flat())
  .optional();

export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    texts: Bilingual,
    request: z.string().meta({ description: 'Id of the request; stands in the log, too.' }),
    errors: z.array(z.strictObject({ path: z.string(), message: Bilingual })).optional(),
    login: z
      .strictObject({ token: z.string(), oidc: z.string().nullable() })
      .optional()
      .meta({ description: 'With 401: where a page signs in.' }),
    oldest_cursor: z.string().optional(),
    code: z.string().optional(),
    file: z.string().optional().meta({ description: 'Where the configuration says otherwise.' }),
    line: z.number().int().optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457.' });

type Status = (typeof problemKinds)[keyof typeof problemKinds]['status'];

/** Failures that a call may give besides those that every protected call may: 400 for an address that is none. */
export function problems(...statuses: Status[]) {
  const all = [...new Set<Status>([...statuses, 400, 401, 403, 429, 500, 503])].sort();
  return Object.fromEntries(all.map((status) => [status, problemAnswer(status)]));
}

function problemAnswer(status: Status) {
  const kind = Object.values(problemKinds).find((each) => each.status === status);
  return {
    description: kind?.title ?? 'Problem',
    content: { 'application/problem+json': { schema: Problem } },
  };
}

/** OpenAPI's way to say that a token or a session is needed. */
export const secured = [{ token: [] }, { session: [] }];
