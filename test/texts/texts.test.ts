import { describe, expect, it } from 'vitest';
import { reasonCodes } from '../../adapters/contract/fact.ts';
import { eventKinds, findingStatuses } from '../../src/findings/types.ts';
import { severities, verdicts } from '../../src/policy/types.ts';
import { de, en, languageOf, reasonText, type TextKey, text } from '../../src/texts/index.ts';

const keys = Object.keys(de) as TextKey[];
const placeholders = (template: string): string[] =>
  [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

describe('the texts', () => {
  it('have the same keys in the same order', () => {
    expect(Object.keys(en)).toEqual(keys);
  });

  it.each(keys)('%s fills the same places in both languages', (key) => {
    expect(placeholders(en[key])).toEqual(placeholders(de[key]));
    expect(de[key].trim()).not.toBe('');
  });

  it('have a word for every verdict, severity, status, event and reason', () => {
    const wanted = [
      ...verdicts.map((each) => `verdict.${each}`),
      ...severities.map((each) => `severity.${each}`),
      ...findingStatuses.map((each) => `status.${each}`),
      ...eventKinds.map((each) => `event.${each}`),
      ...reasonCodes.map((each) => `reason.${each}`),
    ];
    expect(wanted.filter((key) => !Object.hasOwn(de, key))).toEqual([]);
  });
});

describe('text', () => {
  it('fills in', () => {
    expect(text('de', 'summary.targets', { count: 3 })).toBe('Ziele: 3');
    expect(text('en', 'verdict.unknown')).toBe('unknown');
  });
});

describe('languageOf', () => {
  it.each<[Record<string, string>, string]>([
    [{}, 'de'],
    [{ LANG: 'C.UTF-8' }, 'de'],
    [{ LANG: 'POSIX' }, 'de'],
    [{ LANG: '' }, 'de'],
    [{ LANG: 'de_DE.UTF-8' }, 'de'],
    [{ LANG: 'en_GB.UTF-8' }, 'en'],
    [{ LANG: 'fr_FR' }, 'en'],
    [{ LANG: 'de_DE', LC_ALL: 'en_US' }, 'en'],
    [{ LANG: 'en_US', LC_MESSAGES: 'de_AT' }, 'de'],
    [{ LANG: 'en', LC_ALL: '' }, 'en'],
  ])('%j: %s', (environment, language) => {
    expect(languageOf(environment)).toBe(language);
  });
});

describe('reasonText', () => {
  it('keeps braces of a detail as they are', () => {
    expect(reasonText('en', { code: 'stale', detail: '{reason}' })).toBe(
      'The information is too old ({reason}).',
    );
  });
});
