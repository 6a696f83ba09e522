import { z } from 'zod';
import { Bilingual, page, Reason, SubjectKind, Time, Verdict } from './common.ts';
import { EvidenceLine, Finding } from './finding.ts';

const SourceOutcome = z.strictObject({
  source: z.string(),
  population: z.enum(['all', 'visible', 'running']),
  state: z.enum(['complete', 'partial', 'failed', 'skipped']),
  reason: Reason.optional(),
  count: z.number().int(),
  counted: z.record(z.string(), z.number().int()).optional(),
  adds: Bilingual.optional().meta({ description: 'What this source tells of.' }),
  calls: z.array(z.string()).optional().meta({ description: 'What is asked, without secrets.' }),
  local: z
    .literal(true)
    .optional()
    .meta({ description: 'Not asked of the server, such as a list of releases.' }),
});

const ScanError = z.strictObject({ code: z.string(), message: Bilingual });

export const scanStates = ['queued', 'running', 'complete', 'partial', 'failed', 'interrupted'] as const;

export const Scan = z
  .strictObject({
    id: z.string(),
    target: z.string(),
    state: z.enum(scanStates),
    requested_at: Time.nullable(),
    started_at: Time.nullable(),
    finished_at: Time.nullable(),
    error: ScanError.nullable(),
    sources: z.array(SourceOutcome),
    counts: z.record(z.string(), z.number()),
    progress: z
      .strictObject({ phase: z.enum(['collecting', 'recording']), subjects: z.number().int() })
      .optional()
      .meta({ description: 'While it runs; a few seconds old where another instance runs it.' }),
  })
  .meta({ id: 'Scan' });

export const ScanSummary = Scan.omit({ sources: true })
  .extend({
    not_seen: z.number().int().meta({ description: 'Sources that did not answer completely.' }),
    asked: z.number().int().meta({ description: 'Sources that were asked or skipped.' }),
  })
  .meta({ id: 'ScanSummary' });

export const ScansPage = z.strictObject({ scans: z.array(ScanSummary), ...page }).meta({ id: 'ScansPage' });

export const ScanStarted = z
  .strictObject({
    scan: z.string(),
    target: z.string(),
    accepted: z
      .boolean()
      .meta({ description: 'False: a scan of this target was under way, and this is its id.' }),
    href: z.string(),
  })
  .meta({ id: 'ScanStarted' });

export const Score = z
  .strictObject({
    low: z.number().nullable().meta({ description: 'Everything unknown counted as violated.' }),
    high: z.number().nullable().meta({ description: 'Everything unknown counted as met.' }),
    seen: z.number().meta({ description: 'Share that was seen, 0 to 1.' }),
  })
  .meta({ id: 'Score', description: 'Shares from 0 to 1.' });

export const Target = z
  .strictObject({
    id: z.string(),
    vendor: z.string(),
    state: z.enum(['configured', 'removed']),
    url: z.string().nullable(),
    schedule: z.string().nullable(),
    freshness: z.number().nullable().meta({ description: 'Seconds.' }),
    fresh: z.boolean().meta({ description: 'False: never scanned, or longer ago than `freshness`.' }),
    late: z.number().int().nullable().meta({
      description:
        'Seconds since its planned scan should have begun; 0: on time, by a minute or a tenth of its interval. Null: nothing is planned.',
    }),
    active_scan: z.string().nullable(),
    last_scan: Scan.nullable(),
    sources: z.array(z.strictObject({ ...SourceOutcome.shape, answered_at: Time.nullable() })),
    rooms: z
      .strictObject({ seen: z.number().int(), population: z.enum(['all', 'visible', 'running', 'none']) })
      .nullable()
      .meta({
        description: 'Of the last scan that saw anything; `visible`: those that the account may see.',
      }),
    verdicts: z.partialRecord(Verdict, z.number().int()).nullable(),
    score: Score.nullable(),
    owner: z
      .strictObject({
        name: z.string(),
        contact: z.record(z.string(), z.string()).optional().meta({ description: 'Role operate only.' }),
      })
      .nullable(),
  })
  .meta({ id: 'Target' });

export const Targets = z.strictObject({ targets: z.array(Target) }).meta({ id: 'Targets' });

const roomShape = {
  id: z.string().optional().meta({ description: 'Role operate only: room ids can be join addresses.' }),
  ref: z.string(),
  name: z.string().nullable(),
  state: z.enum(['present', 'gone', 'ended', 'no_longer_visible']),
  tags: z.array(z.string()),
  first_seen_at: Time,
  last_seen_at: Time,
};

export const RoomsPage = z
  .strictObject({
    rooms: z.array(
      z
        .strictObject({ ...roomShape, violations: z.number().int(), unknowns: z.number().int() })
        .meta({ id: 'Room' }),
    ),
    ...page,
  })
  .meta({ id: 'RoomsPage' });

export const RoomDetail = z
  .strictObject({
    target: z.string(),
    vendor: z.string(),
    room: z.strictObject(roomShape),
    facts: z.array(EvidenceLine),
    verdicts: z
      .array(Finding)
      .meta({ description: 'Every verdict, computed from these facts at this moment.' }),
  })
  .meta({ id: 'RoomDetail' });

const Count = z.strictObject({
  pass: z.number().int(),
  violation: z.number().int(),
  unknown: z.number().int(),
  not_applicable: z.number().int(),
  waived: z.number().int(),
  weak: z.number().int(),
});

export const Coverage = z
  .strictObject({
    clauses: z.array(
      z
        .strictObject({
          id: z.string(),
          document: z.string(),
          document_title: Bilingual,
          publisher: z.string(),
          place: z.string(),
          duty: Bilingual,
          force: z.enum(['must', 'should', 'recommended']),
          aggregate_of: z.array(z.string()).optional(),
        })
        .meta({ id: 'Clause' }),
    ),
    targets: z.array(
      z.strictObject({
        target: z.string(),
        vendor: z.string(),
        last_scan_at: Time.nullable(),
        never: z.array(z.string()).meta({
          description: 'Clauses that no source of this product ever shows, whatever is configured.',
        }),
        score: Score.nullable(),
        coverage: z
          .array(
            z.strictObject({
              clause: z.string(),
              status: z.enum([
                'automated',
                'partly',
                'by_attestation',
                'not_observable',
                'advisory',
                'aggregate',
              ]),
              judged_at: z.array(SubjectKind),
              score: z.number().nullable(),
              span: z.strictObject({ low: z.number(), high: z.number(), seen: z.number() }).nullable(),
              counts: Count,
            }),
          )
          .meta({ description: 'Empty: never scanned, nothing is known.' }),
      }),
    ),
  })
  .meta({ id: 'Coverage', description: 'Clauses of both documents against targets.' });

export const Summary = z
  .record(z.string(), z.number())
  .meta({ id: 'Summary', description: 'Flat numbers, for dashboards and collectors without a cursor.' });
