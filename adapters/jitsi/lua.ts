/** A value of a configuration file in Lua that needs no running: texts, numbers, switches, tables of them. */
export type LuaValue = string | number | boolean | LuaTable;
export interface LuaTable {
  items: LuaValue[];
  fields: Map<string, LuaValue>;
}

/** `open` = the value would only be known by running the file. */
export type LuaSetting = LuaValue | typeof open;
export const open: unique symbol = Symbol('open');

export interface LuaAssignment {
  kind: 'set';
  name: string;
  value: LuaSetting;
}

/** `VirtualHost "a"`, `Component "b" "muc"`, `Include "c"`. */
export interface LuaCall {
  kind: 'call';
  name: string;
  values: LuaSetting[];
}

/** Something that may have any effect on these names; null = on every name. */
export interface LuaCode {
  kind: 'code';
  names: ReadonlySet<string>;
  calls: boolean;
}

export type LuaStatement = LuaAssignment | LuaCall | LuaCode;

type Token = { kind: 'name' | 'text' | 'number' | 'sign'; text: string };

const blockOpeners = new Set(['if', 'for', 'while', 'function', 'do', 'repeat']);
const maxDepth = 60;

/**
 * The top-level statements of a configuration file. Nothing is run.
 * @throws {SyntaxError} text that Lua would not take, as far as it is looked at
 */
export function readLua(text: string): LuaStatement[] {
  const reader = new Reader(tokens(text));
  const found: LuaStatement[] = [];
  while (!reader.done()) {
    const statement = reader.statement();
    if (statement !== null) found.push(statement);
  }
  return found;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  statement(): LuaStatement | null {
    const first = this.#take();
    if (first.kind === 'sign' && (first.text === ';' || first.text === '::')) return null;
    if (first.kind !== 'name') throw new SyntaxError(`unexpected ${first.text.slice(0, 20)}`);
    if (blockOpeners.has(first.text)) return this.#code(first.text);
    if (first.text === 'local')
      return this.#is('name', 'function') ? this.#code(this.#take().text) : this.#rest();
    if (first.text === 'return' || first.text === 'goto') {
      if (!this.done()) this.#expression(0);
      return null;
    }
    if (first.text === 'break') return null;
    const next = this.#peek();
    if (next?.kind === 'sign' && next.text === '=') {
      this.#at += 1;
      return { kind: 'set', name: first.text, value: this.#expression(0) };
    }
    if (next?.kind === 'text' || (next?.kind === 'sign' && (next.text === '(' || next.text === '{')))
      return this.#call(first.text);
    this.#at -= 1;
    return this.#rest();
  }

  #call(name: string): LuaStatement {
    const values: LuaSetting[] = [];
    for (;;) {
      const next = this.#peek();
      if (next?.kind === 'text' || (next?.kind === 'sign' && next.text === '{'))
        values.push(this.#primary(0));
      else if (next?.kind === 'sign' && next.text === '(') {
        this.#at += 1;
        while (!this.#is('sign', ')')) {
          values.push(this.#expression(0));
          if (!this.#skip(',') && !this.#is('sign', ')')) throw new SyntaxError('a call without an end');
        }
        this.#at += 1;
      } else return { kind: 'call', name, values };
    }
  }

  /** Up to the `end` that belongs to it; every name that is assigned in it may be changed by it. */
  #code(opener: string): LuaCode {
    const names = new Set<string>();
    let calls = false;
    // `for` and `while` have a `do` of their own.
    let depth = 1;
    let loop = opener === 'for' || opener === 'while';
    while (depth > 0) {
      const token = this.#take();
      const next = this.#peek();
      if (token.kind !== 'name') continue;
      if (token.text === 'do' && loop) loop = false;
      else if (blockOpeners.has(token.text)) {
        depth += 1;
        loop = token.text === 'for' || token.text === 'while';
      } else if (token.text === 'end' || token.text === 'until') depth -= 1;
      else if (
        next?.kind === 'sign' &&
        (next.text === '=' || next.text === ',' || next.text === '[' || next.text === '.')
      )
        names.add(token.text);
      else if (/^(?:VirtualHost|Host|Component|Include|RunScript)$/.test(token.text)) calls = true;
    }
    return { kind: 'code', names, calls };
  }

  /** A statement of no interest: what it names may be changed by it. */
  #rest(): LuaCode {
    const names = new Set<string>();
    do {
      const token = this.#peek();
      if (token?.kind !== 'name') break;
      names.add(token.text);
      this.#at += 1;
      this.#after(open, 0);
    } while (this.#skip(','));
    if (this.#skip('=')) {
      do this.#expression(0);
      while (this.#skip(','));
    }
    return { kind: 'code', names, calls: false };
  }

  #expression(depth: number): LuaSetting {
    if (depth > maxDepth) throw new SyntaxError('nested too deeply');
    let value = this.#primary(depth);
    for (;;) {
      const next = this.#peek();
      const operator =
        (next?.kind === 'sign' && /^(?:\.\.|[+\-*/%^<>]=?|==|~=)$/.test(next.text)) ||
        (next?.kind === 'name' && (next.text === 'and' || next.text === 'or'));
      if (!operator) return value;
      this.#at += 1;
      const right = this.#primary(depth + 1);
      value =
        next?.text === '..' && typeof value === 'string' && typeof right === 'string' ? value + right : open;
    }
  }

  #primary(depth: number): LuaSetting {
    if (depth > maxDepth) throw new SyntaxError('nested too deeply');
    const token = this.#take();
    if (token.kind === 'text') return token.text;
    if (token.kind === 'number') return Number(token.text);
    if (token.kind === 'sign') {
      if (token.text === '{') return this.#table(depth + 1);
      if (token.text === '-') {
        const value = this.#primary(depth + 1);
        return typeof value === 'number' ? -value : open;
      }
      if (token.text === '#') return this.#opened(depth);
      if (token.text === '(') {
        const value = this.#expression(depth + 1);
        if (!this.#skip(')')) throw new SyntaxError('a bracket without an end');
        return this.#after(value, depth);
      }
      throw new SyntaxError(`unexpected ${token.text}`);
    }
    if (token.text === 'true' || token.text === 'false') return token.text === 'true';
    if (token.text === 'not') return this.#opened(depth);
    if (token.text === 'function') {
      this.#code('function');
      return open;
    }
    return this.#after(open, depth);
  }

  #opened(depth: number): typeof open {
    this.#primary(depth + 1);
    return open;
  }

  /** Fields and calls behind a value make it one that is not known. */
  #after(value: LuaSetting, depth: number): LuaSetting {
    let found = value;
    for (;;) {
      const next = this.#peek();
      if (next?.kind === 'sign' && (next.text === '.' || next.text === ':')) this.#at += 2;
      else if (next?.kind === 'text' || (next?.kind === 'sign' && next.text === '{'))
        this.#primary(depth + 1);
      else if (next?.kind === 'sign' && (next.text === '(' || next.text === '[')) {
        this.#at += 1;
        const close = next.text === '(' ? ')' : ']';
        while (!this.#skip(close)) {
          this.#expression(depth + 1);
          this.#skip(',');
        }
      } else return found;
      found = open;
    }
  }

  #table(depth: number): LuaSetting {
    const table: LuaTable = { items: [], fields: new Map() };
    let undecided = false;
    while (!this.#skip('}')) {
      const next = this.#peek();
      const after = this.#tokens[this.#at + 1];
      let key: string | null = null;
      if (next?.kind === 'name' && after?.kind === 'sign' && after.text === '=') {
        key = next.text;
        this.#at += 2;
      } else if (next?.kind === 'sign' && next.text === '[') {
        this.#at += 1;
        const given = this.#expression(depth);
        if (!this.#skip(']') || !this.#skip('=')) throw new SyntaxError('a key without a value');
        if (typeof given === 'string' || typeof given === 'number') key = String(given);
        else undecided = true;
      }
      const value = this.#expression(depth);
      if (value === open) undecided = true;
      else if (key === null) table.items.push(value);
      else table.fields.set(key, value);
      if (!this.#skip(',') && !this.#skip(';') && !this.#is('sign', '}'))
        throw new SyntaxError('a table without an end');
    }
    return undecided ? open : table;
  }

  #take(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new SyntaxError('the file ends too early');
    this.#at += 1;
    return token;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #is(kind: Token['kind'], text: string): boolean {
    const token = this.#peek();
    return token?.kind === kind && token.text === text;
  }

  #skip(sign: string): boolean {
    if (!this.#is('sign', sign)) return false;
    this.#at += 1;
    return true;
  }
}

