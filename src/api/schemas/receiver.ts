import { z } from 'zod';
import { type FailureCode, failureTexts } from '../../push/failure.ts';
import { Bilingual, page, Time } from './common.ts';

const Failure = z
  .strictObject({
    code: z.enum(Object.keys(failureTexts) as FailureCode[]),
    status: z.number().int().optional().meta({ description: 'Of HTTP or SMTP.' }),
    detail: z.string().optional().meta({ description: 'A code of the network, of TLS or of the receiver.' }),
    message: Bilingual,
  })
  .meta({ id: 'PushFailure', description: 'What the receiver says in words is not kept.' });

export const Receiver = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    format: z.string().nullable(),
    state: z.enum(['ok', 'failing', 'waiting']).meta({ description: 'waiting: nothing was sent yet.' }),
    position: z.number().int().meta({ description: 'Number of the last event that is done with.' }),
    behind: z.number().int().meta({ description: 'Numbers of the feed after it.' }),
    attempts: z.number().int().meta({ description: 'Failed ones in a row.' }),
    next_attempt_at: Time.nullable().meta({ description: 'Digests: when the next one is due.' }),
    delivered_at: Time.nullable(),
    failed_at: Time.nullable(),
    error: Failure.nullable(),
    gap: z
      .strictObject({ from: z.number().int(), to: z.number().int(), at: Time })
      .nullable()
      .meta({ description: 'Events that retention deleted before they could be sent.' }),
    dead_letters: z.number().int(),
  })
  .meta({ id: 'Receiver' });
export const Receivers = z.strictObject({ receivers: z.array(Receiver) }).meta({ id: 'Receivers' });

const DeadLetter = z
  .strictObject({
    seq: z.number().int(),
    id: z.string().meta({ description: 'Of the event, as in the feed.' }),
    at: Time.meta({ description: 'When it was set aside.' }),
    event: z.string().nullable().meta({ description: 'Null where the event itself is deleted.' }),
    target: z.string().nullable(),
    policy: z.string().nullable(),
    uid: z.string().nullable(),
    error: Failure,
    retry: z.boolean().meta({ description: 'It is to be sent once more.' }),
  })
  .meta({ id: 'DeadLetter' });
export const DeadLetters = z
  .strictObject({ dead_letters: z.array(DeadLetter), ...page })
  .meta({ id: 'DeadLetters' });

export const Retry = z
  .strictObject({
    seqs: z
      .array(z.number().int().min(1).max(Number.MAX_SAFE_INTEGER))
      .min(1)
      .max(1000)
      .optional()
      .meta({ description: 'Left out: all.' }),
  })
  .meta({ id: 'Retry' });
export const Retried = z
  .strictObject({ retried: z.number().int().meta({ description: 'So many will be sent once more.' }) })
  .meta({ id: 'Retried' });
