/** A strict reader of OpenMetrics 1.0 and of the older text form, after their grammars. */
export interface Parsed {
  /** Family name to its type. */
  types: Map<string, string>;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const suffixes: Record<string, readonly string[]> = {
  gauge: [''],
  info: ['_info'],
  histogram: ['_bucket', '_sum', '_count'],
};

/** @throws {Error} with the line that breaks a rule */
export function parseExposition(text: string, open: boolean): Parsed {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const lines = text.slice(0, -1).split('\n');
  if (open) {
    if (lines.pop() !== '# EOF') throw new Error('no # EOF at the end');
    if (lines.some((line) => line === '')) throw new Error('an empty line');
  }
  const types = new Map<string, string>();
  const helps = new Set<string>();
  const closed = new Set<string>();
  const seen = new Set<string>();
  const samples: Parsed['samples'] = [];
  let current = '';
  const enter = (family: string, line: string): void => {
    if (family === current) return;
    if (closed.has(family)) throw new Error(`family is not in one piece: ${line}`);
    closed.add(current);
    current = family;
  };
  for (const line of lines) {
    if (line === '' && !open) continue;
    const meta = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (meta !== null) {
      const [, kind, family = '', rest = ''] = meta;
      if (!metricName.test(family)) throw new Error(`bad name: ${line}`);
      enter(family, line);
      if (samples.some(({ name }) => familyOf(name, types, open) === family))
        throw new Error(`late: ${line}`);
      const known = kind === 'HELP' ? helps.has(family) : types.has(family);
      if (known) throw new Error(`twice: ${line}`);
      if (kind === 'HELP') helps.add(family);
      else if (!/^(gauge|counter|histogram|info)$/.test(rest)) throw new Error(`bad type: ${line}`);
      else types.set(family, rest);
      continue;
    }
    if (line.startsWith('#')) throw new Error(`a comment that is none: ${line}`);
    const sample = parseSample(line);
    enter(familyOf(sample.name, types, open), line);
    const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
    if (seen.has(key)) throw new Error(`the same series twice: ${line}`);
    seen.add(key);
    samples.push(sample);
  }
  for (const [family, type] of types) {
    if (!helps.has(family)) throw new Error(`no help: ${family}`);
    const own = samples.filter(({ name }) => familyOf(name, types, open) === family);
    if (type === 'counter' && own.some(({ value }) => value < 0)) throw new Error(`negative: ${family}`);
    if (type === 'histogram') checkHistogram(family, own);
  }
  return { types, samples };
}

function familyOf(name: string, types: Parsed['types'], open: boolean): string {
  for (const [family, type] of types) {
    const ends = type === 'counter' ? [open ? '_total' : ''] : (suffixes[type] ?? []);
    if (ends.some((end) => name === family + end)) return family;
  }
  throw new Error(`a sample of no family: ${name}`);
}

function parseSample(line: string): Parsed['samples'][number] {
  const [, name = '', , block = '', number = ''] =
    /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === '') throw new Error(`no sample: ${line}`);
  if (!/^(?:[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|Inf)|NaN)$/i.test(number)) throw new Error(`no number: ${line}`);
  const labels: Record<string, string> = {};
  let rest = block;
  while (rest !== '') {
    const [whole = '', label = '', value = ''] =
      /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,(?=.)|$)/.exec(rest) ?? [];
    if (whole === '' || Object.hasOwn(labels, label)) throw new Error(`bad labels: ${line}`);
    labels[label] = value.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(number.replace(/Inf/i, 'Infinity')) };
}

/** Buckets rise, end in +Inf, and +Inf is the count. */
function checkHistogram(family: string, samples: Parsed['samples']): void {
  const groups = new Map<string, { bounds: [number, number][]; count?: number; sum?: number }>();
  for (const { name, labels, value } of samples) {
    const { le, ...others } = labels;
    const key = JSON.stringify(Object.entries(others).sort());
    const group = groups.get(key) ?? { bounds: [] };
    groups.set(key, group);
    if (name.endsWith('_bucket')) group.bounds.push([Number(le?.replace('Inf', 'Infinity')), value]);
    else if (name.endsWith('_count')) group.count = value;
    else group.sum = value;
  }
  for (const [key, { bounds, count, sum }] of groups) {
    const rising = bounds.every(([le, value], index) => {
      const [before, less] = bounds[index - 1] ?? [Number.NEGATIVE_INFINITY, 0];
      return le > before && value >= less;
    });
    const last = bounds.at(-1);
    if (!rising || last?.[0] !== Number.POSITIVE_INFINITY || last[1] !== count || sum === undefined) {
      throw new Error(`a broken histogram: ${family} ${key}`);
    }
  }
}
