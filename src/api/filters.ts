import type { FastifyRequest } from 'fastify';
import { roomsCalled } from '../findings/roomKeys.ts';
import type { Bilingual } from '../policy/types.ts';
import type { ApiDeps } from './deps.ts';
import { idView, visibleTargets } from './plugins/auth.ts';
import { type FieldError, invalid } from './plugins/problems.ts';
import { noTarget } from './texts.ts';

interface Asked {
  target?: readonly string[] | undefined;
  vendor?: readonly string[] | undefined;
  policy?: readonly string[] | undefined;
}

/**
 * A mistyped filter must not look like "no violations". A hidden target is answered like one that does not exist.
 * @throws {HttpProblem} 400
 */
export async function requireKnown(request: FastifyRequest, asked: Asked, deps: ApiDeps): Promise<void> {
  const { catalogue } = deps;
  const seen = await targetsSeen(request, deps);
  const ids = new Set(seen.map((target) => target.id));
  const vendors = new Set(seen.map((target) => target.vendor));
  const errors: FieldError[] = [
    ...unknown('target', asked.target, (id) => ids.has(id), noTarget),
    ...unknown('vendor', asked.vendor, (vendor) => vendors.has(vendor), noVendor),
    ...unknown('policy', asked.policy, (id) => catalogue.policyById.has(id), noPolicy),
  ];
  if (errors.length > 0) throw invalid(errors);
}

function unknown(
  name: string,
  values: readonly string[] | undefined,
  known: (value: string) => boolean,
  words: (value: string) => Bilingual,
): FieldError[] {
  return (values ?? [])
    .filter((value) => !known(value))
    .map((value) => ({ path: `query.${name}`, message: words(value) }));
}

const noVendor = (vendor: string): Bilingual => ({
  de: `Kein Ziel ist von der Art „${vendor}“.`,
  en: `No target is of the vendor "${vendor}".`,
});

export const noClause = (id: string): Bilingual => ({
  de: `Es gibt keinen Satz „${id}“.`,
  en: `There is no clause "${id}".`,
});

export const noPolicy = (id: string): Bilingual => ({
  de: `Es gibt keine Regel „${id}“.`,
  en: `There is no policy "${id}".`,
});

/** Configured ones and those that were: their findings are still there. */
async function targetsSeen(
  request: FastifyRequest,
  { store, config }: ApiDeps,
): Promise<{ id: string; vendor: string }[]> {
  const visible = visibleTargets(request);
  const known = await store.db.selectFrom('targets').select(['id', 'vendor']).execute();
  return [...config.targets, ...known].filter(({ id }) => visible === null || visible.includes(id));
}

const nothing = '\uFFFE';

/** Without the right to see ids a room is found by its ref alone: otherwise ids could be guessed. */
export async function roomFilter(request: FastifyRequest, room: string, deps: ApiDeps): Promise<string> {
  if (idView(request, deps) === 'plain') return room;
  if (!isRef(room)) return nothing;
  const called = await roomsCalled(deps.store, null, room);
  return called.some(({ id, ref }) => id === room && ref !== room) ? nothing : room;
}

export const isRef = (text: string): boolean => /^[a-z2-7]{16}$/.test(text);
