import { z } from 'zod';
import { Bilingual, Reason } from './common.ts';

export const SetupState = z
  .strictObject({
    targets: z.number().int().meta({ description: 'Configured ones; 0: an empty installation.' }),
    demo: z.boolean().meta({ description: 'All systems and data are made up.' }),
    obstacle: z
      .enum(['demo', 'shared', 'unwritable'])
      .nullable()
      .meta({ description: 'Why the set-up shows a text instead of writing; null: it may write.' }),
    vendors: z.array(
      z.strictObject({
        vendor: z.string(),
        fields: z.array(
          z.strictObject({
            key: z.string(),
            kind: z.enum(['url', 'text', 'list', 'secret', 'database']),
            required: z.boolean(),
            label: Bilingual,
            hint: Bilingual,
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'SetupState' });

export const SetupAsked = z
  .strictObject({
    vendor: z.string().max(64),
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
      .meta({ description: 'Lower-case letters, digits, dot, dash, underscore.' }),
    schedule: z.string().max(100).default('0 * * * *'),
    values: z
      .record(z.string().max(64), z.string().max(4096))
      .refine((values) => Object.keys(values).length <= 16)
      .meta({ description: 'By key of the target; secrets in clear, they are never answered.' }),
  })
  .meta({ id: 'SetupAsked' });

/** One line of the stream: a source, then the end. */
export const SetupLine = z
  .union([
    z.strictObject({
      source: z.string(),
      state: z.enum(['ok', 'partial', 'failed', 'not_configured']),
      reason: Reason.optional(),
      message: Bilingual,
      remedy: Bilingual.optional().meta({ description: 'The exact grant, statement, menu path or key.' }),
    }),
    z.strictObject({
      done: z.literal(true),
      problem: Bilingual.nullable().meta({ description: 'Why the check could not be made at all.' }),
      text: z.string().meta({ description: 'The entry for the configuration, without secrets.' }),
      file: z.string(),
      secrets: z.array(z.string()).meta({ description: 'Files that the entry names, mode 0600.' }),
    }),
  ])
  .meta({ id: 'SetupLine' });

export const SetupDone = z
  .strictObject({
    target: z.string(),
    scan: z.string().nullable().meta({ description: 'Its first scan.' }),
    files: z.array(z.string()),
  })
  .meta({ id: 'SetupDone' });
