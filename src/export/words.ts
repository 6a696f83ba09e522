import type { EventKind } from '../findings/types.ts';
import type { Bilingual } from '../policy/types.ts';
import { fillIn } from '../texts/fill.ts';
import type { Language } from '../texts/index.ts';
import type { ExportEvent } from './event.ts';

/** For the translator: what happened, as the one sentence that formats with room for one text carry. */
const sentences: Readonly<Record<EventKind, Bilingual>> = {
  baseline: { de: 'Erste Bestandsaufnahme von {target}.', en: 'First survey of {target}.' },
  heartbeat: { de: 'Durchgang von {target} beendet.', en: 'Scan of {target} finished.' },
  opened: { de: '{message}', en: '{message}' },
  unknown: { de: 'Nicht mehr festzustellen: {title}. {message}', en: 'Cannot be told: {title}. {message}' },
  changed: { de: 'Geändert: {message}', en: 'Changed: {message}' },
  reopened: { de: 'Wieder: {message}', en: 'Again: {message}' },
  resolved: { de: 'Erledigt: {title}.', en: 'Resolved: {title}.' },
  closed: { de: 'Nicht mehr im Bestand: {title}.', en: 'No longer in scope: {title}.' },
  waived: { de: 'Ausnahme bis {until}: {message}', en: 'Waived until {until}: {message}' },
  waiver_expired: { de: 'Ausnahme beendet: {message}', en: 'Waiver over: {message}' },
};
const erased: Bilingual = {
  de: 'Ereignis über Gelöschtes ({target}).',
  en: 'Event about something erased ({target}).',
};

/** One sentence in one language. */
export function sentenceOf({ event, target, finding, counts }: ExportEvent, language: Language): string {
  if (finding === undefined) {
    const sentence = counts === undefined ? erased : sentences[event];
    return fillIn(sentence[language], { target: target ?? '' });
  }
  return fillIn(sentences[event][language], {
    target: finding.target,
    title: finding.title[language],
    message: finding.message[language],
    until: finding.waiver?.until.slice(0, 10) ?? '',
  });
}
