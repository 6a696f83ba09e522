import { type EventFormat, eventFormats } from '../export/index.ts';
import { HttpProblem } from './plugins/problems.ts';

export const formats = [...eventFormats, 'sarif'] as const;
export type Format = (typeof formats)[number];
export const mediaTypes = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
  sarif: 'application/sarif+json',
} as const;
export type Media = keyof typeof mediaTypes;

/** A table has only the flat form; SARIF is a form of its own. */
export type Form =
  | { format: EventFormat; media: 'json' | 'ndjson' }
  | { format: 'flat'; media: 'csv' }
  | { format: 'sarif'; media: 'sarif' };

/** In order of preference. */
const forms: readonly Form[] = [
  ...eventFormats.map((format): Form => ({ format, media: 'json' })),
  ...eventFormats.map((format): Form => ({ format, media: 'ndjson' })),
  { format: 'flat', media: 'csv' },
  { format: 'sarif', media: 'sarif' },
];

/**
 * What is sent, from `format` and `Accept`; `format` wins, so a pair that does not go together is refused.
 * @throws {HttpProblem} 406
 */
export function negotiate<Allowed extends Media>(
  format: Format | undefined,
  accept: string | undefined,
  allowed: readonly Allowed[],
): Extract<Form, { media: Allowed }> {
  const here = forms.filter((form): form is Extract<Form, { media: Allowed }> =>
    (allowed as readonly Media[]).includes(form.media),
  );
  const asked = here.filter((form) => format === undefined || form.format === format);
  for (const type of preferences(accept)) {
    const form = asked.find(({ media }) => fits(type, mediaTypes[media]));
    if (form !== undefined) return form;
  }
  const wanted = format === undefined ? '' : ` (format=${format})`;
  const list = [...new Set(allowed)].map((media) => pairs(media, here)).join(', ');
  throw new HttpProblem('not-acceptable', {
    de: `In dieser Form${wanted} gibt es das nicht; es gibt ${list}.`,
    en: `This does not exist in this form${wanted}; there is ${list}.`,
  });
}

/** `application/json (native, flat)` */
function pairs(media: Media, here: readonly Form[]): string {
  const names = here.filter((form) => form.media === media).map(({ format }) => format);
  return `${mediaTypes[media]} (${names.join(', ')})`;
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
