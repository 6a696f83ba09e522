import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import { endOfDay, startOfDay } from '../../config/dates.ts';
import { messages } from '../../config/entries.ts';
import type { ConfiguredAttestation } from '../../config/types.ts';
import { rfc3339 } from '../../findings/detail.ts';
import {
  allAttestations,
  attestationState,
  attestationStates,
  type GivenAttestation,
  giveAttestation,
  type NewAttestation as New,
  revokeAttestation,
} from '../../inventory/attestations.ts';
import { timeOrNull } from '../../inventory/queries.ts';
import { notAttested } from '../../policy/uses.ts';
import { attestingPolicies } from '../../scan/bind.ts';
import { rejudgeIn } from '../../scan/rejudge.ts';
import type { StoreTransaction } from '../../store/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { noPolicy, requireKnown } from '../filters.ts';
import { linkNext } from '../links.ts';
import { managedView, ofTheFile, pageOf } from '../managed.ts';
import { actorOf, operates, reading, sees } from '../plugins/auth.ts';
import { type FieldError, HttpProblem, invalid } from '../plugins/problems.ts';
import { pageQuery, problems, secured, several } from '../schemas/common.ts';
import { Attestation, Attestations, attestationFilter, NewAttestation } from '../schemas/waiver.ts';
import { noTarget } from '../texts.ts';

type AnyAttestation = (ConfiguredAttestation & { id: string }) | GivenAttestation;

const Query = z.strictObject({
  target: several,
  policy: several,
  managed_by: z.enum(['file', 'api']).optional(),
  state: attestationFilter,
  ...pageQuery,
});
const params = z.strictObject({ attestation: z.string().max(256) });
const shared = { tags: ['policies'], security: secured };

export function registerAttestations(app: Api, deps: ApiDeps): void {
  const attesting = new Set(attestingPolicies(deps.catalogue));
  app.get(
    '/api/v1/attestations',
    {
      config: { scopes: reading },
      schema: {
        ...shared,
        summary: 'Dated organisational evidence, of the configuration and given here; soonest end first',
        querystring: Query,
        response: { 200: Attestations, ...problems(400) },
      },
    },
    async (request, reply) => {
      const { limit, after, ...asked } = request.query;
      await requireKnown(request, asked, deps);
      const all = await attestationsSeen(request, deps);
      const counts = countsOf(all, deps);
      const wanted = all.filter(
        (entry) =>
          (asked.target?.includes(entry.target) ?? true) &&
          (asked.policy?.includes(entry.policy) ?? true) &&
          (asked.managed_by === undefined || asked.managed_by === ('origin' in entry ? 'file' : 'api')) &&
          (asked.state === 'all' || asked.state === stateOf(entry, deps)),
      );
      const found = pageOf(
        wanted.map((entry) => ({ ...entry, end: entry.validUntil ?? Number.MAX_SAFE_INTEGER })),
        asked,
        { limit, after },
      );
      linkNext(request, reply, found.next_cursor);
      const attestations = found.items.map((entry) => viewOf(request, entry, deps));
      return { attestations, counts, next_cursor: found.next_cursor, has_more: found.has_more };
    },
  );

  app.get(
    '/api/v1/attestations/:attestation',
    {
      config: { scopes: reading },
      schema: {
        ...shared,
        summary: 'One piece of organisational evidence',
        params,
        response: { 200: Attestation, ...problems(404) },
      },
    },
    async (request) => viewOf(request, await requireOne(request, request.params.attestation, deps), deps),
  );

  app.post(
    '/api/v1/attestations',
    {
      config: { scopes: ['operate'] },
      schema: {
        ...shared,
        summary: 'Attest something; what rests on it is judged anew at once',
        body: NewAttestation,
        response: { 201: Attestation, ...problems(400, 409, 413, 415) },
      },
    },
    async (request, reply) => {
      const asked = attestationAsked(request, request.body, attesting, deps);
      const given = await changed(deps, asked.target, async (tx, now) => {
        const entry = await giveAttestation(tx.db, asked, actorOf(request), now);
        await audit(tx.db, entryOf('create', entry, request), now);
        return entry;
      });
      reply.status(201).header('location', `/api/v1/attestations/${given.id}`);
      return viewOf(request, given, deps);
    },
  );

  app.delete(
    '/api/v1/attestations/:attestation',
    {
      config: { scopes: ['operate'] },
      schema: {
        ...shared,
        summary: 'Revoke an attestation: it counts no longer at once, it stays in the list',
        params,
        response: { 200: Attestation, ...problems(404, 409, 413, 415) },
      },
    },
    async (request) => {
      const entry = await requireOne(request, request.params.attestation, deps);
      if ('origin' in entry) throw ofTheFile(entry.origin);
      await changed(deps, entry.target, async (tx, now) => {
        if ((await revokeAttestation(tx.db, entry.id, actorOf(request), now)) === false) return;
        await audit(tx.db, entryOf('revoke', entry, request), now);
      });
      return viewOf(request, await requireOne(request, entry.id, deps), deps);
    },
  );
}

