import type { Bilingual } from '../policy/types.ts';
import { type ReportFormat, type ReportKind, reportKinds } from './types.ts';

export interface KindInfo {
  kind: ReportKind;
  title: Bilingual;
  purpose: Bilingual;
  /** The first is what is given unasked. */
  formats: readonly ReportFormat[];
  needs: readonly ('target' | 'clause' | 'from')[];
  takes: readonly ('target' | 'clause' | 'from' | 'to' | 'audience')[];
}

/** For the translator. */
const infos: Readonly<Record<ReportKind, Omit<KindInfo, 'kind'>>> = {
  summary: {
    title: { de: 'Managementübersicht', en: 'Management summary' },
    purpose: {
      de: 'Eine Seite für die Leitung: was verletzt, was nicht gesehen und was erfüllt ist, und was zuerst zu tun ist.',
      en: 'One page for the management: what is violated, what was not seen, what is met, and what to do first.',
    },
    formats: ['html', 'json', 'csv'],
    needs: [],
    takes: ['target'],
  },
  audit: {
    title: { de: 'Prüfbericht', en: 'Audit report' },
    purpose: {
      de: 'Ein System ganz: Umfang, Quellen, was nicht zu sehen war, jede Regel, jeder Satz, jeder Verstoß mit Abhilfe.',
      en: 'One system in full: scope, sources, what could not be seen, every policy, clause and violation, with the fix.',
    },
    formats: ['html', 'json', 'csv'],
    needs: ['target'],
    takes: ['target', 'audience'],
  },
  evidence: {
    title: { de: 'Belegmappe zu einem Satz', en: 'Evidence for one clause' },
    purpose: {
      de: 'Für Prüfende: ein Satz des Dokuments mit Ergebnis, Tatsachen, Quellen und Zeiten je System.',
      en: 'For auditors: one clause of the document with result, facts, sources and times by system.',
    },
    formats: ['html', 'json', 'csv'],
    needs: ['clause'],
    takes: ['clause', 'target', 'audience'],
  },
  tracking: {
    title: { de: 'Erklärung zum Tracking', en: 'Statement on tracking' },
    purpose: {
      de: 'Für die Personalvertretung: ob die Systeme Verhalten oder Arbeitszeit verfolgen können (S2-01 bis S2-03).',
      en: 'For the staff council: whether the systems can track behaviour or working hours (S2-01 to S2-03).',
    },
    formats: ['html', 'json', 'csv'],
    needs: [],
    takes: ['target'],
  },
  measures: {
    title: { de: 'Maßnahmen bei der Einführung', en: 'Measures on introduction' },
    purpose: {
      de: 'Für den Datenschutz: der Sammelsatz S2-10 mit Vertrag, Garantien, Information und Verzeichnis je System.',
      en: 'For data protection: the roll-up S2-10 with agreement, guarantees, notice and record by system.',
    },
    formats: ['html', 'json', 'csv'],
    needs: [],
    takes: ['target'],
  },
  comparison: {
    title: { de: 'Vergleich zweier Zeitpunkte', en: 'Comparison of two times' },
    purpose: {
      de: 'Was zwischen zwei Prüfläufen oder Zeitpunkten hinzukam, behoben wurde oder aus der Sicht geriet.',
      en: 'What was added, resolved or lost from sight between two scans or times.',
    },
    formats: ['html', 'json', 'csv'],
    needs: ['from'],
    takes: ['from', 'to', 'target'],
  },
  'action-plan': {
    title: { de: 'Maßnahmenplan', en: 'Action plan' },
    purpose: {
      de: 'Alle offenen Befunde als Liste zum Abarbeiten in der Tabellenkalkulation.',
      en: 'All open findings as a list to work off in a spreadsheet.',
    },
    formats: ['csv'],
    needs: [],
    takes: ['target', 'audience'],
  },
};

export const kinds: readonly KindInfo[] = reportKinds.map((kind) => ({ kind, ...infos[kind] }));

export const kindInfo = (kind: ReportKind): KindInfo => ({ kind, ...infos[kind] });
export const kindTitle = (kind: ReportKind): Bilingual => infos[kind].title;
