import type { AnyNode, BlockStatement, ForInStatement, ForOfStatement, Statement, TryStatement } from 'acorn';
import { assignTo, evaluate } from './config-expressions.ts';
import { hoist } from './config-hoisting.ts';
import {
  condition,
  declare,
  deeper,
  hoistingScope,
  lose,
  type Machine,
  maybe,
  newScope,
  step,
  Thrown,
} from './config-machine.ts';
import { patternParts } from './config-patterns.ts';
import {
  arrayItems,
  either,
  primitive,
  type Scope,
  truthiness,
  undefinedValue,
  unknown,
  type Value,
} from './config-values.ts';

type Completion = 'normal' | 'return' | 'break' | 'continue';

export function runAll(machine: Machine, body: readonly AnyNode[], scope: Scope): Completion {
  for (const node of body) {
    const completion = run(machine, node as Statement, scope);
    if (completion === 'normal') continue;
    const why = condition(machine);
    if (why === null) return completion;
    machine.leaving ??= `what follows may be skipped: ${why}`;
  }
  return 'normal';
}

function run(machine: Machine, node: Statement, scope: Scope): Completion {
  step(machine);
  return deeper(machine, () => dispatch(machine, node, scope));
}

function dispatch(machine: Machine, node: Statement, scope: Scope): Completion {
  switch (node.type) {
    case 'EmptyStatement':
    case 'DebuggerStatement':
    case 'FunctionDeclaration':
      return 'normal';
    case 'ExpressionStatement':
      evaluate(machine, node.expression, scope);
      return 'normal';
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) {
        if (init === null || init === undefined) {
          if (node.kind !== 'var' && id.type === 'Identifier')
            declare(machine, scope, id.name, undefinedValue);
          continue;
        }
        bind(machine, id, evaluate(machine, init, scope), node.kind === 'var' ? hoistingScope(scope) : scope);
      }
      return 'normal';
    case 'BlockStatement':
      return block(machine, node, scope);
    case 'LabeledStatement': {
      const completion = run(machine, node.body, scope);
      return completion === 'break' ? 'normal' : completion;
    }
    case 'IfStatement':
      return ifStatement(machine, node.test, node.consequent, node.alternate ?? null, scope);
    case 'ReturnStatement': {
      const value = node.argument ? evaluate(machine, node.argument, scope) : undefinedValue;
      machine.returned = machine.returned === null ? value : either(machine.returned, value);
      return 'return';
    }
    case 'BreakStatement':
    case 'ContinueStatement':
      if (node.label) machine.uncertainRest ??= 'a jump to a label';
      return node.type === 'BreakStatement' ? 'break' : 'continue';
    case 'ThrowStatement':
      evaluate(machine, node.argument, scope);
      throw new Thrown('thrown by the file');
    case 'TryStatement':
      return tryStatement(machine, node, scope);
    case 'ForStatement': {
      const inner = newScope(scope, false);
      if (node.init?.type === 'VariableDeclaration') run(machine, node.init, inner);
      else if (node.init) evaluate(machine, node.init, inner);
      return loop(machine, node.test ?? null, node.body, node.update ?? null, inner, false);
    }
    case 'WhileStatement':
      return loop(machine, node.test, node.body, null, scope, false);
    case 'DoWhileStatement':
      return loop(machine, node.test, node.body, null, scope, true);
    case 'ForInStatement':
    case 'ForOfStatement':
      return loopOver(machine, node, scope);
    case 'SwitchStatement': {
      evaluate(machine, node.discriminant, scope);
      const inner = newScope(scope, false);
      for (const branch of node.cases)
        maybe(machine, 'a switch', () => runAll(machine, branch.consequent, inner), 'normal' as Completion);
      return 'normal';
    }
    default:
      lose(machine, `${node.type} is not read`);
      return 'normal';
  }
}

function block(machine: Machine, node: BlockStatement, scope: Scope): Completion {
  const inner = newScope(scope, false);
  hoist(
    node.body.filter((child) => child.type === 'FunctionDeclaration'),
    inner,
  );
  return runAll(machine, node.body, inner);
}

function bind(
  machine: Machine,
  pattern: Parameters<typeof patternParts>[0],
  value: Value,
  scope: Scope,
): void {
  if (pattern.type === 'Identifier') {
    declare(machine, scope, pattern.name, value);
    return;
  }
  for (const part of patternParts(pattern)) {
    if (part.type === 'Identifier') declare(machine, scope, part.name, unknown('taken apart'));
    else assignTo(machine, part, unknown('taken apart'), scope);
  }
}

