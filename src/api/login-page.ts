import type { Bilingual } from '../policy/types.ts';

export const loginTexts = {
  done: { de: 'Angemeldet.', en: 'Signed in.' },
  unreachable: {
    de: 'Der Anmeldedienst antwortet nicht. Bitte später erneut versuchen.',
    en: 'The login service does not answer. Please try again later.',
  },
  refused: {
    de: 'Die Anmeldung wurde nicht angenommen: abgebrochen, abgelaufen, schon benutzt oder nicht echt. Bitte neu beginnen.',
    en: 'The login was not accepted: cancelled, expired, used before or not genuine. Please begin again.',
  },
  no_role: {
    de: 'Die Anmeldung stimmt, aber keine Ihrer Gruppen hat hier Rechte. Die Zuordnung steht unter access.oidc.roles.',
    en: 'The login is right, but none of your groups has rights here. They are assigned under access.oidc.roles.',
  },
} satisfies Record<string, Bilingual>;

/** A page without scripts and styles; with `next` it goes on by itself. */
export function page(text: Bilingual, next?: string): string {
  const on = next === undefined ? '' : `<meta http-equiv="refresh" content="0;url=${escaped(next)}">`;
  const link = next === undefined ? '/' : escaped(next);
  return [
    '<!doctype html>',
    `<html lang="de"><head><meta charset="utf-8"><title>Roomwarden</title>${on}</head><body>`,
    `<p>${escaped(text.de)}</p>`,
    `<p lang="en">${escaped(text.en)}</p>`,
    `<p><a href="${link}">Roomwarden</a></p>`,
    '</body></html>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