const shapes =
  /\s+|--\[(=*)\[[\s\S]*?\]\1\]|--[^\n]*|\[(=*)\[([\s\S]*?)\]\2\]|"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'|([A-Za-z_]\w*)|(0[xX][\dA-Fa-f]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(\.\.\.|\.\.|::|==|~=|<=|>=|[-+*/%^#<>=(){}[\];:,.])/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  shapes.lastIndex = 0;
  while (shapes.lastIndex < text.length) {
    const at = shapes.lastIndex;
    const match = shapes.exec(text);
    if (match === null) throw new SyntaxError(`unexpected character at ${at}`);
    const [, , , long, double, single, name, number, sign] = match;
    const quoted = double ?? single;
    if (long !== undefined) found.push({ kind: 'text', text: long.replace(/^\r?\n/, '') });
    else if (quoted !== undefined) found.push({ kind: 'text', text: unescaped(quoted) });
    else if (name !== undefined) found.push({ kind: 'name', text: name });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (sign !== undefined) found.push({ kind: 'sign', text: sign });
  }
  return found;
}

function unescaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\n': '\n' };
  return text.replace(/\\(\d{1,3}|x[\dA-Fa-f]{2}|[\s\S])/g, (_, code: string) => {
    if (/^\d/.test(code)) return String.fromCharCode(Number(code));
    if (/^x./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return signs[code] ?? code;
  });
}
