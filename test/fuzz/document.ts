import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Schema } from './values.ts';

export interface Parameter {
  in: 'query' | 'path' | 'header';
  name: string;
  required?: boolean;
  schema: Schema;
}

export interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  body: Schema | null;
  statuses: Set<number>;
}

export interface OpenApi {
  paths: Record<string, Record<string, RawOperation>>;
  components: { schemas: Record<string, Schema> };
}

interface RawOperation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** Without those that go on answering for ever. */
export function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(ends)
      .map(([method, raw]) => ({
        method: method.toUpperCase(),
        path,
        parameters: raw.parameters ?? [],
        body: raw.requestBody?.content['application/json']?.schema ?? null,
        statuses: new Set(Object.keys(raw.responses).map(Number)),
      })),
  );
}

const ends = ([, { responses }]: [string, RawOperation]): boolean =>
  responses['200']?.content?.['text/event-stream'] === undefined;

/** Says what is wrong with an answer's body, or null. */
export type Check = (operation: Operation, status: number, type: string, body: string) => string | null;

export function checkerOf(document: OpenApi): Check {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  (addFormats as unknown as (to: Ajv2020) => void)(ajv);
  ajv.addSchema(document as object, 'openapi');
  const compiled = new Map<string, ValidateFunction>();
  const validator = (pointer: string): ValidateFunction => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#${pointer}` });
    compiled.set(pointer, known);
    return known;
  };
  const fits = (pointer: string, value: unknown): string | null => {
    const validate = validator(pointer);
    return validate(value) ? null : ajv.errorsText(validate.errors).slice(0, 400);
  };
  return ({ method, path }, status, type, body) => {
    const content = document.paths[path]?.[method.toLowerCase()]?.responses[String(status)]?.content ?? {};
    const named = Object.keys(content).find((each) => bare(each) === bare(type));
    if (named === undefined) return Object.keys(content).length === 0 ? null : `type ${type}`;
    const parts = ['paths', path, method.toLowerCase(), 'responses', status, 'content', named, 'schema'];
    const pointer = `/${parts.map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    if (bare(type) === 'application/x-ndjson') {
      const lines = body.split('\n').filter((line) => line !== '');
      for (const line of lines) {
        const wrong = fits(pointer, JSON.parse(line));
        if (wrong !== null) return wrong;
      }
      return null;
    }
    return fits(pointer, /json$/.test(bare(type)) ? JSON.parse(body) : body);
  };
}

export const bare = (type: string): string => (type.split(';')[0] ?? '').trim();
