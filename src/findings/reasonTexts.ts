import type { Fill, ReasonCode } from '../../adapters/contract/fact.ts';
import type { Bilingual } from '../policy/types.ts';

/** For the translator: each completes "<fact>: ...". */
export const reasonTexts: Readonly<Record<ReasonCode, Bilingual>> = {
  not_permitted: { de: 'der Zugriff wurde verweigert', en: 'access was refused' },
  unreachable: { de: 'die Quelle antwortet nicht', en: 'the source does not answer' },
  throttled: { de: 'die Quelle bremst die Abfragen', en: 'the source slows the calls down' },
  too_large: { de: 'die Antwort ist größer als erlaubt', en: 'the answer is larger than allowed' },
  invalid_answer: { de: 'die Antwort ist nicht zu deuten', en: 'the answer cannot be understood' },
  undecidable: {
    de: 'der Wert lässt sich nicht bestimmen, ohne den Text auszuführen',
    en: 'the value cannot be determined without running the text',
  },
  not_observable: { de: 'dieses Produkt zeigt das nirgends', en: 'this product shows it nowhere' },
  not_supported_by_version: {
    de: 'diese Version des Produkts zeigt das nicht',
    en: 'this version of the product does not show it',
  },
  version_unknown: {
    de: 'die Version ist unbekannt oder liegt außerhalb des geprüften Bereichs',
    en: 'the version is unknown or outside the range that was checked',
  },
  not_configured: { de: 'die Quelle ist nicht eingerichtet', en: 'the source is not configured' },
  incomplete: { de: 'ein Teil der Liste fehlt', en: 'part of the list is missing' },
  conflicting: { de: 'die Quellen widersprechen sich', en: 'the sources contradict each other' },
  no_longer_visible: {
    de: 'das prüfende Konto sieht den Raum nicht mehr',
    en: 'the auditing account no longer sees the room',
  },
  not_running: { de: 'es läuft keine Besprechung', en: 'no meeting is running' },
  stale: { de: 'die letzte Beobachtung ist zu alt', en: 'the last observation is too old' },
  attestation_missing: { de: 'der Nachweis fehlt', en: 'the attestation is missing' },
  attestation_expired: { de: 'der Nachweis ist abgelaufen', en: 'the attestation has expired' },
};

const fillTexts: Readonly<Record<Fill['kind'], Bilingual>> = {
  permission: { de: 'es fehlt das Recht', en: 'it needs the permission' },
  config: { de: 'es fehlt der Eintrag', en: 'it needs the key' },
  sql: { de: 'es fehlt die Freigabe', en: 'it needs the grant' },
  version: { de: 'es braucht die Version', en: 'it needs the version' },
  attestation: { de: 'es fehlt der Nachweis für', en: 'it needs the attestation for' },
};

export function describeFill(fill: Fill): Bilingual {
  const text = fillTexts[fill.kind];
  return { de: `${text.de} ${fill.name}`, en: `${text.en} ${fill.name}` };
}
