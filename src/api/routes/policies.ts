import { z } from 'zod';
import type { Config } from '../../config/types.ts';
import type { Policy } from '../../policy/catalogue.ts';
import { readParameter } from '../../policy/parameters.ts';
import type { ParameterDefinition, ParameterValue } from '../../policy/types.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { noPolicy } from '../filters.ts';
import { reading } from '../plugins/auth.ts';
import { HttpProblem } from '../plugins/problems.ts';
import { problems, secured } from '../schemas/common.ts';
import { Policies, PolicyDetail } from '../schemas/policy.ts';

export function registerPolicies(app: Api, { catalogue, config }: ApiDeps): void {
  app.get(
    '/api/v1/policies',
    {
      config: { scopes: reading },
      schema: {
        tags: ['policies'],
        security: secured,
        summary: 'The catalogue',
        response: { 200: Policies, ...problems() },
      },
    },
    () => ({ policies: catalogue.policies.map(policyLine) }),
  );
  app.get(
    '/api/v1/policies/:policy',
    {
      config: { scopes: reading },
      schema: {
        tags: ['policies'],
        security: secured,
        summary: 'One policy: rules, reasons, parameters in force, remediation',
        params: z.strictObject({ policy: z.string() }),
        response: { 200: PolicyDetail, ...problems(404) },
      },
    },
    (request) => {
      const { policy: id } = request.params;
      const policy = catalogue.policyById.get(id);
      if (policy === undefined) throw new HttpProblem('not-found', noPolicy(id));
      return policyDetail(policy, config.policies);
    },
  );
}

function policyLine({ id, version, form, basis, force, texts, clauses, judge }: Policy) {
  return {
    id,
    version,
    form,
    basis,
    force,
    title: { de: texts.de.title, en: texts.en.title },
    clauses: [...clauses],
    judge: judge.map(({ kind, severity, live }) => ({ kind, severity, live })),
  };
}

function policyDetail(policy: Policy, settings: Config['policies']): z.output<typeof PolicyDetail> {
  const { de, en } = policy.texts;
  const configured = settings[policy.id]?.parameters ?? {};
  return {
    ...policyLine(policy),
    why: { de: de.why, en: en.why },
    judge: policy.judge.map(({ kind, severity, live, applies, rule, reads }) => ({
      kind,
      severity,
      live,
      applies: applies ?? null,
      rule,
      violation: { de: de.violation[kind] ?? de.title, en: en.violation[kind] ?? en.title },
      facts: [...reads],
    })),
    severity_if: policy.severityIf.map(({ judge, when, severity }) => ({ judge, when: when.text, severity })),
    parameters: Object.entries(policy.parameters).map(([name, definition]) => ({
      name,
      type: definition.type,
      value: inForce(definition, configured[name]),
      default: definition.default,
      ...(definition.min === undefined ? {} : { min: definition.min }),
      ...(definition.max === undefined ? {} : { max: definition.max }),
      ...(definition.values === undefined ? {} : { values: definition.values }),
      text: definition.texts,
    })),
    remediation: policy.remediation,
    mappings: Object.fromEntries(Object.entries(policy.mappings).map(([name, list]) => [name, [...list]])),
  };
}

function inForce(definition: ParameterDefinition, configured: unknown): ParameterValue {
  if (configured === undefined) return definition.default;
  const read = readParameter(definition, configured);
  if ('wrong' in read) throw new Error('a parameter that the configuration should have refused');
  return read.value;
}
