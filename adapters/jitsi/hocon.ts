/** A value as it stands in the file; `open` = it depends on something outside. */
export type HoconValue =
  | { state: 'known'; value: unknown }
  | { state: 'absent' }
  | { state: 'open'; why: string };

/** A configuration file in HOCON, read and never resolved against a machine. */
export interface HoconFile {
  get(path: string): HoconValue;
  /** Files that it takes in and that were not given: anything may stand in there. */
  includes: readonly string[];
}

const open = Symbol('open');
type Tree = Map<string, Node>;
type Node = Tree | { items: unknown } | typeof open;

const maxDepth = 40;

/**
 * Later values win, objects merge. `others`: texts of files that may be included, by base name.
 * @throws {SyntaxError} what no reader of HOCON would take
 */
export function readHocon(text: string, others: ReadonlyMap<string, string> = new Map()): HoconFile {
  const includes: string[] = [];
  const root: Tree = new Map();
  new Reader(text, others, includes, 0).object(root, false);
  return {
    includes,
    get(path) {
      let at: Node | undefined = root;
      for (const key of path.split('.')) {
        if (at === open) return { state: 'open', why: `${path} is put together` };
        at = at instanceof Map ? at.get(key) : undefined;
        if (at === undefined) break;
      }
      if (includes.length > 0) return { state: 'open', why: `the file takes in ${includes[0]}` };
      if (at === undefined) return { state: 'absent' };
      if (at === open) return { state: 'open', why: `${path} is put together` };
      return at instanceof Map ? { state: 'known', value: {} } : { state: 'known', value: at.items };
    },
  };
}

class Reader {
  readonly #text: string;
  readonly #others: ReadonlyMap<string, string>;
  readonly #includes: string[];
  readonly #files: number;
  #at = 0;
  #depth = 0;

  constructor(text: string, others: ReadonlyMap<string, string>, includes: string[], files: number) {
    this.#text = text;
    this.#others = others;
    this.#includes = includes;
    this.#files = files;
  }

