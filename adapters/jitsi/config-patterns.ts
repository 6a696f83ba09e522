import type { Pattern } from 'acorn';

/** The names and members that a pattern writes. */
export function patternParts(pattern: Pattern): Pattern[] {
  switch (pattern.type) {
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        patternParts(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : patternParts(element)));
    case 'RestElement':
      return patternParts(pattern.argument);
    case 'AssignmentPattern':
      return patternParts(pattern.left);
    default:
      return [pattern];
  }
}
