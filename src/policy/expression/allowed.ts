import type { ASTNode } from '@marcbachmann/cel-js';
import {
  type FactDefinition,
  type FactName,
  factDefinition,
  isFactName,
} from '../../../adapters/contract/vocabulary.ts';
import type { ExpressionProblem } from '../problems.ts';
import type { ParameterDefinition } from '../types.ts';
import { nearest, unknownFact, writtenGroups } from './names.ts';

/** Everything an expression reads. */
export interface Reading {
  /** In order of first reading, with where it stands. */
  facts: Map<FactName, { start: number; end: number }>;
  parameters: Set<string>;
}

interface Walk extends Reading {
  definitions: Readonly<Record<string, ParameterDefinition>>;
  loops: string[];
  problems: ExpressionProblem[];
}

export const functions = ['size', 'filled', 'retention_within', 'version_at_least', 'fresh'] as const;
const comparisons = ['==', '!=', '<', '<=', '>', '>='];

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
): { reading: Reading; problems: ExpressionProblem[] } {
  const walk: Walk = { definitions, facts: new Map(), parameters: new Set(), loops: [], problems: [] };
  visit(ast, walk);
  return { reading: walk, problems: walk.problems };
}

function refuse(walk: Walk, node: { start: number; end: number }, message: string): void {
  walk.problems.push({ range: { start: node.start, end: node.end }, message });
}

function visit(node: ASTNode, walk: Walk): void {
  switch (node.op) {
    case 'value':
      return visitLiteral(node, walk);
    case 'id':
      return visitName(node, node.args, walk);
    case '.':
      return visitMember(node, walk);
    case '&&':
    case '||':
      return node.args.forEach((child) => {
        visit(child, walk);
      });
    case '!_':
      return visit(node.args, walk);
    case '?:':
      return node.args.forEach((child) => {
        visit(child, walk);
      });
    case 'in':
      visit(node.args[0], walk);
      return node.args[1].op === 'list'
        ? visitListLiteral(node.args[1].args, walk)
        : visit(node.args[1], walk);
    case 'list':
      return refuse(walk, node, 'a list may only stand to the right of in');
    case 'call':
      return visitCall(node, walk);
    case 'rcall':
      return visitMethod(node, walk);
    default:
      return visitOther(node, walk);
  }
}

function visitOther(node: ASTNode, walk: Walk): void {
  if (comparisons.includes(node.op)) {
    for (const child of node.args as [ASTNode, ASTNode]) visit(child, walk);
    return;
  }
  if (node.op === '.?' || node.op === '[?]') {
    return refuse(
      walk,
      node,
      'optional access is not allowed: a missing fact already makes the verdict unknown',
    );
  }
  if (node.op === '[]') return refuse(walk, node, 'index access is not allowed; write exists(x, ...) or in');
  if (node.op === 'map') return refuse(walk, node, 'a map is not allowed; write a list parameter and in');
  refuse(walk, node, 'arithmetic is not allowed; put the number into a parameter');
}

function visitLiteral(node: ASTNode, walk: Walk): void {
  const value = node.args;
  if (typeof value === 'boolean' || typeof value === 'string' || typeof value === 'bigint') return;
  refuse(walk, node, 'only true, false, whole numbers and texts may be written as literals');
}

function visitListLiteral(items: ASTNode[], walk: Walk): void {
  for (const item of items) {
    if (item.op !== 'value') refuse(walk, item, 'a list to the right of in holds literals only');
    else visitLiteral(item, walk);
  }
}

function visitName(node: ASTNode, name: string, walk: Walk): void {
  if (walk.loops.includes(name)) return;
  if (name === 'params' || isGroup(name)) {
    return refuse(walk, node, `${name} is a group; write ${name}.NAME`);
  }
  if (name === 'room' || name === 'deployment') {
    return refuse(walk, node, `facts of a ${name} are written without a group, for example room_kind`);
  }
  readFact(node, name, walk);
}

function isGroup(name: string): boolean {
  return (writtenGroups as readonly string[]).includes(name);
}

function visitMember(node: ASTNode & { op: '.' }, walk: Walk): void {
  const [object, member] = node.args;
  if (object.op !== 'id') return refuse(walk, node, `.${member} may only follow a group`);
  const group = object.args;
  if (walk.loops.includes(group)) return refuse(walk, node, `${group} is a text and has no members`);
  if (group === 'params') return readParameter(node, member, walk);
  if (group === 'room' || group === 'deployment') {
    return refuse(walk, node, `facts of a ${group} are written without a group; write ${member}`);
  }
  if (isGroup(group)) return readFact(node, `${group}.${member}`, walk);
  refuse(walk, object, `${group} is not a group; groups are params, ${writtenGroups.join(', ')}`);
}

function readFact(node: ASTNode, name: string, walk: Walk): void {
  if (!isFactName(name)) return refuse(walk, node, unknownFact(name));
  if ((factDefinition(name) as FactDefinition).evidenceOnly === true) {
    return refuse(walk, node, `${name} is evidence only and never read by a rule`);
  }
  if (!walk.facts.has(name)) walk.facts.set(name, { start: node.start, end: node.end });
}

function readParameter(node: ASTNode, name: string, walk: Walk): void {
  if (Object.hasOwn(walk.definitions, name)) {
    walk.parameters.add(name);
    return;
  }
  const guess = nearest(name, Object.keys(walk.definitions));
  refuse(
    walk,
    node,
    `this policy has no parameter ${name}${guess === undefined ? '' : `; did you mean ${guess}?`}`,
  );
}

function visitCall(node: ASTNode & { op: 'call' }, walk: Walk): void {
  const [name, args] = node.args;
  if (!(functions as readonly string[]).includes(name)) return refuseCall(node, name, walk);
  for (const argument of args) visit(argument, walk);
}

function visitMethod(node: ASTNode & { op: 'rcall' }, walk: Walk): void {
  const [name, receiver, args] = node.args;
  if (name === 'size' && args.length === 0) return visit(receiver, walk);
  if (name !== 'exists' && name !== 'all') return refuseCall(node, name, walk);
  const [variable, body] = args;
  if (variable?.op !== 'id' || body === undefined || args.length !== 2) {
    return refuse(walk, node, `write ${name}(x, condition)`);
  }
  visit(receiver, walk);
  if (isFactName(variable.args) || variable.args === 'params' || walk.loops.includes(variable.args)) {
    return refuse(walk, variable, `${variable.args} already has a meaning; choose another name`);
  }
  walk.loops.push(variable.args);
  visit(body, walk);
  walk.loops.pop();
}

function refuseCall(node: ASTNode, name: string, walk: Walk): void {
  const advice = insteadOfCall[name] ?? `allowed are ${functions.join(', ')}, exists and all`;
  refuse(walk, node, `${name}() is not allowed: ${advice}`);
}
