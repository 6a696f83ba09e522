import { z } from 'zod';
import { SecretRef } from '../contract/target.ts';

/** Both or neither of user and password: without them only what anybody may read is looked at. */
export const TalkConfiguration = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }),
    user: z.string().min(1).optional(),
    password: SecretRef.optional(),
  })
  .superRefine((settings, check) => {
    if ((settings.user === undefined) === (settings.password === undefined)) return;
    const missing = settings.user === undefined ? 'user' : 'password';
    check.addIssue({ code: 'custom', path: [missing], message: 'user and password belong together' });
  });

export type TalkSettings = z.infer<typeof TalkConfiguration>;
