import { below } from '../faults/random.ts';

export type Schema = Record<string, unknown>;

const odd = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202eevil',
  '😀'.repeat(40),
  'é\u0301ß\u00df',
  '\r\nx-injected: 1',
  '../../etc/passwd',
  '%00%ff%zz',
  "';drop table findings;--",
  '"><script>alert(1)</script>',
  '=HYPERLINK("http://x")',
  '__proto__',
  'constructor',
  'null',
  '-1',
  '1e309',
  '0x10',
  '9'.repeat(40),
  '9007199254740993',
  'true',
  '[]',
  '{"a":1}',
  'x'.repeat(300),
  'y'.repeat(5_000),
  '2026-02-30',
  '0000-01-01',
  '9999-12-31T23:59:59.999Z',
  '2026-05-04T10:00:00+25:00',
];

const numbers = [0, -1, 1, 1.5, -0, 1e21, 2 ** 53, -(2 ** 53), 1_000, 1_001, 2 ** 31];

/** What names of properties and parameters ask for, by their meaning. */
export type Hints = (name: string) => unknown;

export class Values {
  readonly #random: () => number;
  readonly #schemas: Record<string, Schema>;
  readonly #hints: Hints;

  constructor(random: () => number, schemas: Record<string, Schema>, hints: Hints) {
    this.#random = random;
    this.#schemas = schemas;
    this.#hints = hints;
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  below(limit: number): number {
    return below(this.#random, limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  odd(): string {
    return this.pick(odd);
  }

  /** Anything but, as a rule, what is asked for. */
  wrong(depth = 0): unknown {
    const kind = this.below(depth > 3 ? 5 : 8);
    if (kind < 2) return this.odd();
    if (kind === 2) return this.pick(numbers);
    if (kind === 3) return this.pick([null, true, false]);
    if (kind === 4) return this.deep(1 + this.below(200));
    if (kind === 5) return Array.from({ length: this.below(5) }, () => this.wrong(depth + 1));
    if (kind === 6) return Array.from({ length: 1_200 }, () => 'a');
    return Object.fromEntries(
      Array.from({ length: this.below(4) }, () => [this.odd(), this.wrong(depth + 1)]),
    );
  }

  deep(levels: number): unknown {
    let value: unknown = 1;
    for (let level = 0; level < levels; level += 1) value = this.chance(0.5) ? [value] : { a: value };
    return value;
  }

  resolve(schema: Schema): Schema {
    const ref = /^#\/components\/schemas\/(.+)$/.exec(String(schema['$ref'] ?? ''))?.[1];
    return ref === undefined ? schema : this.resolve(this.#schemas[ref] ?? {});
  }

  /** Fits the schema, as far as its pattern is known. */
  right(asked: Schema, name = ''): unknown {
    const schema = this.resolve(asked);
    const hint = this.chance(0.85) ? this.#hints(name) : undefined;
    if (hint !== undefined && schema['type'] !== 'array' && schema['type'] !== 'object') return hint;
    const any = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
    if (any !== undefined) return this.right(this.pick(any), name);
    if (Array.isArray(schema['enum'])) return this.pick(schema['enum']);
    if ('const' in schema) return schema['const'];
    const type = Array.isArray(schema['type']) ? this.pick(schema['type'] as string[]) : schema['type'];
    switch (type) {
      case 'object':
        return this.#object(schema);
      case 'array':
        return this.#array(schema, name);
      case 'integer':
      case 'number':
        return this.#number(schema);
      case 'boolean':
        return this.chance(0.5);
      case 'null':
        return null;
      default:
        return this.#text(schema);
    }
  }

  /** Like the right one, with one thing wrong. */
  almost(schema: Schema, name = ''): unknown {
    const value = this.right(schema, name);
    if (typeof value !== 'object' || value === null || this.chance(0.2)) return this.wrong();
    const keys = Object.keys(value);
    const changed = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    const key = keys.length === 0 || this.chance(0.2) ? this.odd() : this.pick(keys);
    if (this.chance(0.25)) delete changed[key];
    else Object.defineProperty(changed, key, { value: this.wrong(), enumerable: true, configurable: true });
    return changed;
  }

  #object(schema: Schema): Record<string, unknown> {
    const required = new Set((schema['required'] ?? []) as string[]);
    const made: Record<string, unknown> = {};
    for (const [key, each] of Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)) {
      if (required.has(key) || this.chance(0.25)) made[key] = this.right(each, key);
    }
    return made;
  }

  #array(schema: Schema, name: string): unknown[] {
    const least = Number(schema['minItems'] ?? 0);
    const length = least + this.below(Math.min(3, Number(schema['maxItems'] ?? 3) - least + 1));
    return Array.from({ length }, () => this.right((schema['items'] ?? {}) as Schema, name));
  }

  #number(schema: Schema): number {
    const least = Number(schema['minimum'] ?? 0);
    const most = Number(schema['maximum'] ?? least + 1_000);
    if (this.chance(0.2)) return this.pick([least, most]);
    return Math.floor(least + this.#random() * Math.min(most - least, 300));
  }

  #text(schema: Schema): string {
    if (schema['format'] === 'date') return this.pick(['2026-11-02', '2026-12-31', '2027-10-01']);
    if (schema['format'] === 'date-time')
      return this.pick(['2026-11-01T09:00:00Z', '2026-10-01T00:00:00+02:00', '2026-12-24T18:30:00.123Z']);
    const most = Number(schema['maxLength'] ?? 40);
    const text = this.pick(['a', 'Fachgebiet 12', 'ü😀', '/', 'z'.repeat(most), 'main', 'x.y']);
    const pattern = schema['pattern'];
    if (typeof pattern !== 'string' || new RegExp(pattern, 'u').test(text)) return text.slice(0, most);
    return this.pick(['a', '/', 'x.y']);
  }
}
