import type { ASTNode } from '@marcbachmann/cel-js';
import { type FactName, isFactName } from '../../../adapters/contract/vocabulary.ts';
import type { ExpressionProblem } from '../problems.ts';
import type { ParameterDefinition } from '../types.ts';
import { isEvidenceOnly, nearest, unknownFact, writtenGroups } from './names.ts';

/** Everything an expression reads. */
export interface Reading {
  /** In order of first reading, with where it stands. */
  facts: Map<FactName, { start: number; end: number }>;
  parameters: Set<string>;
}

interface Walk extends Reading {
  definitions: Readonly<Record<string, ParameterDefinition>>;
  loops: string[];
}

type Problems = ExpressionProblem[];

export const functions = ['size', 'filled', 'retention_within', 'version_at_least', 'fresh'] as const;
const combining = ['&&', '||', '?:', '==', '!=', '<', '<=', '>', '>='];

/** What to write instead of CEL that is valid and yet no part of a policy. */
const insteadOfCall: Readonly<Record<string, string>> = {
  has: 'a fact that is missing already makes the verdict unknown; name the fact itself',
  dyn: 'types are checked when the policy is loaded; name the fact itself',
  matches: 'patterns are not evaluated; compare with ==, in or a list parameter',
  contains: 'texts are not searched; compare with ==, in or a list parameter',
  startsWith: 'texts are not searched; compare with ==, in or a list parameter',
  endsWith: 'texts are not searched; compare with ==, in or a list parameter',
  map: 'write exists(x, ...) or all(x, ...)',
  filter: 'write exists(x, ...) or all(x, ...)',
  exists_one: 'write exists(x, ...) or all(x, ...)',
  duration: 'write a parameter of type duration and params.NAME',
  timestamp: 'compare an age with a parameter of type duration',
};

/** Names every construct that has no three-valued meaning here, and collects what is read. */
export function walkAllowed(
  ast: ASTNode,
  definitions: Readonly<Record<string, ParameterDefinition>>,
): { reading: Reading; problems: Problems } {
  const walk: Walk = { definitions, facts: new Map(), parameters: new Set(), loops: [] };
  return { problems: visit(ast, walk), reading: walk };
}

function refuse(node: { start: number; end: number }, message: string): Problems {
  return [{ range: { start: node.start, end: node.end }, message }];
}

function visitAll(nodes: readonly ASTNode[], walk: Walk): Problems {
  return nodes.flatMap((node) => visit(node, walk));
}

function visit(node: ASTNode, walk: Walk): Problems {
  switch (node.op) {
    case 'value':
      return visitLiteral(node);
    case 'id':
      return visitName(node, node.args, walk);
    case '.':
      return visitMember(node, walk);
    case '!_':
      return visit(node.args, walk);
    case 'in':
      return [...visit(node.args[0], walk), ...visitHaystack(node.args[1], walk)];
    case 'list':
      return refuse(node, 'a list may only stand to the right of in');
    case 'call':
      return visitCall(node, walk);
    case 'rcall':
      return visitMethod(node, walk);
    default:
      return combining.includes(node.op) ? visitAll(node.args as ASTNode[], walk) : refuseOperator(node);
  }
}

function refuseOperator(node: ASTNode): Problems {
  if (node.op === '.?' || node.op === '[?]') {
    return refuse(node, 'optional access is not allowed: a missing fact already makes the verdict unknown');
  }
  if (node.op === '[]') return refuse(node, 'index access is not allowed; write exists(x, ...) or in');
  if (node.op === 'map') return refuse(node, 'a map is not allowed; write a list parameter and in');
  return refuse(node, 'arithmetic is not allowed; put the number into a parameter');
}

function visitLiteral(node: ASTNode): Problems {
  const value = node.args;
  if (typeof value === 'boolean' || typeof value === 'string' || typeof value === 'bigint') return [];
  return refuse(node, 'only true, false, whole numbers and texts may be written as literals');
}

function visitHaystack(node: ASTNode, walk: Walk): Problems {
  if (node.op !== 'list') return visit(node, walk);
  return node.args.flatMap((item) =>
    item.op === 'value' ? visitLiteral(item) : refuse(item, 'a list to the right of in holds literals only'),
  );
}

function visitName(node: ASTNode, name: string, walk: Walk): Problems {
  if (walk.loops.includes(name)) return [];
  if (name === 'params' || isGroup(name)) return refuse(node, `${name} is a group; write ${name}.NAME`);
  if (isSilentGroup(name)) {
    return refuse(node, `facts of a ${name} are written without a group, for example room_kind`);
  }
  return readFact(node, name, walk);
}

function isGroup(name: string): boolean {
  return (writtenGroups as readonly string[]).includes(name);
}

function isSilentGroup(name: string): boolean {
  return name === 'room' || name === 'deployment';
}

function visitMember(node: ASTNode & { op: '.' }, walk: Walk): Problems {
  const [object, member] = node.args;
  if (object.op !== 'id') return refuse(node, `.${member} may only follow a group`);
  const group = object.args;
  if (walk.loops.includes(group)) return refuse(node, `${group} is a text and has no members`);
  if (group === 'params') return readParameter(node, member, walk);
  if (isGroup(group)) return readFact(node, `${group}.${member}`, walk);
  if (isSilentGroup(group)) {
    return refuse(node, `facts of a ${group} are written without a group; write ${member}`);
  }
  return refuse(object, `${group} is not a group; groups are params, ${writtenGroups.join(', ')}`);
}

function readFact(node: ASTNode, name: string, walk: Walk): Problems {
  if (!isFactName(name)) return refuse(node, unknownFact(name));
  if (isEvidenceOnly(name)) return refuse(node, `${name} is evidence only and never read by a rule`);
  if (!walk.facts.has(name)) walk.facts.set(name, { start: node.start, end: node.end });
  return [];
}

function readParameter(node: ASTNode, name: string, walk: Walk): Problems {
  if (Object.hasOwn(walk.definitions, name)) {
    walk.parameters.add(name);
    return [];
  }
  const guess = nearest(name, Object.keys(walk.definitions));
  return refuse(
    node,
    `this policy has no parameter ${name}${guess === undefined ? '' : `; did you mean ${guess}?`}`,
  );
}

function visitCall(node: ASTNode & { op: 'call' }, walk: Walk): Problems {
  const [name, args] = node.args;
  return (functions as readonly string[]).includes(name) ? visitAll(args, walk) : refuseCall(node, name);
}

function visitMethod(node: ASTNode & { op: 'rcall' }, walk: Walk): Problems {
  const [name, receiver, args] = node.args;
  if (name === 'size' && args.length === 0) return visit(receiver, walk);
  if (name !== 'exists' && name !== 'all') return refuseCall(node, name);
  const [variable, body] = args;
  if (variable?.op !== 'id' || body === undefined || args.length !== 2) {
    return refuse(node, `write ${name}(x, condition)`);
  }
  if (isFactName(variable.args) || variable.args === 'params' || walk.loops.includes(variable.args)) {
    return refuse(variable, `${variable.args} already has a meaning; choose another name`);
  }
  const problems = visit(receiver, walk);
  walk.loops.push(variable.args);
  problems.push(...visit(body, walk));
  walk.loops.pop();
  return problems;
}

function refuseCall(node: ASTNode, name: string): Problems {
  const advice = insteadOfCall[name] ?? `allowed are ${functions.join(', ')}, exists and all`;
  return refuse(node, `${name}() is not allowed: ${advice}`);
}
