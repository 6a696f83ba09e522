import { z } from 'zod';
import { several, Time } from './common.ts';

const Day = z.string().meta({ format: 'date', description: 'In the configured time zone.' });
const Count = z.number().int();

export const TrendsQuery = z.strictObject({
  target: several,
  policy: z.string().max(256).optional().meta({ description: 'Left out: all policies together.' }),
  days: z.coerce.number().int().min(2).max(731).default(90),
});

const TrendPoint = z
  .strictObject({
    day: Day,
    pass: Count,
    violation: Count.meta({ description: 'Without those under a waiver.' }),
    waived: Count,
    unknown: Count,
    score: z
      .strictObject({ low: z.number(), high: z.number(), seen: z.number() })
      .nullable()
      .meta({ description: 'Of one target over all policies.' }),
    targets: Count.meta({ description: 'Known by then.' }),
    scanned: Count.meta({ description: 'Looked at on that day; of the others the last state is shown.' }),
    stale: Count.meta({
      description: 'Not looked at for too long: what was met counts as unknown, violations stay.',
    }),
  })
  .meta({ id: 'TrendPoint' });

export const Trends = z
  .strictObject({
    from: Day,
    to: Day,
    timezone: z.string(),
    policy: z.string().nullable(),
    targets: z.array(z.string()).meta({ description: 'Of which this is the sum.' }),
    generated_at: Time,
    points: z
      .array(TrendPoint)
      .meta({ description: 'One a day, oldest first; days before anything was known are left out.' }),
  })
  .meta({ id: 'Trends' });
