import { language } from './texts/index.ts';

const locale = (): string => (language.value === 'de' ? 'de-DE' : 'en-GB');

export const number = (value: number): string => new Intl.NumberFormat(locale()).format(value);

export function signed(value: number): string {
  return value === 0
    ? '±0'
    : new Intl.NumberFormat(locale(), { signDisplay: 'always' }).format(value).replace('-', '−');
}

const percent = (value: number): string => `${value}\u00a0%`;

/** Lower end rounded down, upper end up; 100 only where nothing is missing. */
export function scoreSpan(low: number, high: number): string {
  const from = Math.floor(low * 100 + 1e-9);
  const to = Math.min(high < 1 ? 99 : 100, Math.ceil(high * 100 - 1e-9));
  return from >= to ? percent(from) : `${from}–${percent(to)}`;
}

/** Rounded down: 100 only where everything was seen. */
export const share = (value: number): string => percent(Math.floor(value * 100 + 1e-9));

export function time(iso: string): string {
  return new Intl.DateTimeFormat(locale(), {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(iso));
}

export function clock(at: number | string): string {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}

export function seconds(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(new Date(iso));
}

export function day(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { day: '2-digit', month: '2-digit', year: '2-digit' }).format(
    new Date(iso),
  );
}

const steps = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `11 min`, `3 Tage`. */
export function age(iso: string, now: number): string {
  const elapsed = Math.max(0, (now - Date.parse(iso)) / 1000);
  const [unit, size] = steps.find(([, least]) => elapsed >= least) ?? (['minute', 60] as const);
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit,
    unitDisplay: unit === 'day' ? 'long' : 'short',
    maximumFractionDigits: 0,
  }).format(Math.floor(elapsed / size));
}

export function duration(value: number): string {
  const [unit, size] =
    [...steps].find(([, each]) => value >= each && value % each === 0) ?? (['second', 1] as const);
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(value / size);
}

/** `42 Sek.`; null while one of both is missing. */
export function elapsed(from: string | null, to: string | null): string | null {
  if (from === null || to === null) return null;
  const value = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
  const [unit, size] = value >= 120 ? (['minute', 60] as const) : (['second', 1] as const);
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value / size);
}
