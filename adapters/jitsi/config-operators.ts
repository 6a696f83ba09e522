import { checkedText } from './config-texts.ts';
import { optionsOf, type Primitive, primitive, truthiness, unknown, type Value } from './config-values.ts';

export function unary(operator: string, value: Value): Value {
  if (operator === 'void') return primitive(undefined);
  if (operator === '!') {
    const truth = truthiness(value);
    return truth === null ? unknown('not of something not known', 'host') : primitive(!truth);
  }
  if (operator === 'typeof') return typeOf(value);
  if (value.kind !== 'primitive') return unknown(`${operator} of something not known`, 'host');
  switch (operator) {
    case '-':
      return primitive(-Number(value.value));
    case '+':
      return primitive(Number(value.value));
    case '~':
      return primitive(~Number(value.value));
    default:
      return unknown(operator, 'host');
  }
}

function typeOf(value: Value): Value {
  const types = new Set(
    optionsOf(value).map((option) => {
      if (option.kind === 'primitive')
        return typeof option.value === 'object' ? 'object' : typeof option.value;
      if (option.kind === 'object' || option.kind === 'global') return 'object';
      return option.kind === 'function' ? 'function' : null;
    }),
  );
  const [only] = types;
  return types.size === 1 && only !== undefined && only !== null
    ? primitive(only)
    : unknown('typeof', 'host');
}

export function binary(operator: string, left: Value, right: Value): Value {
  if (operator === '===' || operator === '!==' || operator === '==' || operator === '!=') {
    const equal = compare(left, right, operator.length === 3);
    return equal === null ? unknown(operator, 'host') : primitive(operator.startsWith('=') ? equal : !equal);
  }
  if (left.kind !== 'primitive' || right.kind !== 'primitive') return unknown(operator, 'host');
  return arithmetic(operator, left.value, right.value);
}

function compare(left: Value, right: Value, strict: boolean): boolean | null {
  if (left.kind === 'primitive' && right.kind === 'primitive')
    // biome-ignore lint/suspicious/noDoubleEquals: the file's own operator is followed
    return strict ? left.value === right.value : left.value == right.value;
  const decided = new Set(['primitive', 'object', 'function', 'global']);
  if (!decided.has(left.kind) || !decided.has(right.kind)) return null;
  if (left.kind !== 'primitive' && right.kind !== 'primitive') return left === right;
  const plain = left.kind === 'primitive' ? left.value : right.kind === 'primitive' ? right.value : undefined;
  return strict || plain === undefined || plain === null ? false : null;
}

function arithmetic(operator: string, left: Primitive, right: Primitive): Value {
  switch (operator) {
    case '+':
      return typeof left === 'string' || typeof right === 'string'
        ? checkedText(`${left}${right}`)
        : primitive(Number(left) + Number(right));
    case '-':
      return primitive(Number(left) - Number(right));
    case '*':
      return primitive(Number(left) * Number(right));
    case '/':
      return primitive(Number(left) / Number(right));
    case '%':
      return primitive(Number(left) % Number(right));
    case '**':
      return primitive(Number(left) ** Number(right));
    case '<':
    case '>':
    case '<=':
    case '>=':
      return ordered(operator, left, right);
    case '|':
      return primitive(Number(left) | Number(right));
    case '&':
      return primitive(Number(left) & Number(right));
    default:
      return unknown(operator, 'host');
  }
}

function ordered(operator: string, left: Primitive, right: Primitive): Value {
  const texts = typeof left === 'string' && typeof right === 'string';
  const [a, b] = texts ? [left, right] : [Number(left), Number(right)];
  if (operator === '<') return primitive(a < b);
  if (operator === '>') return primitive(a > b);
  return primitive(operator === '<=' ? a <= b : a >= b);
}
