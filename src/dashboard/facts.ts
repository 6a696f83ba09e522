import { useEffect, useState } from 'preact/hooks';
import type { Meaning } from './build.ts';
import { type Language, language } from './texts/index.ts';

type Meanings = Readonly<Record<string, Meaning>>;

const sources: Readonly<Record<Language, () => Promise<{ default: Meanings }>>> = {
  de: () => import('virtual:vocabulary-de'),
  en: () => import('virtual:vocabulary-en'),
};
const known: Partial<Record<Language, Meanings | null>> = {};

/**
 * What facts mean in the language that is read, loaded when a page first shows some. `undefined`: on its way, and
 * whoever shows them waits, as their texts move what stands around them; null: could not be loaded.
 */
export function useMeanings(): Meanings | null | undefined {
  const [, redraw] = useState(0);
  const now = language.value;
  useEffect(() => {
    if (known[now] != null) return;
    void sources[now]()
      .then((found) => found.default)
      .catch(() => null)
      .then((found) => {
        known[now] = found;
        redraw((count) => count + 1);
      });
  }, [now]);
  // After a change of language the old texts stay until the new ones are there.
  return known[now] === undefined ? (known.de ?? known.en) : known[now];
}

export const meaningOf = (meanings: Meanings | null | undefined, fact: string): string =>
  meanings?.[fact]?.text ?? fact;
