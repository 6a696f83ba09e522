import type { FastifySchemaCompiler, FastifyServerOptions } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Bilingual } from '../../policy/types.ts';
import type { Api } from '../deps.ts';
import { type FieldError, HttpProblem, invalid } from './problems.ts';

type Issue = z.core.$ZodIssue;

const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart = 'body' }) =>
  (data) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const part = httpPart === 'querystring' ? 'query' : httpPart;
    return { error: invalid(result.error.issues.flatMap((issue) => fieldErrors(part, issue))) };
  };

/** For `fastify()`: without them it loads compilers of its own that no route uses. */
export const compilers: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: {
    buildValidator: () => validatorCompiler as never,
    buildSerializer: () => serializerCompiler as never,
  },
};

/** Requests and responses go through zod; a request's faults come all at once, each with its place. */
export function registerValidation(app: Api): void {
  app.setSerializerCompiler(serializerCompiler);
  app.setValidatorCompiler<z.ZodType>(validatorCompiler);
  app.addHook('preValidation', async (request) => {
    const errors = [...nulsIn('params', request.params), ...nulsIn('query', request.query)];
    if (errors.length > 0) throw invalid(errors);
  });
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = String(body);
    if (text.trim() === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text));
    } catch {
      done(
        new HttpProblem('invalid-request', { de: 'Der Rumpf ist kein JSON.', en: 'The body is not JSON.' }),
      );
    }
  });
}

/** No id or name holds U+0000, and PostgreSQL refuses it. */
function nulsIn(part: string, values: unknown): FieldError[] {
  return Object.entries((values ?? {}) as Record<string, unknown>)
    .filter(([key, value]) => `${key}${String(value)}`.includes('\u0000'))
    .map(([key]) => ({
      path: `${part}.${key.replaceAll('\u0000', '')}`,
      message: { de: 'Das Zeichen U+0000 ist nicht erlaubt.', en: 'The character U+0000 is not allowed.' },
    }));
}

function fieldErrors(part: string, issue: Issue): FieldError[] {
  const path = [part, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: `${path}.${key}`,
      message: { de: 'Diese Angabe ist hier nicht bekannt.', en: 'This is not known here.' },
    }));
  }
  return [{ path, message: explain(issue) }];
}

function explain(issue: Issue): Bilingual {
  switch (issue.code) {
    case 'invalid_value': {
      const values = issue.values.join(', ');
      return { de: `Erlaubt sind: ${values}.`, en: `Allowed are: ${values}.` };
    }
    case 'too_small':
      return { de: `Zu klein, mindestens ${issue.minimum}.`, en: `Too small, at least ${issue.minimum}.` };
    case 'too_big':
      return { de: `Zu groß, höchstens ${issue.maximum}.`, en: `Too large, at most ${issue.maximum}.` };
    case 'invalid_format':
      if (issue.format === 'datetime') {
        return {
          de: 'Hier steht eine Zeit nach RFC 3339, zum Beispiel 2026-05-04T10:00:00Z.',
          en: 'A time after RFC 3339 stands here, such as 2026-05-04T10:00:00Z.',
        };
      }
      return { de: 'Diese Angabe hat nicht die richtige Form.', en: 'This does not have the right form.' };
    case 'invalid_type':
      return { de: `Erwartet wird: ${issue.expected}.`, en: `Expected: ${issue.expected}.` };
    default:
      return { de: 'Diese Angabe passt nicht.', en: 'This does not fit.' };
  }
}
