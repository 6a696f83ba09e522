import type { Reason, ReasonCode } from '../../adapters/contract/fact.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { type Bilingual, fillIn, type Language, type Placeholders, type TextParams } from './fill.ts';

export type { Bilingual, Language };
export { de, en };
export type TextKey = keyof typeof de;

type Params<Key extends TextKey> = { readonly [Name in Placeholders<(typeof en)[Key]>]: string | number };
/** Texts without placeholders take no parameters. */
type Rest<Key extends TextKey> = keyof Params<Key> extends never ? [] : [params: Params<Key>];

export function text<Key extends TextKey>(language: Language, key: Key, ...rest: Rest<Key>): string {
  return fillIn((language === 'de' ? de : en)[key], (rest[0] ?? {}) as TextParams);
}

export function bilingual<Key extends TextKey>(key: Key, ...rest: Rest<Key>): Bilingual {
  return { de: text('de', key, ...rest), en: text('en', key, ...rest) };
}

/** English where the environment asks for another language than German; German without a wish. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const wish = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find((each) => each);
  const language = wish?.split(/[_.@]/)[0]?.toLowerCase();
  return language === undefined || ['de', 'c', 'posix'].includes(language) ? 'de' : 'en';
}

/** One sentence for the reason, with its detail. */
export function reasonText(language: Language, reason: Reason): string {
  const sentence = text(language, `reason.${reason.code satisfies ReasonCode}`);
  if (reason.detail === undefined) return sentence;
  return text(language, 'unknown.detail', { reason: sentence.replace(/\.$/, ''), detail: reason.detail });
}
