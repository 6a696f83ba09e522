import { z } from 'zod';
import { SecretRef } from '../contract/target.ts';

/** Both or neither of user id and token: without them only what anybody may read is looked at. */
export const RocketConfiguration = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }),
    user_id: SecretRef.optional(),
    /** Personal access token of that user. */
    token: SecretRef.optional(),
    /** Id of the target on which calls are judged: they live on the conference provider's server. */
    conference_target: z.string().min(1).optional(),
  })
  .superRefine((settings, check) => {
    if ((settings.user_id === undefined) === (settings.token === undefined)) return;
    const missing = settings.user_id === undefined ? 'user_id' : 'token';
    check.addIssue({ code: 'custom', path: [missing], message: 'user_id and token belong together' });
  });

export type RocketSettings = z.infer<typeof RocketConfiguration>;
