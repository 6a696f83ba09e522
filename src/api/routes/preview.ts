import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ConfiguredTarget } from '../../config/types.ts';
import { RoomwardenError } from '../../errors.ts';
import { timeOrNull } from '../../inventory/queries.ts';
import type { Policy } from '../../policy/catalogue.ts';
import { SettingsError } from '../../policy/compiled.ts';
import { readParameter } from '../../policy/parameters.ts';
import { allowedValues } from '../../policy/ranges.ts';
import type { ParameterValue } from '../../policy/types.ts';
import { previewParameters, type TargetPreview } from '../../scan/preview.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { noPolicy } from '../filters.ts';
import { reading, sees } from '../plugins/auth.ts';
import { type FieldError, HttpProblem, invalid } from '../plugins/problems.ts';
import { problems, secured } from '../schemas/common.ts';
import { Preview, PreviewAsked } from '../schemas/preview.ts';
import { noTarget } from '../texts.ts';

/** Judging takes the processor from everybody else: so many at once, and each so long. */
const atOnce = 2;
const longestMs = 15_000;

/** What would change if a parameter were another one; over what is stored, and nothing is written. */
export function registerPreview(app: Api, deps: ApiDeps): void {
  let running = 0;
  app.post(
    '/api/v1/policies/:policy/preview',
    {
      config: { scopes: reading },
      schema: {
        tags: ['policies'],
        security: secured,
        summary: 'What would change with other parameters, judged over the stored facts; nothing is written',
        params: z.strictObject({ policy: z.string() }),
        body: PreviewAsked,
        response: { 200: Preview, ...problems(400, 404, 413, 415) },
      },
    },
    async (request, reply) => {
      const { policy: id } = request.params;
      const policy = deps.catalogue.policyById.get(id);
      if (policy === undefined) throw new HttpProblem('not-found', noPolicy(id));
      const parameters = acceptedParameters(policy, request.body.parameters);
      const targets = chosenTargets(request, request.body.targets, deps);
      if (running >= atOnce) throw new HttpProblem('too-many-requests', busy, {}, { 'retry-after': '2' });
      running += 1;
      try {
        const found: TargetPreview[] = [];
        const signal = endOf(reply);
        const asked = { policy, parameters, targets, now: deps.now(), signal };
        for await (const one of previewParameters(deps, asked)) found.push(one);
        return answer(policy, parameters, found, deps);
      } catch (error) {
        if (error instanceof SettingsError) throw refused(policy, [settingsFault(error)]);
        throw error;
      } finally {
        running -= 1;
      }
    },
  );
}

/** Over when the time is up, or nobody waits for the answer any more. */
function endOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, AbortSignal.timeout(longestMs)]);
}

/** @throws {HttpProblem} 400 with the code RW4002 and what would be accepted */
function acceptedParameters(
  policy: Policy,
  given: Readonly<Record<string, unknown>>,
): Record<string, ParameterValue> {
  const accepted: Record<string, ParameterValue> = {};
  const faults: FieldError[] = [];
  for (const [name, raw] of Object.entries(given)) {
    const path = `body.parameters.${name}`;
    const definition = Object.hasOwn(policy.parameters, name) ? policy.parameters[name] : undefined;
    if (definition === undefined) {
      faults.push({ path, message: unknownParameter(policy) });
      continue;
    }
    const read = readParameter(definition, raw);
    if ('wrong' in read) faults.push({ path, message: allowedValues(definition) });
    else accepted[name] = read.value;
  }
  if (faults.length > 0) throw refused(policy, faults);
  return accepted;
}

function refused(policy: Policy, errors: readonly FieldError[]): HttpProblem {
  const parameter = errors.map(({ path }) => path.replace('body.parameters.', '')).join(', ');
  const error = new RoomwardenError('RW4002', { policy: policy.id, parameter });
  const allowed = (language: 'de' | 'en'): string =>
    [error.what(language), ...errors.map(({ message }) => message[language])].join(' ');
  const detail = { de: allowed('de'), en: allowed('en') };
  return new HttpProblem('invalid-request', detail, { code: error.code, errors });
}

function settingsFault(error: SettingsError): FieldError {
  const [first] = error.problems;
  const message = first?.message ?? error.message;
  const path = `body.parameters.${first?.path[2] ?? ''}`;
  return { path, message: { de: message, en: message } };
}

function unknownParameter({ parameters }: Policy) {
  const known = Object.keys(parameters).join(', ');
  return known === ''
    ? { de: 'Diese Regel hat keine Werte.', en: 'This policy has no parameters.' }
    : { de: `Diese Regel hat nur: ${known}.`, en: `This policy has only: ${known}.` };
}

/** @throws {HttpProblem} 400: a target that does not exist, or not for this caller */
function chosenTargets(
  request: FastifyRequest,
  wanted: readonly string[] | undefined,
  { config }: ApiDeps,
): ConfiguredTarget[] {
  const seen = config.targets.filter(({ id }) => sees(request, id));
  const known = new Set(seen.map(({ id }) => id));
  const errors = (wanted ?? []).flatMap((id, index) =>
    known.has(id) ? [] : [{ path: `body.targets.${index}`, message: noTarget(id) }],
  );
  if (errors.length > 0) throw invalid(errors);
  return seen.filter(({ id }) => wanted === undefined || wanted.includes(id));
}

function answer(
  policy: Policy,
  parameters: Record<string, ParameterValue>,
  targets: readonly TargetPreview[],
  { config }: ApiDeps,
): z.output<typeof Preview> {
  const configured = config.policies[policy.id]?.parameters ?? {};
  const inForce = Object.entries(policy.parameters).map(([name, definition]) => {
    const raw = parameters[name] ?? configured[name] ?? definition.default;
    const read = readParameter(definition, raw);
    return [name, 'value' in read ? read.value : definition.default] as const;
  });
  return {
    policy: policy.id,
    policy_version: policy.version,
    parameters: Object.fromEntries(inForce),
    finished: targets.every(({ state }) => state !== 'unfinished'),
    targets: targets.map(({ seenAt, transitions, ...rest }) => ({
      ...rest,
      seen_at: timeOrNull(seenAt),
      changed: transitions.reduce((sum, { from, to, count }) => sum + (from === to ? 0 : count), 0),
      transitions,
    })),
  };
}

const busy = {
  de: 'Es laufen schon zwei Vorschauen; gleich noch einmal versuchen.',
  en: 'Two previews are running already; try again in a moment.',
};
