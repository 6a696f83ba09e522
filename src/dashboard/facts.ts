import { useEffect, useState } from 'preact/hooks';
import type { Meaning } from './build.ts';
import { type Language, language } from './texts/index.ts';

type Meanings = Readonly<Record<string, Meaning>>;

const sources: Readonly<Record<Language, () => Promise<{ default: Meanings }>>> = {
  de: () => import('virtual:vocabulary-de'),
  en: () => import('virtual:vocabulary-en'),
};
const known: Partial<Record<Language, Meanings>> = {};

/** What facts mean in the language that is read, loaded when a page first shows some. */
export function useMeanings(): Meanings | null {
  const [, redraw] = useState(0);
  const now = language.value;
  useEffect(() => {
    if (known[now] !== undefined) return;
    void sources[now]().then((found) => {
      known[now] = found.default;
      redraw((count) => count + 1);
    });
  }, [now]);
  return known[now] ?? null;
}

export const meaningOf = (meanings: Meanings | null, fact: string): string => meanings?.[fact]?.text ?? fact;
