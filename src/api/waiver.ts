import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { endOfDay } from '../config/dates.ts';
import { messages, reachesTooFar } from '../config/entries.ts';
import type { NewWaiver as Waiver } from '../findings/given.ts';
import { findRoom } from '../inventory/queries.ts';
import type { Policy } from '../policy/catalogue.ts';
import { unapproved } from '../policy/uses.ts';
import type { Bilingual } from '../texts/fill.ts';
import type { ApiDeps } from './deps.ts';
import { noPolicy } from './filters.ts';
import { sees } from './plugins/auth.ts';
import { type FieldError, invalid } from './plugins/problems.ts';
import type { NewWaiver } from './schemas/waiver.ts';
import { noTarget } from './texts.ts';

type Body = z.output<typeof NewWaiver>;
type Report = (key: keyof Body, message: Bilingual) => void;

/**
 * What was asked for as it is kept: a room by its id, a day by its last millisecond.
 * @param strict false: a missing approval is no fault, for the preview tells of it
 * @throws {HttpProblem} 400 with everything that is wrong
 */
export async function waiverAsked(
  request: FastifyRequest,
  body: Body,
  deps: ApiDeps,
  strict: boolean,
): Promise<Waiver> {
  const errors: FieldError[] = [];
  const report: Report = (key, message) => errors.push({ path: `body.${key}`, message });
  const { catalogue, config } = deps;
  const policy = catalogue.policyById.get(body.policy);
  if (policy === undefined) report('policy', noPolicy(body.policy));
  else if (strict && policy.force === 'must' && body.approved_by === undefined)
    report('approved_by', unapproved);
  const scopes = (['room', 'tag', 'finding'] as const).filter((key) => body[key] !== undefined);
  for (const key of scopes.slice(1)) report(key, texts.oneScope);
  if (body.purpose !== undefined) checkPurpose(body, policy, report);
  if (body.tag !== undefined && !Object.hasOwn(config.tags, body.tag)) report('tag', messages.tag);
  const until = endOfDay(body.until, config.timezone);
  if (until < deps.now()) report('until', messages.over);
  if (reachesTooFar(until, config.waivers_max, deps.now())) report('until', messages.tooFar);
  const target = await targetOf(request, body, deps, report);
  const room = target === null ? undefined : await roomOf(target, body, deps, report);
  if (errors.length > 0 || target === null) throw invalid(errors);
  const { policy: id, reason, owner, tag, finding, purpose, ticket, approved_by: approvedBy } = body;
  const given = { room, tag, finding, purpose, ticket, approvedBy };
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { policy: id, target, reason, owner, until, ...present };
}

function checkPurpose(body: Body, policy: Policy | undefined, report: Report): void {
  if (body.room === undefined) report('purpose', messages.purpose);
  if (policy !== undefined && !isAboutRecordings(policy)) report('purpose', texts.notRecordings);
}

/** Reads how recordings are switched, or the recordings themselves. */
export function isAboutRecordings({ judge }: Policy): boolean {
  return judge.some(({ reads }) => reads.some((name) => name.includes('recording')));
}

/** A hidden target is answered like one that does not exist. */
async function targetOf(
  request: FastifyRequest,
  body: Body,
  { store, config }: ApiDeps,
  report: Report,
): Promise<string | null> {
  const known = (id: string): boolean => config.targets.some((one) => one.id === id) && sees(request, id);
  if (body.finding === undefined) {
    if (body.target === undefined) report('target', texts.noScope);
    else if (!known(body.target)) report('target', noTarget(body.target));
    else return body.target;
    return null;
  }
  const row = await store.db
    .selectFrom('findings')
    .select(['target', 'policy'])
    .where('uid', '=', body.finding)
    .executeTakeFirst();
  if (row === undefined || !known(row.target)) {
    report('finding', texts.noFinding);
    return null;
  }
  if (row.policy !== body.policy) report('policy', texts.otherPolicy);
  if (body.target !== undefined && body.target !== row.target) report('target', texts.otherTarget);
  return row.target;
}

async function roomOf(
  target: string,
  { room }: Body,
  { store }: ApiDeps,
  report: Report,
): Promise<string | undefined> {
  if (room === undefined) return undefined;
  const found = await findRoom(store, target, room);
  if (found === null) report('room', texts.noRoom);
  return found?.id;
}

const texts = {
  oneScope: {
    de: 'Nur eines von room, tag und finding.',
    en: 'Only one of room, tag and finding.',
  },
  noScope: {
    de: 'Es fehlt, wofür die Ausnahme gilt: target oder finding.',
    en: 'What the waiver is for is missing: target or finding.',
  },
  notRecordings: {
    de: 'Einen Zweck haben nur Ausnahmen von Regeln über Aufzeichnungen.',
    en: 'Only waivers of policies about recordings have a purpose.',
  },
  noFinding: { de: 'Diesen Befund gibt es nicht.', en: 'There is no such finding.' },
  otherPolicy: { de: 'Der Befund gehört zu einer anderen Regel.', en: 'The finding is of another policy.' },
  otherTarget: { de: 'Der Befund gehört zu einem anderen Ziel.', en: 'The finding is of another target.' },
  noRoom: { de: 'Diesen Raum gibt es nicht.', en: 'There is no such room.' },
} as const satisfies Record<string, Bilingual>;