function ifStatement(
  machine: Machine,
  test: AnyNode,
  consequent: Statement,
  alternate: Statement | null,
  scope: Scope,
): Completion {
  const truth = truthiness(evaluate(machine, test, scope));
  if (truth === true) return run(machine, consequent, scope);
  if (truth === false) return alternate === null ? 'normal' : run(machine, alternate, scope);
  for (const branch of alternate === null ? [consequent] : [consequent, alternate]) {
    const why = 'conditional';
    const completion = maybe(machine, why, () => run(machine, branch, scope), 'normal' as Completion);
    if (completion !== 'normal') machine.leaving ??= 'what follows may be skipped';
  }
  return 'normal';
}

const harmless = new Set(['ExpressionStatement', 'VariableDeclaration', 'EmptyStatement']);

function tryStatement(machine: Machine, node: TryStatement, scope: Scope): Completion {
  const calm = node.block.body.every((child) => harmless.has(child.type)) && !mayRaise(node.block);
  let completion: Completion = 'normal';
  if (calm) completion = block(machine, node.block, scope);
  else
    maybe(machine, 'an error may be caught', () => block(machine, node.block, scope), 'normal' as Completion);
  if (node.handler) {
    const inner = newScope(scope, false);
    const { param, body } = node.handler;
    if (param) bind(machine, param, unknown('an error', 'host'), inner);
    maybe(machine, 'an error may be caught', () => block(machine, body, inner), 'normal' as Completion);
  }
  if (node.finalizer) {
    const last = block(machine, node.finalizer, scope);
    if (last !== 'normal') completion = last;
  }
  return completion;
}

/** A call, a construction or a read through something could raise an error. */
function mayRaise(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(mayRaise);
  if (node === null || typeof node !== 'object') return false;
  const { type } = node as { type?: string };
  if (type === 'CallExpression' || type === 'NewExpression' || type === 'Identifier')
    return type !== 'Identifier';
  return Object.values(node).some(mayRaise);
}

function loop(
  machine: Machine,
  test: AnyNode | null,
  body: Statement,
  update: AnyNode | null,
  scope: Scope,
  first: boolean,
): Completion {
  let skipTest = first;
  for (;;) {
    const truth = skipTest || test === null ? true : truthiness(evaluate(machine, test, scope));
    skipTest = false;
    if (truth === false) return 'normal';
    if (truth === null || condition(machine) !== null) {
      undecidedLoop(machine, () => {
        run(machine, body, scope);
        if (update !== null) evaluate(machine, update, scope);
        if (test !== null) evaluate(machine, test, scope);
      });
      return 'normal';
    }
    const completion = run(machine, body, scope);
    if (completion === 'break') return 'normal';
    if (completion === 'return') return 'return';
    if (update !== null) evaluate(machine, update, scope);
  }
}

/** What is written in there is not known; twice, so that a later round sees what an earlier one wrote. */
function undecidedLoop(machine: Machine, round: () => void): void {
  machine.blurred++;
  try {
    for (let count = 0; count < 2; count++) maybe(machine, 'a loop that is not decided', round, undefined);
  } finally {
    machine.blurred--;
  }
}

function loopOver(machine: Machine, node: ForInStatement | ForOfStatement, scope: Scope): Completion {
  const over = evaluate(machine, node.right, scope);
  const items = node.type === 'ForOfStatement' ? arrayItems(over) : objectKeys(over);
  const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]?.id : node.left;
  if (target === undefined) return 'normal';
  const round = (item: Value): Completion => {
    const inner = newScope(scope, false);
    if (node.left.type === 'VariableDeclaration')
      bind(machine, target, item, node.left.kind === 'var' ? hoistingScope(scope) : inner);
    else assignTo(machine, target, item, inner);
    return run(machine, node.body, inner);
  };
  if (items === null || condition(machine) !== null) {
    undecidedLoop(machine, () => void round(unknown('an element that is not known')));
    return 'normal';
  }
  for (const item of items) {
    const completion = round(item);
    if (completion === 'break') return 'normal';
    if (completion === 'return') return 'return';
  }
  return 'normal';
}

function objectKeys(value: Value): Value[] | null {
  if (value.kind === 'primitive') return value.value === undefined || value.value === null ? [] : null;
  if (value.kind !== 'object' || value.open !== null || value.escaped !== null) return null;
  const undecided = [...value.props.values()].some(
    (item) => item.kind === 'either' || item.kind === 'unknown',
  );
  return undecided ? null : [...value.props.keys()].map(primitive);
}
