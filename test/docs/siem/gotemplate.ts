/** The template gave nothing: a key is missing, or the text is empty. */
export class TemplateError extends Error {}

type Part = { text: string } | { action: string };

/**
 * Go's text/template with `[[ ]]`, as far as the file goes: paths, `if`, `else`, `end`, one method of headers.
 * A key that is missing is an error, as the input sets it.
 * @throws {TemplateError}
 */
export function render(template: string, data: Record<string, unknown>): string {
  const parts: Part[] = template
    .split(/\[\[(.*?)\]\]/s)
    .map((text, index) => (index % 2 === 0 ? { text } : { action: text.trim() }));
  const [result, rest] = body(parts, data, true);
  if (rest.length > 0) throw new Error(`${template}: an end too many`);
  if (result === '') throw new TemplateError('the template result is empty');
  return result;
}

function body(parts: readonly Part[], data: Record<string, unknown>, runs: boolean): [string, Part[]] {
  let text = '';
  let rest = [...parts];
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if ('text' in part) {
      text += part.text;
      continue;
    }
    const [word = ''] = part.action.split(' ');
    if (word === 'end' || word === 'else') return [text, [part, ...rest]];
    if (word !== 'if') {
      if (runs) text += String(value(part.action, data));
      continue;
    }
    const yes = runs && Boolean(value(part.action.slice(3), data));
    const [first, after] = body(rest, data, yes);
    rest = after;
    if (yes) text += first;
    let closing = rest.shift();
    if (closing !== undefined && 'action' in closing && closing.action === 'else') {
      const [second, behind] = body(rest, data, runs && !yes);
      if (runs && !yes) text += second;
      rest = behind;
      closing = rest.shift();
    }
    if (closing === undefined || !('action' in closing) || closing.action !== 'end')
      throw new Error('an if without its end');
  }
  return [text, []];
}

function value(expression: string, data: Record<string, unknown>): unknown {
  const [, path = '', argument] = /^(\.[\w.]+)(?: "([^"]*)")?$/.exec(expression.trim()) ?? [];
  if (path === '') throw new Error(`not read here: ${expression}`);
  let found: unknown = data;
  for (const key of path.slice(1).split('.')) {
    if (key === 'Get') return (found as Record<string, string>)[String(argument).toLowerCase()] ?? '';
    if (typeof found !== 'object' || found === null || !(key in found))
      throw new TemplateError(`no key ${key}`);
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}
