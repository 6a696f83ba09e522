/** Readers of line formats, written from their grammars. */

export interface Cef {
  header: string[];
  extension: Record<string, string>;
}

/** `CEF:0|vendor|product|version|id|name|severity|key=value key=value`; throws where the grammar is broken. */
export function readCef(line: string): Cef {
  if (!line.startsWith('CEF:0|')) throw new Error('no CEF');
  const header: string[] = [];
  let field = '';
  let at = 'CEF:0|'.length;
  while (header.length < 6) {
    const character = line[at];
    if (character === undefined) throw new Error('header too short');
    if (character === '\\') {
      const next = line[at + 1] ?? '';
      if (!/[\\|]/.test(next)) throw new Error(`header escapes ${next}`);
      field += next;
      at += 2;
      continue;
    }
    if (character === '|') {
      header.push(field);
      field = '';
    } else field += character;
    at += 1;
  }
  return { header, extension: readExtension(line.slice(at)) };
}

/** A key is what stands before an `=` without a backslash, back to the last blank. */
function readExtension(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  const starts = [...text.matchAll(/(?:^| )([A-Za-z][A-Za-z0-9]*)=/g)];
  if (starts[0]?.index !== 0) throw new Error('extension begins otherwise');
  starts.forEach((start, index) => {
    const raw = text.slice(start.index + start[0].length, starts[index + 1]?.index);
    const key = start[1] ?? '';
    if (key in pairs) throw new Error(`${key} twice`);
    if (/(?<!\\)(?:\\\\)*=/.test(raw)) throw new Error(`${key} holds a bare =`);
    pairs[key] = raw.replace(/\\(.)/g, (_, next: string) => {
      if (next === 'n') return '\n';
      if (next === 'r') return '\r';
      if (next === '\\' || next === '=') return next;
      throw new Error(`${key} escapes ${next}`);
    });
  });
  return pairs;
}

export interface Syslog {
  priority: number;
  timestamp: string;
  host: string;
  app: string;
  process: string;
  message: string;
  data: Record<string, Record<string, string>>;
  text: string;
}

/** RFC 5424, 6: throws where the grammar is broken. */
export function readSyslog(line: string): Syslog {
  const head =
    /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) /.exec(
      line,
    );
  if (head === null) throw new Error('header');
  const [whole, priority = '', timestamp = '', host = '', app = '', process = '', message = ''] = head;
  let rest = line.slice(whole.length);
  const data: Syslog['data'] = {};
  while (rest.startsWith('[')) {
    const id = /^\[([!#-<>-\\^-~]{1,32})/.exec(rest);
    if (id === null) throw new Error('SD-ID');
    rest = rest.slice(id[0].length);
    const parameters: Record<string, string> = {};
    for (;;) {
      const parameter = /^ ([!#-<>-\\^-~]{1,32})="((?:[^"\\\]]|\\["\\\]]|\\(?!["\\\]]))*)"/.exec(rest);
      if (parameter === null) break;
      parameters[parameter[1] ?? ''] = (parameter[2] ?? '').replace(/\\(["\\\]])/g, '$1');
      rest = rest.slice(parameter[0].length);
    }
    if (!rest.startsWith(']')) throw new Error('SD-ELEMENT');
    rest = rest.slice(1);
    if ((id[1] ?? '') in data) throw new Error('SD-ID twice');
    data[id[1] ?? ''] = parameters;
  }
  if (Object.keys(data).length === 0) throw new Error('no structured data');
  if (rest !== '' && !rest.startsWith(' ')) throw new Error('text');
  return {
    priority: Number(priority),
    timestamp,
    host,
    app,
    process,
    message,
    data,
    text: rest.slice(1),
  };
}
