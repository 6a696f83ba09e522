/** What both OSCAL documents share. */
export const oscalVersion = '1.2.2';
export const namespace = 'urn:roomwarden:oscal';

export interface Property {
  name: string;
  ns: string;
  value: string;
}

/** No property for an empty value: the format has none. */
export function property(name: string, value: string | number | undefined): Property[] {
  const text = line(String(value ?? ''));
  return text === '' ? [] : [{ name, ns: namespace, value: text }];
}

/** A list that is left out where it is empty. */
export function some<Key extends string, Item>(
  key: Key,
  items: readonly Item[],
): Partial<Record<Key, readonly Item[]>> {
  return items.length === 0 ? {} : ({ [key]: items } as Record<Key, readonly Item[]>);
}

/** One line without blanks around it. */
export function line(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}

/** Texts are Markdown there: foreign words must not become markup, links or insertions. */
export function markup(text: string): string {
  return line(text).replace(/[\\`*_[\]{}<>#|~!&$^"'@:]/g, '\\$&');
}
