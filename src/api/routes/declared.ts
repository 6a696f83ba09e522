import { roomRef } from '../../access/ref.ts';
import type { ConfiguredAttestation, ConfiguredWaiver, Origin } from '../../config/types.ts';
import { rfc3339 } from '../../findings/detail.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { idView, operates, reading, sees } from '../plugins/auth.ts';
import { problems, secured } from '../schemas/common.ts';
import { Attestations, Waivers } from '../schemas/policy.ts';

/** What the configuration file declares; changed there, not here. */
export function registerDeclared(app: Api, deps: ApiDeps): void {
  const { config, now, key } = deps;
  app.get(
    '/api/v1/waivers',
    {
      config: { scopes: reading },
      schema: {
        tags: ['policies'],
        security: secured,
        summary: 'Dated exceptions',
        response: { 200: Waivers, ...problems() },
      },
    },
    (request) => {
      const options = { key, ids: idView(request, deps) === 'plain', whole: operates(request), now: now() };
      const visible = config.waivers.filter(({ target }) => sees(request, target));
      return { waivers: visible.map((waiver) => waiverView(waiver, options)) };
    },
  );
  app.get(
    '/api/v1/attestations',
    {
      config: { scopes: reading },
      schema: {
        tags: ['policies'],
        security: secured,
        summary: 'Dated organisational evidence',
        response: { 200: Attestations, ...problems() },
      },
    },
    (request) => {
      const visible = config.attestations.filter(({ target }) => sees(request, target));
      const whole = operates(request);
      return { attestations: visible.map((each) => attestationView(each, whole, now())) };
    },
  );
}

interface WaiverOptions {
  key: string;
  ids: boolean;
  whole: boolean;
  now: number;
}

function waiverView(waiver: ConfiguredWaiver, { key, ids, whole, now }: WaiverOptions) {
  const { id, policy, target, room, tag, reason, owner, ticket, approvedBy, until, origin } = waiver;
  return {
    id,
    policy,
    target,
    room: room === undefined ? null : { ...(ids ? { id: room } : {}), ref: roomRef(key, room) },
    tag: tag ?? null,
    reason,
    owner,
    ticket: ticket ?? null,
    ...(whole && approvedBy !== undefined ? { approved_by: approvedBy } : {}),
    until: rfc3339(until),
    over: now > until,
    ...place(origin),
  };
}

function attestationView(attestation: ConfiguredAttestation, whole: boolean, now: number) {
  const { policy, target, fields, attestedAt, validUntil, origin } = attestation;
  const shown = Object.entries(fields).filter(([name]) => whole || !isPersonal(name));
  return {
    policy,
    target,
    fields: Object.fromEntries(shown.filter(([name]) => name !== 'attested_at')),
    attested_at: attestedAt === null ? null : rfc3339(attestedAt),
    valid_until: validUntil === null ? null : rfc3339(validUntil),
    state: stateOf(attestation, now),
    ...place(origin),
  };
}

const isPersonal = (field: string): boolean => field === 'attested_by' || field.startsWith('contact_');

function stateOf({ attestedAt, validUntil }: ConfiguredAttestation, now: number) {
  if (validUntil !== null && now > validUntil) return 'expired' as const;
  return attestedAt !== null && attestedAt > now ? ('not_yet' as const) : ('valid' as const);
}

const place = ({ file, line }: Origin) => ({ managed_by: 'file' as const, file, line });
