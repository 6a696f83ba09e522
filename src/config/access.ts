import { z } from 'zod';
import { SecretRef } from '../../adapters/contract/target.ts';
import { checked, Duration, must, text } from './checks.ts';
import { parseDuration } from './duration.ts';
import { isLoopback } from './settings.ts';
import type { Config } from './types.ts';

/** Headers with a meaning of their own would be read twice. */
const taken =
  /^(authorization|cookie|host|origin|connection|upgrade|te|trailer|expect|forwarded|via|date|x-request-id|(content|accept|transfer|sec|proxy|if|x-forwarded)-.*|accept)$/i;

const headerRule = must((name) => /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(name) && !taken.test(name), {
  de: 'Hier steht der Name eines eigenen Kopfes wie X-Api-Key; Authorization gilt immer.',
  en: 'The name of a header of its own stands here, such as X-Api-Key; Authorization always works.',
});
const originRule = must(isOrigin, {
  de: 'Hier steht die Adresse des Dienstes, wie Browser sie sehen: https://rechner[:port], ohne Pfad.',
  en: 'The address of the service as browsers see it stands here: https://host[:port], without a path.',
});
const issuerRule = must((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
  de: 'Hier steht die Adresse des Ausstellers (https://…), wie er selbst sie nennt.',
  en: 'The address of the issuer stands here (https://…), as it names itself.',
});

const Role = z.strictObject({
  group: text.describe('Value of the claim, exactly.'),
  scopes: z.array(z.enum(['read', 'feed', 'operate', 'admin'])).min(1),
  targets: z.array(text).min(1).optional().describe('Left out: all.'),
});

const Oidc = z.strictObject({
  issuer: checked(issuerRule),
  client_id: text,
  client_secret: SecretRef.optional().describe('Left out: a public client, PKCE alone.'),
  scopes: z.array(text).default(['openid']).describe('Asked of the issuer; openid always.'),
  claim: z
    .union([text, z.array(text).min(1)])
    .default('groups')
    .describe('Claim with the groups; a list of names leads into nested claims.'),
  roles: z.array(Role).min(1).describe('Group to rights. Several add up. No group: no entry.'),
  clock_tolerance: Duration.default('30s'),
  ca: text.optional(),
  proxy: text.optional(),
  insecure_http: z.boolean().default(false),
});

/** Who may enter, and how. */
export const Access = z.strictObject({
  header: checked(headerRule).optional().describe('One more header in which a token is accepted.'),
  public_url: checked(originRule).optional().describe('Needed for the login at an issuer.'),
  sessions: z
    .strictObject({ idle: Duration.default('30m'), longest: Duration.default('10h') })
    .prefault({})
    .describe('Of the page: the end without a call, and the end in any case.'),
  oidc: Oidc.optional().describe('Login at an OpenID Connect issuer.'),
});

export const Metrics = z.strictObject({
  open: z.boolean().default(false).describe('Without a token, for calls from this machine only.'),
});

export function accessOf(read: z.output<typeof Access>): Config['access'] {
  const { sessions, oidc } = read;
  return {
    header: read.header?.toLowerCase() ?? null,
    public_url: read.public_url === undefined ? null : new URL(read.public_url).origin,
    sessions: { idle: parseDuration(sessions.idle), longest: parseDuration(sessions.longest) },
    oidc:
      oidc === undefined
        ? null
        : {
            issuer: oidc.issuer,
            client_id: oidc.client_id,
            client_secret: oidc.client_secret ?? null,
            scopes: [...new Set(['openid', ...oidc.scopes])],
            claim: [oidc.claim].flat(),
            roles: oidc.roles.map(({ group, scopes, targets }) => ({
              group,
              scopes,
              targets: targets ?? null,
            })),
            clock_tolerance: parseDuration(oidc.clock_tolerance),
            ca: oidc.ca ?? null,
            proxy: oidc.proxy ?? null,
            insecure_http: oidc.insecure_http,
          },
  };
}

function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return false;
  return url.username === '' && [url.origin, `${url.origin}/`].includes(value.toLowerCase());
}
