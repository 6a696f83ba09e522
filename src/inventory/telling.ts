import type { FactName } from '../../adapters/contract/vocabulary.ts';
import { isCommon } from './book.ts';
import type { KeptFact, KeptFacts } from './facts.ts';

/** In lower case, as they may stand in JSON and in addresses; of a recording also its room. */
export function namesIn(names: readonly string[], facts: KeptFacts): string[] {
  const all = new Set<string>(names);
  for (const [name, fact] of Object.entries(facts) as [FactName, KeptFact][]) {
    if ('value' in fact && typeof fact.value === 'string' && !isCommon(name, fact.value)) all.add(fact.value);
  }
  const forms = [...all].flatMap((name) => [name, encodeURIComponent(name.toWellFormed())]);
  const written = forms.map((form) => lowered(JSON.stringify(form).slice(1, -1)));
  return [...new Set(written)].filter((form) => form !== '');
}

/** @param names as `namesIn` gives them */
export function tells(text: string, names: readonly string[]): boolean {
  const lower = lowered(text);
  return names.some((name) => lower.includes(name));
}

/** Small sigma has two forms, and which one depends on what follows: a name alone would not be found within a text. */
const lowered = (text: string): string => text.toLowerCase().replaceAll('ς', 'σ');
