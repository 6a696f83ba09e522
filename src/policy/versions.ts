interface Parts {
  numbers: number[];
  /** Before the release with the same numbers. */
  early: boolean;
  rest: string;
}

const earlyMark = /^(alpha|beta|rc|pre|preview|dev|snapshot|nightly|testing)/i;

/**
 * Order of two product versions: negative, zero, positive, or undefined where they cannot be compared.
 * `3.0` equals `3.0.0`; `3.0.0-rc.1` comes before `3.0.0`; `3.0.4` before `3.0.35`.
 */
export function compareVersions(a: string, b: string): number | undefined {
  const left = parse(a);
  const right = parse(b);
  if (left === undefined || right === undefined) return undefined;
  const length = Math.max(left.numbers.length, right.numbers.length);
  for (let i = 0; i < length; i += 1) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.rest === right.rest) return 0;
  if (left.early !== right.early) return left.early ? -1 : 1;
  return compareEarly(left, right);
}

function compareEarly(left: Parts, right: Parts): number | undefined {
  if (!left.early) return undefined;
  const a = /^([a-z]+)[.-]?(\d+)?$/i.exec(left.rest);
  const b = /^([a-z]+)[.-]?(\d+)?$/i.exec(right.rest);
  if (a === null || b === null || a[1]?.toLowerCase() !== b[1]?.toLowerCase()) return undefined;
  return Number(a[2] ?? 0) - Number(b[2] ?? 0);
}

function parse(text: string): Parts | undefined {
  const match = /^v?(\d+(?:[.-]\d+)*)[-.~]?(.*)$/i.exec(text.trim().replace(/\+.*$/, ''));
  if (match === null) return undefined;
  const numbers = (match[1] as string).split(/[.-]/).map(Number);
  const rest = match[2] as string;
  if (rest !== '' && !/^[a-z]/i.test(rest)) return undefined;
  return { numbers, rest, early: earlyMark.test(rest) };
}