  /** Fields up to the closing brace, or to the end of the file, whose outer braces may be missing. */
  object(into: Tree, closed: boolean): void {
    if (++this.#depth > maxDepth) throw new SyntaxError('nested too deeply');
    this.#separators();
    if (!closed && this.#peek() === '{') {
      this.#at += 1;
      this.object(into, true);
      this.#separators();
      if (this.#at < this.#text.length) throw new SyntaxError('text after the end');
      this.#depth -= 1;
      return;
    }
    for (;;) {
      this.#separators();
      const next = this.#peek();
      if (next === '' || next === '}') {
        if ((next === '}') !== closed) throw new SyntaxError('a brace is missing');
        if (closed) this.#at += 1;
        this.#depth -= 1;
        return;
      }
      if (!this.#include(into)) this.#field(into);
    }
  }

  #field(into: Tree): void {
    const path = this.#path();
    this.#blanks();
    let appended = false;
    if (this.#text.startsWith('+=', this.#at)) {
      appended = true;
      this.#at += 2;
    } else if (':='.includes(this.#peek()) && this.#peek() !== '') this.#at += 1;
    else if (this.#peek() !== '{') throw new SyntaxError('a key without a value');
    this.#spaces();
    let holder = into;
    for (const key of path.slice(0, -1)) {
      const inner = holder.get(key);
      const next: Tree = inner instanceof Map ? inner : new Map();
      if (inner === open) return void this.#value(new Map());
      holder.set(key, next);
      holder = next;
    }
    const key = path.at(-1) ?? '';
    const before = holder.get(key);
    const value = this.#value(before instanceof Map ? before : new Map());
    holder.set(key, appended || (before === open && value instanceof Map) ? open : value);
  }

  /** Objects are merged into `merged`. */
  #value(merged: Tree): Node {
    const parts: (string | typeof open | { items: unknown } | Tree)[] = [];
    for (;;) {
      this.#blanks();
      const next = this.#peek();
      if (next === '' || next === '}' || next === ']' || next === ',' || next === '\n' || this.#comment())
        break;
      if (next === '{') {
        this.#at += 1;
        this.object(merged, true);
        parts.push(merged);
      } else if (next === '[') parts.push(this.#list());
      else if (this.#text.startsWith('${', this.#at)) {
        const end = this.#text.indexOf('}', this.#at);
        if (end < 0) throw new SyntaxError('a substitution without an end');
        this.#at = end + 1;
        parts.push(open);
      } else if (next === '"') parts.push({ items: this.#quoted() });
      else parts.push(this.#bare());
    }
    const [only] = parts;
    if (only === undefined) throw new SyntaxError('a key without a value');
    if (parts.includes(open)) return open;
    if (parts.length === 1 && typeof only !== 'string') return only as Node;
    if (parts.some((part) => part instanceof Map)) return open;
    if (parts.length === 1) return { items: scalar(only as string) };
    return open;
  }

  #list(): { items: unknown } | typeof open {
    this.#at += 1;
    const items: unknown[] = [];
    let undecided = false;
    for (;;) {
      this.#separators();
      if (this.#peek() === ']') {
        this.#at += 1;
        return undecided ? open : { items };
      }
      if (this.#peek() === '') throw new SyntaxError('a list without an end');
      const value = this.#value(new Map());
      if (value === open) undecided = true;
      else items.push(value instanceof Map ? {} : value.items);
    }
  }

  /** True where there was one. Only files of the same configuration are looked at, never any other place. */
  #include(into: Tree): boolean {
    const match = /^include\s+(?:required\(|file\(|classpath\()*\s*"([^"\n]*)"[)\s]*(?=[\n,}#/]|$)/.exec(
      this.#text.slice(this.#at, this.#at + 1000),
    );
    if (match === null) return false;
    this.#at += match[0].length;
    const name = (match[1] ?? '').split('/').at(-1) ?? '';
    const text = this.#others.get(name);
    if (text === undefined || this.#files > 8) this.#includes.push(name.slice(0, 80));
    else new Reader(text, this.#others, this.#includes, this.#files + 1).object(into, false);
    return true;
  }

  #path(): string[] {
    const keys: string[] = [];
    for (;;) {
      this.#blanks();
      if (this.#peek() === '"') keys.push(this.#quoted());
      else {
        const bare = /^[^\s"{}[\]:=,+#`^?!@*&\\.$/]+/.exec(this.#text.slice(this.#at, this.#at + 300))?.[0];
        if (bare === undefined) throw new SyntaxError('no key');
        this.#at += bare.length;
        keys.push(bare);
      }
      if (this.#peek() !== '.') return keys;
      this.#at += 1;
    }
  }

  #quoted(): string {
    if (this.#text.startsWith('"""', this.#at)) {
      const end = this.#text.indexOf('"""', this.#at + 3);
      if (end < 0) throw new SyntaxError('a text without an end');
      const text = this.#text.slice(this.#at + 3, end);
      this.#at = end + 3;
      return text;
    }
    const match = /^"(?:[^"\\\n]|\\.)*"/.exec(this.#text.slice(this.#at));
    if (match === null) throw new SyntaxError('a text without an end');
    this.#at += match[0].length;
    return JSON.parse(match[0]) as string;
  }

  /** Words up to the end of the value, blanks between them included. */
  #bare(): string {
    const match = /^[^\n,{}[\]"#$:=]+?(?=\s*(?:[\n,{}[\]"#$:=]|\/\/|$))/.exec(this.#text.slice(this.#at));
    if (match === null) throw new SyntaxError('no value');
    this.#at += match[0].length;
    return match[0].trim();
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #blanks(): void {
    while (/[ \t\r\uFEFF]/.test(this.#peek())) this.#at += 1;
  }

  #spaces(): void {
    while (/\s/.test(this.#peek()) || this.#comment())
      this.#at = this.#comment() ? this.#line() : this.#at + 1;
  }

  #separators(): void {
    while (/[\s,\uFEFF]/.test(this.#peek()) || this.#comment())
      this.#at = this.#comment() ? this.#line() : this.#at + 1;
  }

  #comment(): boolean {
    return this.#peek() === '#' || this.#text.startsWith('//', this.#at);
  }

  #line(): number {
    const end = this.#text.indexOf('\n', this.#at);
    return end < 0 ? this.#text.length : end;
  }
}

function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}
