import { z } from 'zod';
import { eventKinds } from '../../findings/types.ts';
import { cellStatuses } from '../../report/matrix/types.ts';
import { Bilingual, Severity, SubjectKind, Time } from './common.ts';
import { Score } from './target.ts';

const count = z.number().int();

const Cell = z
  .strictObject({
    status: z.enum(cellStatuses),
    count: count.nullable().meta({ description: 'Rooms or recordings; null: the system itself.' }),
    unseen: count.meta({ description: 'Rooms or recordings not seen in addition.' }),
    system_unseen: z.boolean().meta({ description: 'In addition something about the system itself.' }),
  })
  .meta({ id: 'MatrixCell' });

const MatrixTarget = z
  .strictObject({
    id: z.string(),
    vendor: z.string(),
    product: z.string().nullable().meta({ description: 'Of a declared system.' }),
    rooms: count.nullable(),
    fresh: z.boolean(),
    seen_at: Time.nullable().meta({ description: 'Last look at the system that worked.' }),
    last_state: z.string().nullable(),
    active_scan: z.string().nullable(),
    score: Score.nullable(),
    totals: z.strictObject({
      violation: count,
      violation_minor: count,
      unknown: count.meta({ description: 'Verdicts, with those that are too old.' }),
      stale: count.meta({ description: 'Of `unknown`, those that are too old.' }),
      pass: count,
      waived: count,
      not_applicable: count,
    }),
    cells: z.record(z.string(), Cell).meta({ description: 'By policy.' }),
  })
  .meta({ id: 'MatrixTarget' });

const Step = z
  .strictObject({
    status: z.enum(['violation', 'violation_minor', 'unknown']),
    settles: count.meta({ description: 'Verdicts that this one step settles.' }),
    at_least: z.boolean(),
    target: z.string(),
    vendor: z.string(),
    policy: z.string().nullable(),
    uid: z.string().nullable().meta({ description: 'One of the findings.' }),
    title: Bilingual,
    fill: z.strictObject({ kind: z.string(), name: z.string() }).nullable(),
  })
  .meta({ id: 'MatrixStep', description: 'What one change would settle.' });

export const Matrix = z
  .strictObject({
    themes: z.array(z.strictObject({ id: z.string(), title: Bilingual, policies: z.array(z.string()) })),
    policies: z.array(
      z.strictObject({
        id: z.string(),
        title: Bilingual,
        clauses: z.array(z.string()),
        severity: Severity.meta({ description: 'The highest of its levels.' }),
        kinds: z.array(SubjectKind),
        live: z.boolean(),
      }),
    ),
    targets: z.array(MatrixTarget),
    steps: z.array(Step).meta({ description: 'Largest effect first.' }),
  })
  .meta({
    id: 'Matrix',
    description: 'Policies against targets, each cell rolled up to what is worst in it.',
  });

export const Changes = z
  .strictObject({
    since: Time,
    complete: z.boolean().meta({ description: 'False: more happened than was counted.' }),
    changes: z.array(
      z.strictObject({
        event: z.enum(eventKinds),
        policy: z.string(),
        title: Bilingual,
        severity: Severity.nullable(),
        count,
        targets: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'Changes', description: 'What moved, by policy.' });

export const LiveEvents = z
  .string()
  .meta({ id: 'LiveEvents', description: 'Server-sent events: `state` with `head` and `scans` as JSON.' });
