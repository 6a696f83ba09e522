/**
 * Java's properties format: `=`, `:` or blank after the key, comments with `#` and `!`, lines continued by a
 * backslash, escapes with `\uXXXX`; a key that comes twice has its last value.
 */
export function parseProperties(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const end = endOfKey(line);
    const rest = line.slice(end).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
    found.set(unescape(line.slice(0, end)), unescape(rest));
  }
  return found;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open: string | null = null;
  for (const natural of text.split(/\r\n|\r|\n/)) {
    const start = natural.replace(/^[ \t\f]+/, '');
    if (open === null && (start === '' || /^[#!]/.test(start))) continue;
    const whole: string = (open ?? '') + start;
    const backslashes = /\\*$/.exec(start)?.[0].length ?? 0;
    if (backslashes % 2 === 1) open = whole.slice(0, -1);
    else {
      lines.push(whole);
      open = null;
    }
  }
  if (open !== null) lines.push(open);
  return lines;
}

function endOfKey(line: string): number {
  let at = 0;
  while (at < line.length && !/[=: \t\f]/.test(line.charAt(at))) at += line.charAt(at) === '\\' ? 2 : 1;
  return Math.min(at, line.length);
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|([\s\S])|$)/g, (_all, code?: string, letter?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return letter === undefined ? '' : (escapes[letter] ?? letter);
  });
}

/**
 * Environment files as Docker, systemd and shells read them: `export` before the key, quotes around the value, a
 * comment after it; a key that comes twice has its last value. Values with `$` in force are left out: what they
 * become is decided elsewhere, so such a key maps to null.
 */
export function parseEnvironment(text: string): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match?.[1] === undefined) continue;
    found.set(match[1], environmentValue(match[2] ?? ''));
  }
  return found;
}

function environmentValue(text: string): string | null {
  const single = /^'([^']*)'(?:\s+#.*)?$/.exec(text);
  if (single !== null) return single[1] ?? '';
  const double = /^"((?:[^"\\]|\\.)*)"(?:\s+#.*)?$/.exec(text);
  const value =
    double === null ? text.replace(/(?:^|\s+)#.*$/, '') : (double[1] ?? '').replace(/\\(["\\$])/g, '$1');
  return /\$(?:\{|[A-Za-z_(])/.test(double?.[1] ?? value) ? null : value;
}
