import { signal } from '@preact/signals';
import { de } from './de.ts';
import { en } from './en.ts';

export type TextKey = keyof typeof de;
export type Language = 'de' | 'en';

const stored = localStorage.getItem('rw.language');

export const language = signal<Language>(
  stored === 'de' || stored === 'en' ? stored : navigator.language.startsWith('en') ? 'en' : 'de',
);

export function setLanguage(value: Language): void {
  localStorage.setItem('rw.language', value);
  language.value = value;
}

export function t(key: TextKey, params: Readonly<Record<string, string | number>> = {}): string {
  const table = language.value === 'de' ? de : en;
  return table[key].replace(/\{(\w+)\}/g, (braces, name: string) => String(params[name] ?? braces));
}

/** A text that may come from the server with a newer word: then the word itself stands. */
export function tOr(prefix: string, word: string): string {
  const key = `${prefix}.${word}`;
  return key in de ? t(key as TextKey) : word;
}

export const say = (text: { de: string; en: string }): string => text[language.value];
