import { signal } from '@preact/signals';
import type { de } from './de.ts';

export type TextKey = keyof typeof de;
export type Language = 'de' | 'en';
type Table = Readonly<Record<TextKey, string>>;

/** Only what is read is loaded. */
const sources: Readonly<Record<Language, () => Promise<Table>>> = {
  de: async () => (await import('./de.ts')).de,
  en: async () => (await import('./en.ts')).en,
};
const tables: Partial<Record<Language, Table>> = {};

const stored = localStorage.getItem('rw.language');

export const language = signal<Language>(
  stored === 'de' || stored === 'en' ? stored : navigator.language.startsWith('en') ? 'en' : 'de',
);

async function load(value: Language): Promise<void> {
  tables[value] ??= await sources[value]();
}

/** Before it nothing can be shown. */
export const textsReady: Promise<void> = load(language.value);

export async function setLanguage(value: Language): Promise<void> {
  await load(value);
  localStorage.setItem('rw.language', value);
  language.value = value;
}

const tableNow = (): Table => tables[language.value] as Table;

export function t(key: TextKey, params: Readonly<Record<string, string | number>> = {}): string {
  return tableNow()[key].replace(/\{(\w+)\}/g, (braces, name: string) => String(params[name] ?? braces));
}

/** A text that may come from the server with a newer word: then the word itself stands. */
export function tOr(prefix: string, word: string): string {
  const key = `${prefix}.${word}`;
  return key in tableNow() ? t(key as TextKey) : word;
}

export const say = (text: { de: string; en: string }): string => text[language.value];