/** The act and what it does to the findings, in one transaction that holds the target. */
async function changed<T>(
  deps: ApiDeps,
  id: string,
  act: (tx: StoreTransaction, now: number) => Promise<T>,
): Promise<T> {
  const result = await deps.store.transaction(async (tx) => {
    await tx.lock(`target ${id}`);
    const now = deps.now();
    const done = await act(tx, now);
    const target = deps.config.targets.find((one) => one.id === id);
    if (target !== undefined) await rejudgeIn(tx, deps, target, now);
    return done;
  });
  deps.onDeclared?.();
  return result;
}

/** @throws {HttpProblem} 400 with everything that is wrong, 409 where the file says something of the same */
function attestationAsked(
  request: FastifyRequest,
  body: z.output<typeof NewAttestation>,
  attesting: ReadonlySet<string>,
  { config, catalogue, now }: ApiDeps,
): New {
  const { policy, target, valid_until, ...fields } = body;
  const errors: FieldError[] = [];
  const report = (key: string, message: FieldError['message']): void => {
    errors.push({ path: key === '' ? 'body' : `body.${key}`, message });
  };
  if (!catalogue.policyById.has(policy)) report('policy', noPolicy(policy));
  else if (!attesting.has(policy)) report('policy', notAttested(policy));
  if (!config.targets.some((one) => one.id === target) || !sees(request, target))
    report('target', noTarget(target));
  if ((fields.value === undefined) === (fields.declared_not_applicable === undefined))
    report('', messages.either);
  const attestedAt = startOfDay(fields.attested_at, config.timezone);
  const validUntil = endOfDay(valid_until, config.timezone);
  if (validUntil < attestedAt) report('valid_until', messages.reversed);
  else if (validUntil < now()) report('valid_until', messages.expired);
  if (errors.length > 0) throw invalid(errors);
  const said = config.attestations.find((entry) => entry.policy === policy && entry.target === target);
  if (said !== undefined) throw ofTheFile(said.origin);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { policy, target, fields: given, attestedAt, validUntil };
}

const entryOf = (
  verb: 'create' | 'revoke',
  { id, target, policy, validUntil }: GivenAttestation,
  request: FastifyRequest,
) => ({
  actor: actorOf(request),
  action: `attestation.${verb}`,
  object: id,
  target,
  detail: { policy, valid_until: rfc3339(validUntil) },
});

async function attestationsSeen(
  request: FastifyRequest,
  { store, config }: ApiDeps,
): Promise<AnyAttestation[]> {
  const own = config.attestations.map((entry) => ({ ...entry, id: fileId(entry) }));
  const all: AnyAttestation[] = [...own, ...(await allAttestations(store.db))];
  return all.filter(({ target }) => sees(request, target));
}

/** One entry per policy and target stands in the file. */
function fileId({ policy, target }: ConfiguredAttestation): string {
  const text = JSON.stringify(['rw-attestation', policy, target]);
  return `file-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** @throws {HttpProblem} 404, the same for one that is hidden */
async function requireOne(request: FastifyRequest, id: string, deps: ApiDeps): Promise<AnyAttestation> {
  const found = (await attestationsSeen(request, deps)).find((entry) => entry.id === id);
  if (found !== undefined) return found;
  throw new HttpProblem('not-found', {
    de: 'Diesen Nachweis gibt es nicht.',
    en: 'There is no such attestation.',
  });
}

type State = z.output<typeof Attestation>['state'];

function stateOf(entry: AnyAttestation, { config, now }: Pick<ApiDeps, 'config' | 'now'>): State {
  if ('revokedAt' in entry && entry.revokedAt !== null) return 'revoked';
  return attestationState(entry, config.attestations_due, now());
}

function countsOf(
  all: readonly AnyAttestation[],
  deps: Pick<ApiDeps, 'config' | 'now'>,
): Record<State, number> {
  const counts = { revoked: 0 } as Record<State, number>;
  for (const state of attestationStates) counts[state] = 0;
  for (const entry of all) counts[stateOf(entry, deps)] += 1;
  return counts;
}

const isPersonal = (field: string): boolean => field === 'attested_by' || field.startsWith('contact_');

function viewOf(request: FastifyRequest, entry: AnyAttestation, deps: ApiDeps): z.output<typeof Attestation> {
  const whole = operates(request);
  const { id, policy, target, fields, attestedAt, validUntil } = entry;
  const { attested_at: _, owner, ...rest } = fields;
  const shown = Object.entries(rest).filter(([name]) => whole || !isPersonal(name));
  const file = deps.config.attestations.some((each) => each.policy === policy && each.target === target);
  return {
    id,
    policy,
    target,
    owner: typeof owner === 'string' ? owner : null,
    fields: Object.fromEntries(shown),
    attested_at: timeOrNull(attestedAt),
    valid_until: timeOrNull(validUntil),
    state: stateOf(entry, deps),
    ...(file && !('origin' in entry) ? { outranked: true as const } : {}),
    ...managedView(entry, whole),
  };
}
