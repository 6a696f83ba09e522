import { z } from 'zod';
import { scopes } from '../../access/tokens.ts';
import { page, Time, When } from './common.ts';

const ScopeName = z.enum(scopes);
const Targets = z.array(z.string()).nullable().meta({ description: 'Null: all, also later ones.' });

export const Token = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    scopes: z.array(ScopeName),
    targets: Targets,
    state: z.enum(['valid', 'expired', 'revoked']),
    created_at: Time,
    expires_at: Time.nullable(),
    revoked_at: Time.nullable(),
    last_used_on: z.string().nullable().meta({ format: 'date', description: 'The day, never the hour.' }),
  })
  .meta({ id: 'Token' });
export const Tokens = z.strictObject({ tokens: z.array(Token) }).meta({ id: 'Tokens' });

export const NewToken = z
  .strictObject({
    name: z
      .string()
      .trim()
      .regex(/^[^\p{C}]{1,100}$/u),
    scopes: z.array(ScopeName).min(1).max(scopes.length),
    targets: z
      .array(z.string().regex(/^\S{1,256}$/))
      .min(1)
      .max(1000)
      .optional()
      .meta({ description: 'Left out: as far as the caller sees.' }),
    expires_at: When.optional(),
  })
  .meta({ id: 'NewToken' });
export const MadeToken = z
  .strictObject({
    token: Token,
    value: z.string().meta({ description: 'Shown this once; only its hash is kept.' }),
  })
  .meta({ id: 'MadeToken' });

export const Session = z
  .strictObject({
    way: z.enum(['bearer', 'token', 'oidc']).meta({
      description: 'A token with this call, or a session that began with a token or at the issuer.',
    }),
    scopes: z.array(ScopeName),
    targets: Targets,
    expires_at: Time.nullable().meta({ description: 'Without a further call.' }),
    ends_at: Time.nullable().meta({ description: 'In any case.' }),
    demo: z.boolean().meta({ description: 'All systems and data are made up.' }),
  })
  .meta({ id: 'Session' });
export const SessionEnd = z
  .strictObject({
    ended: z.boolean(),
    logout: z
      .string()
      .nullable()
      .meta({ description: 'Where the browser also leaves the issuer, if it offers that.' }),
  })
  .meta({ id: 'SessionEnd' });

export const AuditEntry = z
  .strictObject({
    id: z.string(),
    at: Time,
    actor: z.string().meta({ description: '`token:<id>`, `session:<pseudonym>`, `cli` or `system`.' }),
    action: z.string().meta({ description: '`<thing>.<verb>`, as `token.create`.' }),
    object: z.string().nullable(),
    target: z.string().nullable(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ id: 'AuditEntry' });
export const AuditLog = z.strictObject({ entries: z.array(AuditEntry), ...page }).meta({ id: 'AuditLog' });
