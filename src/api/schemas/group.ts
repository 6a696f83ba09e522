import { z } from 'zod';
import { Bilingual, Fill, page, Severity } from './common.ts';

const Setting = z.strictObject({
  layer: z.enum(['room', 'site', 'role', 'server', 'balancer']),
  path: z.string(),
  value: z.unknown(),
});

const Group = z
  .strictObject({
    filter: z
      .strictObject({
        policy: z.string().optional(),
        target: z.string().optional(),
        room: z.string().optional(),
        cause: z.string().optional(),
      })
      .meta({
        description: 'Parameters of `/violations` that list exactly these, besides those asked with.',
      }),
    count: z.number().int(),
    worst: Severity,
    targets: z.array(z.string()),
    policy: z.strictObject({ id: z.string(), title: Bilingual, clauses: z.array(z.string()) }).optional(),
    room: z
      .strictObject({ id: z.string().optional(), ref: z.string(), name: z.string().nullable() })
      .optional(),
    cause: z
      .union([z.strictObject({ setting: Setting }), z.strictObject({ fill: Fill })])
      .optional()
      .meta({ description: 'A setting above the rooms that decides, or what would fill the only hole.' }),
  })
  .meta({ id: 'FindingGroup' });

export const Groups = z
  .strictObject({
    groups: z.array(Group),
    rest: z.number().int().meta({
      description: 'Findings in no group: not about one room, or with a cause of their own. Up to 10000.',
    }),
    rest_capped: z.literal(true).optional(),
    ...page,
  })
  .meta({ id: 'FindingGroups', description: 'Most severe first, then the largest.' });
