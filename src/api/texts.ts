import type { Bilingual } from '../policy/types.ts';

interface KindOfProblem {
  status: number;
  title: string;
  /** Where nothing more precise is said. */
  detail: Bilingual;
}

/** Every failure that a caller can meet; the name stands in `type`. */
export const problemKinds = {
  'invalid-request': {
    status: 400,
    title: 'Invalid request',
    detail: {
      de: 'Die Anfrage passt nicht; die Stellen stehen unter errors.',
      en: 'The request does not fit; the places stand under errors.',
    },
  },
  unauthenticated: {
    status: 401,
    title: 'Not signed in',
    detail: {
      de: 'Ein gültiger Zugriffsschlüssel fehlt: Authorization: Bearer SCHLÜSSEL.',
      en: 'A valid access token is missing: Authorization: Bearer TOKEN.',
    },
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    detail: { de: 'Der Zugriffsschlüssel reicht dafür nicht.', en: 'The access token does not suffice.' },
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    detail: { de: 'Das gibt es nicht.', en: 'There is no such thing.' },
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    detail: {
      de: 'Diese Methode gibt es hier nicht; erlaubte stehen im Kopf Allow.',
      en: 'This method does not exist here; the header Allow names those that do.',
    },
  },
  'not-acceptable': {
    status: 406,
    title: 'Not acceptable',
    detail: { de: 'Diese Form gibt es hier nicht.', en: 'This form does not exist here.' },
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    detail: {
      de: 'Das steht im Widerspruch zu etwas, das schon da ist.',
      en: 'This contradicts something that is there already.',
    },
  },
  'cursor-expired': {
    status: 410,
    title: 'Cursor expired',
    detail: {
      de: 'Ab dieser Marke ist die Folge nicht mehr lückenlos; mit oldest_cursor neu beginnen.',
      en: 'From this cursor on the feed is no longer gapless; begin again with oldest_cursor.',
    },
  },
  'too-large': {
    status: 413,
    title: 'Too large',
    detail: { de: 'Die Anfrage ist zu groß.', en: 'The request is too large.' },
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    detail: {
      de: 'Ein Rumpf wird nur als application/json gelesen.',
      en: 'A body is read as application/json only.',
    },
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    detail: {
      de: 'Zu viele Anfragen; nach der Wartezeit in Retry-After wiederholen.',
      en: 'Too many requests; try again after the time in Retry-After.',
    },
  },
  internal: {
    status: 500,
    title: 'Internal error',
    detail: {
      de: 'Unerwarteter Fehler; Näheres steht unter dieser Anfragenummer im Protokoll des Dienstes.',
      en: 'Unexpected error; the log of the service tells more under this request id.',
    },
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    detail: {
      de: 'Der Dienst kann gerade nicht antworten, meist weil sein Speicher nicht erreichbar ist.',
      en: 'The service cannot answer now, mostly because its store cannot be reached.',
    },
  },
} as const satisfies Record<string, KindOfProblem>;

export type ProblemKind = keyof typeof problemKinds;

export const noTarget = (id: string): Bilingual => ({
  de: `Es gibt kein Ziel „${id}“.`,
  en: `There is no target "${id}".`,
});
