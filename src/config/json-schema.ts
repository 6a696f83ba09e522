import { z } from 'zod';
import { CommonTarget } from '../../adapters/contract/target.ts';
import { AnyReceiver } from './push.ts';
import { Attestation, sections, Waiver } from './schema.ts';
import type { Vendors } from './targets.ts';

/**
 * The configuration as JSON Schema, for editors. It says less than `loadConfig`, which also looks at how entries
 * fit each other.
 */
export function configurationSchema(vendors: Vendors): object {
  const targets = [...vendors].map(([vendor, { configuration }]) =>
    z.strictObject({ ...configuration.shape, ...CommonTarget.shape, vendor: z.literal(vendor) }),
  );
  const whole = z
    .strictObject({
      ...sections,
      targets: z.array(z.union(targets)),
      attestations: z.array(Attestation).optional(),
      waivers: z.array(Waiver).optional(),
      push: z.array(AnyReceiver).optional(),
    })
    .meta({ title: 'roomwarden.yaml' });
  return z.toJSONSchema(whole, { io: 'input', unrepresentable: 'any', target: 'draft-7' });
}
