import { useEffect, useState } from 'preact/hooks';
import { language } from './texts/index.ts';

interface Meaning {
  de: string;
  en: string;
  type: string;
  unit?: string;
  values?: readonly string[];
}
type Meanings = Readonly<Record<string, Meaning>>;

let known: Meanings | null = null;

/** What facts mean, loaded when a page first shows some. */
export function useMeanings(): Meanings | null {
  const [meanings, setMeanings] = useState(known);
  useEffect(() => {
    if (known !== null) return;
    void import('../../adapters/contract/vocabulary.ts').then(({ vocabulary }) => {
      known = vocabulary as Meanings;
      setMeanings(known);
    });
  }, []);
  return meanings;
}

export function meaningOf(meanings: Meanings | null, fact: string): string {
  return meanings?.[fact]?.[language.value] ?? fact;
}
