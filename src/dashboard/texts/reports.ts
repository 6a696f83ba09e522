/** Of the page Reports, which is loaded by itself; the names of the kinds come from the server. */
const de = {
  title: 'Berichte',
  kinds: 'Welcher Bericht',
  scope: 'Umfang',
  target: 'System',
  all: 'alle Systeme',
  choose: 'bitte wählen',
  clause: 'Satz',
  from: 'Von',
  from_hint: 'Beginn dieses Tages',
  to: 'Bis',
  to_hint: 'Beginn dieses Tages; leer: letzter Stand',
  language: 'Sprache des Berichts',
  internal: 'nur für die eigene Organisation: mit Kontaktangaben und Kennungen von Räumen',
  open: 'Öffnen zum Drucken',
  csv: 'CSV herunterladen',
  json: 'JSON herunterladen',
  needs: 'Es fehlt noch: {what}.',
  print:
    'Der Bericht öffnet sich in einem neuen Fenster und ist für A4 gesetzt; dort drucken oder als PDF speichern. Auf der Befehlszeile schreibt roomwarden report auch PDF.',
  same: 'Gleicher Zustand ergibt denselben Bericht. In jedem steht, was nicht zu sehen war.',
};

const en: Record<keyof typeof de, string> = {
  title: 'Reports',
  kinds: 'Which report',
  scope: 'Scope',
  target: 'System',
  all: 'all systems',
  choose: 'please choose',
  clause: 'Clause',
  from: 'From',
  from_hint: 'beginning of this day',
  to: 'To',
  to_hint: 'beginning of this day; empty: the last state',
  language: 'Language of the report',
  internal: 'for the own organisation only: with contact data and ids of rooms',
  open: 'Open for printing',
  csv: 'Download CSV',
  json: 'Download JSON',
  needs: 'Still missing: {what}.',
  print:
    'The report opens in a new window and is set for A4; print it there or save it as PDF. On the command line roomwarden report writes PDF as well.',
  same: 'The same state gives the same report. Each says what could not be seen.',
};

export const reportTexts = { de, en };
