import { z } from 'zod';
import { SubjectKind, Time, Verdict } from './common.ts';
import { ParameterValue } from './policy.ts';

export const PreviewAsked = z
  .strictObject({
    parameters: z
      .record(z.string().max(64), ParameterValue)
      .refine((given) => Object.keys(given).length <= 32)
      .meta({ description: 'By name, over those in force; durations as `7d` or in seconds.' }),
    targets: z
      .array(z.string().max(256))
      .min(1)
      .max(1000)
      .optional()
      .meta({ description: 'Left out: as far as the caller sees.' }),
  })
  .meta({ id: 'PreviewAsked' });

const TransitionView = z
  .strictObject({
    kind: SubjectKind,
    from: Verdict,
    to: Verdict,
    count: z.number().int(),
    restated: z.number().int().meta({ description: 'Of violations that stay: those of another severity.' }),
  })
  .meta({ id: 'Transition' });

export const Preview = z
  .strictObject({
    policy: z.string(),
    policy_version: z.number().int(),
    parameters: z
      .record(z.string(), ParameterValue)
      .meta({ description: 'All that it was judged by; durations in seconds.' }),
    finished: z
      .boolean()
      .meta({ description: 'False: the time was up, and what is missing may be anything.' }),
    targets: z.array(
      z.strictObject({
        target: z.string(),
        vendor: z.string(),
        state: z.enum(['judged', 'unfinished', 'never_scanned', 'live']).meta({
          description:
            '`unfinished`: the numbers are of a part. `live`: what happens now only a scan can see, nothing was judged.',
        }),
        seen_at: Time.nullable().meta({ description: 'End of the last scan that saw anything.' }),
        judged: z.number().int().meta({ description: 'Subjects that were looked at.' }),
        changed: z.number().int().meta({ description: 'Verdicts that would be others.' }),
        transitions: z.array(TransitionView),
      }),
    ),
  })
  .meta({ id: 'Preview' });
