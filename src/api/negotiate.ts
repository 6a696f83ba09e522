import { HttpProblem } from './plugins/problems.ts';

export const formats = ['native', 'flat', 'ocsf', 'ecs', 'sarif'] as const;
export type Format = (typeof formats)[number];
export const mediaTypes = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  sarif: 'application/sarif+json',
} as const;
export type Media = keyof typeof mediaTypes;

export interface Form {
  format: 'native' | 'flat';
  media: 'json' | 'ndjson' | 'csv';
}

/** In order of preference; a table has only the flat form. */
const forms: readonly Form[] = [
  { format: 'native', media: 'json' },
  { format: 'flat', media: 'json' },
  { format: 'native', media: 'ndjson' },
  { format: 'flat', media: 'ndjson' },
  { format: 'flat', media: 'csv' },
];

/**
 * What is sent, from `format` and `Accept`; `format` wins, so a pair that does not go together is refused.
 * @throws {HttpProblem} 406
 */
export function negotiate(
  format: Format | undefined,
  accept: string | undefined,
  allowed: readonly Media[],
): Form {
  if (format === 'ocsf' || format === 'ecs' || format === 'sarif') throw notYet(format);
  for (const type of preferences(accept)) {
    const form = forms.find(
      (each) =>
        allowed.includes(each.media) &&
        (format === undefined || each.format === format) &&
        fits(type, mediaTypes[each.media]),
    );
    if (form !== undefined) return form;
  }
  if (accept?.includes(mediaTypes.sarif) === true) throw notYet('sarif');
  const list = allowed.map((media) => mediaTypes[media]).join(', ');
  const wanted = format === undefined ? '' : ` (format=${format})`;
  throw new HttpProblem('not-acceptable', {
    de: `In dieser Form${wanted} gibt es das nicht; es gibt ${list}, CSV nur flach.`,
    en: `This does not exist in this form${wanted}; there is ${list}, CSV only flat.`,
  });
}

function notYet(format: string): HttpProblem {
  return new HttpProblem('not-acceptable', {
    de: `Das Format ${format} gibt es noch nicht; es gibt native und flat.`,
    en: `The format ${format} is not there yet; there are native and flat.`,
  });
}

/** Media ranges by falling weight, those of equal weight in the order given. */
function preferences(accept: string | undefined): string[] {
  if (accept === undefined || accept.trim() === '') return ['*/*'];
  return accept
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = parameters.find((text) => text.startsWith('q='))?.slice(2);
      return { type, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ type }) => type);
}

function fits(range: string, type: string): boolean {
  return range === '*/*' || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
}
