import { type Primitive, primitive, unknown, type Value } from './config-values.ts';

const maxText = 100_000;
export const maxItems = 2_000;

/** Methods of texts that only compute. */
export const textMethods: Readonly<
  Record<string, (text: string, args: Primitive[]) => Primitive | string[]>
> = {
  startsWith: (text, [part]) => text.startsWith(String(part)),
  endsWith: (text, [part]) => text.endsWith(String(part)),
  includes: (text, [part]) => text.includes(String(part)),
  indexOf: (text, [part]) => text.indexOf(String(part)),
  lastIndexOf: (text, [part]) => text.lastIndexOf(String(part)),
  charAt: (text, [index]) => text.charAt(Number(index ?? 0)),
  substring: (text, [from, to]) => text.substring(Number(from ?? 0), optionalNumber(to)),
  slice: (text, [from, to]) => text.slice(Number(from ?? 0), optionalNumber(to)),
  substr: (text, [from, length]) => {
    const start = Number(from ?? 0);
    const begin = start < 0 ? Math.max(0, text.length + start) : start;
    return length === undefined ? text.slice(begin) : text.slice(begin, begin + Number(length));
  },
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  concat: (text, parts) => text + parts.map(String).join(''),
  split: (text, [separator]) =>
    separator === undefined ? [text] : text.split(String(separator), maxItems + 1),
  toString: (text: string) => text,
};

/** Methods of texts that compute too, but whose result is not worth following. */
export const otherTextMethods = new Set([
  'replace',
  'replaceAll',
  'match',
  'search',
  'repeat',
  'padStart',
  'padEnd',
]);

function optionalNumber(value: Primitive): number | undefined {
  return value === undefined ? undefined : Number(value);
}

export function checkedText(value: Primitive): Value {
  return typeof value === 'string' && value.length > maxText
    ? unknown('a text too long', 'host')
    : primitive(value);
}
