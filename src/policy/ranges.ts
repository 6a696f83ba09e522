import { formatDuration } from '../config/duration.ts';
import type { Bilingual, ParameterDefinition } from './types.ts';

/** What a parameter may be, for people. */
export function allowedValues(definition: ParameterDefinition): Bilingual {
  const { type, min = 0, max = 0, values } = definition;
  switch (type) {
    case 'bool':
      return { de: 'Erlaubt ist true oder false.', en: 'Allowed is true or false.' };
    case 'int':
      return {
        de: `Erlaubt ist eine ganze Zahl von ${min} bis ${max}.`,
        en: `Allowed is a whole number from ${min} to ${max}.`,
      };
    case 'duration': {
      const [from, to] = [formatDuration(min), formatDuration(max)];
      return {
        de: `Erlaubt ist eine Dauer von ${from} bis ${to}.`,
        en: `Allowed is a duration from ${from} to ${to}.`,
      };
    }
    case 'text':
      return values === undefined
        ? { de: 'Erlaubt ist ein Text.', en: 'Allowed is a text.' }
        : { de: `Erlaubt ist: ${values.join(', ')}.`, en: `Allowed is: ${values.join(', ')}.` };
    case 'list':
      return listWords(definition);
  }
}

function listWords({ values, min_items: least = 1 }: ParameterDefinition): Bilingual {
  const [de, en] =
    values === undefined ? ['', ''] : [` aus ${values.join(', ')}`, ` of ${values.join(', ')}`];
  return {
    de: `Erlaubt ist eine Liste${de}, mindestens ${least}, keines doppelt.`,
    en: `Allowed is a list${en}, at least ${least}, none twice.`,
  };
}
