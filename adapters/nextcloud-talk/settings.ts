import { z } from 'zod';
import { SecretRef } from '../contract/target.ts';

/** Both or neither of user and password: without them only what anybody may read is looked at. */
export const TalkConfiguration = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }),
    user: z.string().min(1).optional(),
    password: SecretRef.optional(),
    serverinfo_token: SecretRef.optional(),
    /** An address as `postgres://...`, `mysql://...` or `sqlite:/...`. */
    database: SecretRef.optional(),
    /** `dbtableprefix` of config.php. */
    database_prefix: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,31}$|^$/, 'letters, digits and underscore')
      .default('oc_'),
  })
  .superRefine((settings, check) => {
    if ((settings.user === undefined) === (settings.password === undefined)) return;
    const missing = settings.user === undefined ? 'user' : 'password';
    check.addIssue({ code: 'custom', path: [missing], message: 'user and password belong together' });
  });

export type TalkSettings = z.infer<typeof TalkConfiguration>;
