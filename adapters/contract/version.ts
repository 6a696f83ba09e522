/** A version as its parts; `pre` is empty for a release. */
export interface Version {
  readonly numbers: readonly number[];
  readonly pre: readonly (number | string)[];
}

const shape =
  /^v?(\d+(?:\.\d+)*)(?:[-~.]?((?:alpha|beta|rc|dev|pre|preview|snapshot|git)(?:[-.~]?[\w]+)*)|-(\d+))?(?:\+[\w.-]+)?$/i;

/**
 * Reads `4.0.0-beta.3`, `v2.7`, `3.0.0rc1`, `32.0.1.2`. A purely numeric suffix (`2.0.10184-1`) is a packager's
 * revision and counts as a further number; what follows `+` does not count. Undefined for anything else.
 */
export function parseVersion(text: string): Version | undefined {
  if (parsed.has(text)) return parsed.get(text);
  const version = read(text);
  if (parsed.size >= mostParsed) parsed.clear();
  parsed.set(text, version);
  return version;
}

/** The version of a server is asked for by many facts of each of its rooms. */
const parsed = new Map<string, Version | undefined>();
const mostParsed = 100;

function read(text: string): Version | undefined {
  const match = shape.exec(text.trim());
  if (match?.[1] === undefined || text.length > 100) return undefined;
  const numbers = match[1].split('.').map(Number);
  if (numbers.some((number) => !Number.isSafeInteger(number))) return undefined;
  if (match[3] !== undefined) {
    while (numbers.length < 4) numbers.push(0);
    numbers.push(Number(match[3]));
  }
  const pre = (match[2]?.toLowerCase().match(/\d+|[a-z]+/g) ?? []).map((part) =>
    /^\d/.test(part) ? Number(part) : part,
  );
  return { numbers, pre };
}

function compareParsed(a: Version, b: Version): number {
  for (let place = 0; place < Math.max(a.numbers.length, b.numbers.length); place++) {
    const difference = (a.numbers[place] ?? 0) - (b.numbers[place] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (let place = 0; place < Math.max(a.pre.length, b.pre.length); place++) {
    const order = comparePart(a.pre[place], b.pre[place]);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: number | string | undefined, b: number | string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  if (typeof a === 'number') return typeof b === 'number' ? Math.sign(a - b) : -1;
  if (typeof b === 'number') return 1;
  return a < b ? -1 : 1;
}

/** -1, 0 or 1; a pre-release comes before its release; undefined where one of the two is no version. */
export function compareVersions(a: string, b: string): number | undefined {
  const left = parseVersion(a);
  const right = parseVersion(b);
  return left === undefined || right === undefined ? undefined : compareParsed(left, right);
}

/**
 * `range` as in `>=2.7 <4 || =1.9`. Undefined where the version cannot be read.
 * @throws {Error} on a range that cannot be read: ranges are ours
 */
export function versionInRange(version: string, range: string): boolean | undefined {
  const alternatives = range.split('||').map((part) => part.trim().split(/\s+/).map(readComparison));
  const parsed = parseVersion(version);
  if (parsed === undefined) return undefined;
  return alternatives.some((all) => all.every((holds) => holds(parsed)));
}

function readComparison(text: string): (version: Version) => boolean {
  const match = /^(>=|<=|>|<|=)(.+)$/.exec(text);
  const bound = match?.[2] === undefined ? undefined : parseVersion(match[2]);
  if (match === null || bound === undefined) throw new Error(`no version range: ${text}`);
  return (version) => {
    const order = compareParsed(version, bound);
    switch (match[1]) {
      case '>=':
        return order >= 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '<':
        return order < 0;
      default:
        return order === 0;
    }
  };
}
