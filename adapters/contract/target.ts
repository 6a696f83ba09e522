import { z } from 'zod';

/** A secret is never written into the configuration, only where it is found; it is read at each scan. */
export const SecretRef = z.union([
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
]);
export type SecretRef = z.infer<typeof SecretRef>;

const CountryCode = z.string().regex(/^[A-Z]{2}$/, 'two capital letters, ISO 3166-1');

const Provider = z.strictObject({
  name: z.string().min(1),
  country: CountryCode,
  dpf_certified: z.boolean().optional(),
});

const Hosting = z.strictObject({
  model: z.enum(['on_premises', 'hosted', 'saas']),
  country: CountryCode,
  provider: Provider.nullable().optional(),
});

const Contact = z.strictObject({
  name: z.string().optional(),
  office: z.string().optional(),
  phone: z.string().optional(),
  email: z.string().optional(),
});

/** Keys of `targets[]` that every vendor has. */
export const CommonTarget = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dot, dash, underscore'),
  vendor: z.string(),
  hosting: Hosting.optional(),
  privacy_notice: z.url().optional(),
  owner: z
    .strictObject({ name: z.string().min(1), contact: Contact.optional() })
    .nullable()
    .optional(),
  schedule: z.string().optional(),
  freshness: z.string().optional(),
  live: z.strictObject({ purpose: z.string().min(1) }).optional(),
  tls: z.strictObject({ ca: z.string().min(1) }).optional(),
  proxy: z.url().optional(),
  insecure_http: z.boolean().optional(),
  /** Hosts of the organisation besides the target's own registrable domain. */
  own_hosts: z.array(z.string()).optional(),
  /** Country of hosts that the shipped map does not know. */
  endpoints: z.record(z.string(), z.strictObject({ country: CountryCode })).optional(),
  /** Room id to number of people who are meant to take part. */
  participants_expected: z.record(z.string(), z.number().int().min(1)).optional(),
  version: z.string().optional(),
});
export type CommonTarget = z.infer<typeof CommonTarget>;
