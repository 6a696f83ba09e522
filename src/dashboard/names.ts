/** Longer names are shown in full on the room's own page only. */
const most = 400;
/** Graphemes of the end that always stay. */
const tail = 12;

export type Part = { text: string } | { mark: string };

/** Control, format and bidi marks and lone surrogates as what they are, so that none of them does anything. */
export function partsOf(name: string): Part[] {
  return name
    .split(/([\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}])/u)
    .filter((text) => text !== '')
    .map((text) =>
      /^[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]$/u.test(text)
        ? { mark: `U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}` }
        : { text },
    );
}

/** Cut in the middle by graphemes, so that no letter loses its accents. */
export function cut(name: string, length: number): { text: string; whole: boolean; size: number } {
  // Segmenting a name of a megabyte would hold up the page; what is shown stands at both ends.
  const reach = (length + tail) * 16;
  const parts = (text: string): string[] =>
    Array.from(
      new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text),
      ({ segment }) => segment,
    );
  const known = name.length <= 2 * reach ? parts(name) : null;
  const size = known?.length ?? name.length;
  if (known !== null && size <= length) return { text: name, whole: true, size };
  const head = (known ?? parts(name.slice(0, reach))).slice(0, length - tail - 1);
  const end = (known ?? parts(name.slice(-reach))).slice(-tail);
  return { text: `${head.join('')}…${end.join('')}`, whole: false, size };
}

export const isLong = (size: number): boolean => size > most;
