import type { AnyNode } from 'acorn';
import { patternParts } from './config-patterns.ts';
import { type Scope, undefinedValue } from './config-values.ts';

/** Function declarations and `var` names exist from the start of their function. */
export function hoist(body: readonly AnyNode[], scope: Scope): void {
  for (const node of body) {
    if (node.type === 'FunctionDeclaration' && node.id)
      scope.names.set(node.id.name, { kind: 'function', node, scope });
    if (node.type === 'VariableDeclaration' && node.kind === 'var') hoistVariables(node.declarations, scope);
    if ((node.type === 'ForStatement' || node.type === 'LabeledStatement') && 'body' in node)
      hoist([node.body], scope);
    if (node.type === 'IfStatement')
      hoist(node.alternate ? [node.consequent, node.alternate] : [node.consequent], scope);
    if (node.type === 'BlockStatement') hoist(node.body, scope);
  }
}

function hoistVariables(
  declarations: readonly { id: Parameters<typeof patternParts>[0] }[],
  scope: Scope,
): void {
  for (const { id } of declarations) {
    for (const part of patternParts(id)) {
      if (part.type === 'Identifier' && !scope.names.has(part.name))
        scope.names.set(part.name, undefinedValue);
    }
  }
}
