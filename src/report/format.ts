import type { Language } from '../texts/index.ts';
import type { Spread } from './types.ts';

const localeOf = (language: Language): string => (language === 'de' ? 'de-DE' : 'en-GB');

/** Numbers, shares and times as the language and the zone of the organisation write them. */
export class Format {
  readonly language: Language;
  readonly #number: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;

  constructor(language: Language, timeZone: string) {
    this.language = language;
    const locale = localeOf(language);
    this.#number = new Intl.NumberFormat(locale);
    const date = { day: '2-digit', month: '2-digit', year: 'numeric', timeZone } as const;
    this.#day = new Intl.DateTimeFormat(locale, date);
    const clock = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
    this.#time = new Intl.DateTimeFormat(locale, { ...date, ...clock });
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** With the zone. */
  time(at: number | string): string {
    return this.#time.format(new Date(at));
  }

  day(at: number | string): string {
    return this.#day.format(new Date(at));
  }

  signed(value: number): string {
    if (value === 0) return '±0';
    return `${value > 0 ? '+' : '−'}${this.number(Math.abs(value))}`;
  }

  /** Rounded down: 100 only where everything was seen. */
  share(value: number): string {
    return this.#percent(Math.floor(value * 100 + 1e-9));
  }

  /** Lower end rounded down, upper end up; one number only where everything was seen, 100 only where nothing is missing. */
  spread({ low, high }: Spread): string {
    const from = Math.floor(low * 100 + 1e-9);
    if (high - low < 1e-9) return this.#percent(from);
    const to = Math.min(high < 1 ? 99 : 100, Math.ceil(high * 100 - 1e-9));
    return from >= to ? this.#percent(from) : `${from}–${this.#percent(to)}`;
  }

  #percent(value: number): string {
    return this.language === 'de' ? `${value}\u00a0%` : `${value}%`;
  }

  /** @param seconds in the largest unit, with what is left in the next smaller one */
  duration(seconds: number): string {
    const whole = Math.round(seconds);
    const at = units.findIndex(([, size]) => whole >= size);
    const [unit, size] = units[at] ?? (['second', 1] as const);
    const [next, less] = units[at + 1] ?? (['second', 1] as const);
    const rest = Math.floor((whole % size) / less);
    const first = this.#unit(Math.floor(whole / size), unit);
    return rest === 0 || next === unit ? first : `${first}, ${this.#unit(rest, next)}`;
  }

  #unit(value: number, unit: string): string {
    const form = { style: 'unit', unit, unitDisplay: 'long' } as const;
    return new Intl.NumberFormat(localeOf(this.language), form).format(value);
  }
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

const most = 400;
const tail = 12;
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Foreign text for paper: marks as what they are, very long ones cut in the middle by graphemes, with their length. */
export function foreign(text: string, language: Language): string {
  const shown = cut(text, language);
  return shown.replace(
    unseen,
    (mark) => `[U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
  );
}

function cut(text: string, language: Language): string {
  if (text.length <= most) return text;
  const reach = (most + tail) * 16;
  const graphemes = (part: string): string[] =>
    Array.from(
      new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(part),
      ({ segment }) => segment,
    );
  // Segmenting a name of a megabyte would take long; what is shown stands at both ends.
  const whole = text.length <= 2 * reach ? graphemes(text) : null;
  if (whole !== null && whole.length <= most) return text;
  const head = (whole ?? graphemes(text.slice(0, reach))).slice(0, most - tail - 1);
  const end = (whole ?? graphemes(text.slice(-reach))).slice(-tail);
  const size = new Intl.NumberFormat(localeOf(language)).format(text.length);
  const length = language === 'de' ? `${size} Zeichen` : `${size} characters`;
  return `${head.join('')}…${end.join('')} (${length})`;
}
