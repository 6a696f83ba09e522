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
  const written = forms.map((form) => JSON.stringify(form).slice(1, -1).toLowerCase());
  return [...new Set(written)].filter((form) => form !== '');
}

/** @param names in lower case */
export function tells(text: string, names: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return names.some((name) => lower.includes(name));
}
