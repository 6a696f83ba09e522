import type { InjectOptions } from 'fastify';
import type { Operation, Parameter } from './document.ts';
import { person } from './leaks.ts';
import type { Pool } from './pool.ts';
import type { Schema, Values } from './values.ts';

export interface Caller {
  /** What it may see. */
  scopes: readonly string[];
  only: 'main' | null;
  headers: Record<string, string>;
}

export interface Call {
  operation: Operation;
  /** False: the method is none of the document's. */
  declared: boolean;
  caller: Caller;
  request: InjectOptions & { url: string; method: string; headers: Record<string, string> };
}

const others = ['PUT', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE'];
const accepted = [
  'application/json',
  'application/x-ndjson',
  'text/csv',
  'application/sarif+json',
  'text/html,application/xhtml+xml,*/*;q=0.8',
  'application/openmetrics-text; version=1.0.0',
  'image/png',
  '*/*;q=0',
  ';;;',
  'application/json;q=NaN, text/*;q=2',
];
const types = [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/json; charset=utf-16',
  ';',
  'application/problem+json',
];

/** One call after another, from the document alone and what earlier answers named. */
export class Calls {
  readonly #operations: readonly Operation[];
  readonly #values: Values;
  readonly #pool: Pool;
  readonly #etags: string[] = [];

  constructor(operations: readonly Operation[], values: Values, pool: Pool) {
    this.#operations = operations;
    this.#values = values;
    this.#pool = pool;
  }

  sawTag(tag: unknown): void {
    if (typeof tag !== 'string') return;
    this.#etags.push(tag);
    if (this.#etags.length > 50) this.#etags.shift();
  }

  next(callers: readonly Caller[]): Call {
    const values = this.#values;
    const operation = values.pick(this.#operations);
    const caller = values.pick(callers);
    const declared = !values.chance(0.03);
    const method = declared ? operation.method : values.pick(others);
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => this.#segment(name));
    const query = this.#query(operation.parameters.filter((each) => each.in === 'query'));
    const url = path + (query === '' ? '' : `?${query}`);
    const { payload, type } = this.#body(operation);
    const headers = {
      ...this.#junk(),
      ...(type === null ? {} : { 'content-type': type }),
      ...caller.headers,
    };
    const request = { method, url, headers, ...(payload === undefined ? {} : { payload }) };
    return { operation, declared, caller, request: request as Call['request'] };
  }

  #segment(name: string): string {
    const values = this.#values;
    const fixed: Record<string, readonly string[]> = {
      target: ['main', 'other'],
      policy: ['access', 'presence', 'record-kept'],
    };
    const known = [...(fixed[name] ?? []), ...this.#pool.of(name)];
    if (known.length > 0 && values.chance(0.75)) {
      const one = values.pick(known);
      return values.chance(0.05) ? encodeURIComponent(encodeURIComponent(one)) : encodeURIComponent(one);
    }
    if (values.chance(0.1)) return values.pick(['%zz', '%ff%fe', '%2e%2e%2f', '%', 'a;b=c', '*']);
    return encodable(values.odd()) || 'a';
  }

  #query(parameters: readonly Parameter[]): string {
    const values = this.#values;
    const parts: string[] = [];
    for (const { name, schema } of parameters) {
      if (!values.chance(0.3)) continue;
      const times = values.chance(0.06) ? 2 + values.below(3) : 1;
      for (let time = 0; time < times; time += 1) parts.push(`${name}=${this.#parameter(name, schema)}`);
    }
    if (values.chance(0.04)) parts.push(`${encodable(values.odd())}=${encodable(values.odd())}`);
    if (values.chance(0.02))
      parts.push(values.pick(['%zz=%zz', '&&&', '=', 'limit[]=1', 'limit[a]=1', '%', 'after']));
    return parts.join('&');
  }

  #parameter(name: string, schema: Parameter['schema']): string {
    const values = this.#values;
    if (name === 'after') return this.#cursor();
    if (values.chance(0.25)) return encodable(values.odd());
    const value = values.right(schema, name);
    return encodable(Array.isArray(value) ? value.join(',') : String(value));
  }

  #cursor(): string {
    const values = this.#values;
    const known = this.#pool.of('after');
    if (known.length === 0 || values.chance(0.15)) return encodable(values.odd());
    const cursor = values.pick(known);
    if (values.chance(0.5)) return encodeURIComponent(cursor);
    if (values.chance(0.3))
      return encodeURIComponent(
        cursor.slice(0, values.below(cursor.length)) + values.pick(['', 'A', '_', '=']),
      );
    // Taken apart, one part exchanged, and put together again.
    const text = Buffer.from(cursor, 'base64url').toString('utf8');
    const change = values.pick([
      () => text.replace(/-?\d+/, () => String(values.pick([-1, 0, 1, 2 ** 53, 1e21, 99_999_999]))),
      () => text.replace(/"[^"]*"/, () => JSON.stringify(values.odd())),
      () => JSON.stringify(values.wrong()),
      () => `[${text},${text}]`,
      () => text.replace('[', '[null,'),
    ]);
    return encodeURIComponent(Buffer.from(change()).toString('base64url'));
  }

  #body({ body, method, path }: Operation): { payload?: string; type: string | null } {
    const values = this.#values;
    if (body === null) {
      if (!values.chance(0.02)) return { type: values.chance(0.02) ? values.pick(types) : null };
      return { payload: JSON.stringify(values.wrong()) ?? 'null', type: 'application/json' };
    }
    if (method === 'GET') return { type: null };
    const type = values.chance(0.06) ? values.pick(types) : values.chance(0.02) ? null : 'application/json';
    if (values.chance(0.02)) return { type };
    const value = values.chance(0.65) ? this.#right(path, body) : values.almost(body);
    const text = JSON.stringify(value) ?? '';
    if (values.chance(0.9)) return { payload: text, type };
    const broken = values.pick([
      () => text.slice(0, values.below(text.length)),
      () => `\ufeff${text}`,
      () => `${text}${text}`,
      () => `{"__proto__":{"admin":true},${text.slice(1)}`,
      () => text.replace('{', '{"policy":"access","policy":"presence",'),
      () => `{"reason":"${'x'.repeat(20_000)}"}`,
      () => '['.repeat(5_000) + ']'.repeat(5_000),
      () => '{"seqs":[1e400]}',
      () => '\u0000',
    ]);
    return { payload: broken(), type };
  }

  /** What an attestation or a waiver may say depends on its policy, which the document does not tell. */
  #right(path: string, body: Schema): unknown {
    const value = this.#values.right(body);
    if (this.#values.chance(0.3)) return value;
    const target = this.#values.pick(['main', 'other']);
    if (path.endsWith('/waivers'))
      return { policy: 'access', target, reason: 'Schulung', owner: 'Fachgebiet 12', until: '2026-12-31' };
    if (!path.endsWith('/attestations')) return value;
    const said = { policy: 'record-kept', value: true, attested_by: person, reference: 'AZ-1' };
    return { ...said, target, attested_at: '2026-10-01', valid_until: '2027-10-01' };
  }

  #junk(): Record<string, string> {
    const values = this.#values;
    const made: Record<string, string> = {};
    if (values.chance(0.25)) made['accept'] = values.pick(accepted);
    if (values.chance(0.15)) made['if-none-match'] = values.pick([...this.#etags, '*', 'W/"x"', '"', '""']);
    if (values.chance(0.05))
      made['accept-encoding'] = values.pick([
        'gzip',
        'br, gzip;q=0',
        'identity;q=0',
        '*;q=0',
        'x'.repeat(200),
      ]);
    if (values.chance(0.05)) made['x-requested-with'] = 'roomwarden';
    if (values.chance(0.03))
      made['origin'] = values.pick(['null', 'http://localhost', 'https://evil.example.org', ':']);
    if (values.chance(0.02))
      made['cookie'] = values.pick([
        'roomwarden=x',
        '__Host-roomwarden=%zz',
        ';;;=;',
        `a=${'b'.repeat(3_000)}`,
      ]);
    if (values.chance(0.02)) made['x-forwarded-for'] = values.pick(['127.0.0.1', 'x', '::1, 10.0.0.1']);
    if (values.chance(0.02)) made['range'] = 'bytes=0-10';
    if (values.chance(0.02))
      made['if-modified-since'] = values.pick(['Thu, 01 Jan 1970 00:00:00 GMT', 'never']);
    if (values.chance(0.02))
      made[`x-${values.pick(['http-method-override', 'original-url', 'request-id'])}`] = values.pick([
        'DELETE',
        '/api/v1/tokens',
        'x'.repeat(500),
      ]);
    return made;
  }
}

/** A lone surrogate has no form in an address. */
export const encodable = (text: string): string => encodeURIComponent(text.toWellFormed());
