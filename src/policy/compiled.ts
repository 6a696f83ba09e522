import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { Catalogue, CheckedEntry, Policy } from './catalogue.ts';
import type { CheckedExpression } from './check.ts';
import { compileExpression } from './expression/compile.ts';
import { nearest } from './expression/names.ts';
import { type Node, no, type Truth, type Values, yes } from './expression/node.ts';
import type { Parameter } from './expression/operands.ts';
import { readParameter } from './parameters.ts';
import { Refused } from './problems.ts';
import type { Severity, Verdict } from './types.ts';

/** By the truth of the rule: no, yes, undecided. */
const ruled = ['violation', 'pass', 'unknown'] as const satisfies Record<Truth, Verdict>;

/** One (policy, kind) as closures, parameters inside. */
export interface CompiledEntry {
  policy: Policy;
  kind: SubjectKind;
  severity: Severity;
  live: boolean;
  applies?: Node;
  rule: Node;
  /** Both of them, without reasons: the fast half of a judgement. */
  verdict: (values: Values) => Verdict;
  severityIf: readonly { when: Node; severity: Severity }[];
  reads: readonly FactName[];
  ruleReads: readonly FactName[];
  /** Of `reads`, those that are fields of the policy's own attestation. */
  attestationReads: readonly FactName[];
  /** `applies` is false whatever the facts are: a parameter switches the entry off. */
  switchedOff: boolean;
}

export interface CompiledCatalogue {
  catalogue: Catalogue;
  entries: readonly CompiledEntry[];
  settings: Settings;
}

/** As it stands in the configuration: durations as `7d` or in seconds. By policy id. */
export type Settings = Readonly<Record<string, { parameters?: Readonly<Record<string, unknown>> }>>;

/** `path` leads from `policies` of the configuration to the value. */
export interface SettingsProblem {
  path: readonly string[];
  message: string;
}

export class SettingsError extends Error {
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    super(problems.map((p) => `policies.${p.path.join('.')}: ${p.message}`).join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** All that is wrong with the configured parameters, so that the configuration can name line and column. */
export function checkSettings(catalogue: Catalogue, settings: Settings): SettingsProblem[] {
  return Object.entries(settings).flatMap(([id, { parameters }]) => {
    const policy = catalogue.policyById.get(id);
    if (policy !== undefined) return checkParameters(policy, parameters ?? {});
    const guess = nearest(id, catalogue.policyById.keys());
    return [
      {
        path: [id],
        message: `there is no policy ${id}${guess === undefined ? '' : `; did you mean ${guess}?`}`,
      },
    ];
  });
}

function checkParameters(policy: Policy, parameters: Readonly<Record<string, unknown>>): SettingsProblem[] {
  return Object.entries(parameters).flatMap(([name, raw]) => {
    const path = [policy.id, 'parameters', name];
    const definition = Object.hasOwn(policy.parameters, name) ? policy.parameters[name] : undefined;
    if (definition === undefined) {
      const known = Object.keys(policy.parameters).join(', ');
      const message = known === '' ? `${policy.id} has no parameters` : `${policy.id} has only ${known}`;
      return [{ path, message: `there is no parameter ${name}; ${message}` }];
    }
    const read = readParameter(definition, raw);
    return 'wrong' in read ? [{ path, message: read.wrong }] : [];
  });
}

/**
 * The rules with the parameters of the configuration.
 * @throws {SettingsError} with every parameter that is unknown or out of range.
 */
export function compileCatalogue(catalogue: Catalogue, settings: Settings = {}): CompiledCatalogue {
  const problems = checkSettings(catalogue, settings);
  if (problems.length > 0) throw new SettingsError(problems);
  const shared = new Map<string, Node>();
  const entries = catalogue.policies.flatMap((policy) =>
    compilePolicy(policy, settings[policy.id]?.parameters ?? {}, shared),
  );
  return { catalogue, entries, settings };
}

export function compilePolicy(
  policy: Policy,
  overrides: Readonly<Record<string, unknown>>,
  shared: Map<string, Node>,
): CompiledEntry[] {
  const parameters = effectiveParameters(policy, overrides);
  return policy.judge.map((entry) => compileEntry(policy, entry, parameters, shared));
}

/** Defaults with the configured values over them. */
export function effectiveParameters(
  policy: Policy,
  overrides: Readonly<Record<string, unknown>>,
): Record<string, Parameter> {
  const parameters: Record<string, Parameter> = {};
  for (const [name, definition] of Object.entries(policy.parameters)) {
    const read = Object.hasOwn(overrides, name)
      ? readParameter(definition, overrides[name])
      : { value: definition.default };
    if ('wrong' in read)
      throw new SettingsError([{ path: [policy.id, 'parameters', name], message: read.wrong }]);
    parameters[name] = { definition, value: read.value };
  }
  return parameters;
}

function compileEntry(
  policy: Policy,
  entry: CheckedEntry,
  parameters: Readonly<Record<string, Parameter>>,
  shared: Map<string, Node>,
): CompiledEntry {
  const compile = (expression: CheckedExpression): Node =>
    compileWith(policy, expression, parameters, shared);
  const applies = entry.appliesExpression === undefined ? undefined : compile(entry.appliesExpression);
  const rule = compile(entry.ruleExpression);
  const switchedOff = applies !== undefined && applies.test([]) === no;
  return {
    policy,
    kind: entry.kind,
    severity: entry.severity,
    live: entry.live,
    ...(applies === undefined ? {} : { applies }),
    rule,
    verdict: verdictTest(applies, rule),
    severityIf: policy.severityIf
      .filter((s) => s.judge === entry.kind)
      .map((s) => ({ when: compile(s.when), severity: s.severity })),
    reads: entry.reads,
    ruleReads: entry.ruleReads,
    attestationReads: entry.reads.filter((name) => name.startsWith('attestation.')),
    switchedOff,
  };
}

function verdictTest(applies: Node | undefined, rule: Node): (values: Values) => Verdict {
  const passes = rule.test;
  if (applies === undefined) return (values) => ruled[passes(values)];
  const concerns = applies.test;
  return (values) => {
    const answer = concerns(values);
    if (answer === yes) return ruled[passes(values)];
    return answer === no ? 'not_applicable' : 'unknown';
  };
}

function compileWith(
  policy: Policy,
  expression: CheckedExpression,
  parameters: Readonly<Record<string, Parameter>>,
  shared: Map<string, Node>,
): Node {
  try {
    return compileExpression(expression.ast, parameters, shared);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const path = [policy.id, 'parameters'];
    throw new SettingsError([{ path, message: error.problem.message }]);
  }
}
