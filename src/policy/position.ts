import { Scalar } from 'yaml';

/**
 * Offset in the file of character `index` of a scalar's value, also where quotes, escapes or folded lines lie
 * between. Undefined where the two cannot be aligned; then the scalar's start is the best that can be said.
 */
export function scalarOffset(file: string, scalar: Scalar, index: number): number | undefined {
  if (typeof scalar.value !== 'string' || !scalar.range) return undefined;
  const [start, end] = scalar.range;
  const raw = file.slice(start, end);
  const offsets = align(raw, scalar.value, scalar.type);
  if (offsets === undefined) return undefined;
  const within = offsets[index] ?? (offsets[offsets.length - 1] ?? 0) + 1;
  return start + within;
}

/** White space may be folded or cut; everything else stands in the file in the same order. */
function align(raw: string, value: string, type: Scalar.Type | null | undefined): number[] | undefined {
  const offsets: number[] = [];
  let at = contentStart(raw, type);
  for (const character of value.split('')) {
    if (/\s/.test(character)) {
      offsets.push(at);
      if (raw[at] === character) at += 1;
      continue;
    }
    while (/\s/.test(raw[at] ?? '')) at += 1;
    const length = lengthOf(raw, at, character, type);
    if (length === undefined) return undefined;
    offsets.push(at);
    at += length;
  }
  return offsets;
}

function contentStart(raw: string, type: Scalar.Type | null | undefined): number {
  if (type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE) return 1;
  if (type !== Scalar.BLOCK_FOLDED && type !== Scalar.BLOCK_LITERAL) return 0;
  return raw.indexOf('\n') + 1;
}

/** How many characters of the file make this one character of the value. */
function lengthOf(
  raw: string,
  at: number,
  character: string,
  type: Scalar.Type | null | undefined,
): number | undefined {
  if (type === Scalar.QUOTE_SINGLE && character === "'") return raw.startsWith("''", at) ? 2 : undefined;
  if (type === Scalar.QUOTE_DOUBLE && raw[at] === '\\') {
    const wide = { x: 4, u: 6, U: 10 }[raw[at + 1] ?? ''];
    return wide ?? 2;
  }
  return raw[at] === character ? 1 : undefined;
}
