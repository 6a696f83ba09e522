/** What a PromQL expression names: enough to hold dashboards and rules to the metrics that exist. */
export interface Named {
  /** Metric to the labels that its matchers name. */
  metrics: { name: string; labels: string[] }[];
  /** Labels after by, without, on, ignoring. */
  grouping: string[];
}

const token =
  /\s+|"(?:[^"\\]|\\.)*"|(?:\d+(?:\.\d+)?(?:ms|[smhdwy]))+|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[a-zA-Z_:][a-zA-Z0-9_:]*|=~|!~|!=|==|>=|<=|[-+*/%^<>=(){}[\],:@]/y;
const words = new Set([
  ...['and', 'or', 'unless', 'offset', 'bool', 'group_left', 'group_right', 'inf', 'nan'],
]);
const groupers = new Set(['by', 'without', 'on', 'ignoring']);
const functions = new Set([
  ...[
    'absent',
    'count',
    'deriv',
    'histogram_quantile',
    'increase',
    'max',
    'min',
    'rate',
    'sum',
    'time',
    'topk',
  ],
  'vector',
]);

/** @throws {Error} on what is no PromQL, an unknown function or brackets that do not close */
export function readPromql(expression: string): Named {
  const tokens = split(expression);
  const found: Named = { metrics: [], grouping: [] };
  const brackets: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const text = tokens[at] ?? '';
    const next = tokens[at + 1];
    if ('({['.includes(text)) brackets.push(text);
    if (')}]'.includes(text) && brackets.pop() !== { ')': '(', '}': '{', ']': '[' }[text]) {
      throw new Error(`brackets: ${expression}`);
    }
    if (!/^[a-zA-Z_:]/.test(text) || words.has(text)) continue;
    if (groupers.has(text)) {
      const end = tokens.indexOf(')', at);
      found.grouping.push(...tokens.slice(at + 2, end).filter((each) => each !== ','));
      at = end;
    } else if (next === '(' || groupers.has(next ?? '')) {
      if (!functions.has(text)) throw new Error(`function ${text}: ${expression}`);
    } else if (next === '{') {
      const end = tokens.indexOf('}', at);
      found.metrics.push({ name: text, labels: matchers(tokens.slice(at + 2, end), expression) });
      at = end;
    } else {
      found.metrics.push({ name: text, labels: [] });
    }
  }
  if (brackets.length > 0) throw new Error(`brackets: ${expression}`);
  if (found.metrics.length === 0) throw new Error(`no metric: ${expression}`);
  return found;
}

function split(expression: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < expression.length) {
    const from = token.lastIndex;
    const [text] = token.exec(expression) ?? [];
    if (text === undefined) throw new Error(`no PromQL at ${from}: ${expression}`);
    if (text.trim() !== '') tokens.push(text);
  }
  return tokens;
}

function matchers(tokens: readonly string[], expression: string): string[] {
  const labels: string[] = [];
  for (let at = 0; at < tokens.length; at += 4) {
    const [label = '', operator = '', value = '', comma] = tokens.slice(at, at + 4);
    const fits =
      /^[a-zA-Z_]/.test(label) &&
      /^(=|!=|=~|!~)$/.test(operator) &&
      /^"/.test(value) &&
      (comma ?? ',') === ',';
    if (!fits) throw new Error(`matcher: ${expression}`);
    labels.push(label);
  }
  return labels;
}
