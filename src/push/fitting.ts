/**
 * The first items that stay within so many bytes together; always at least one.
 * @returns their texts
 */
export function fitting<T>(items: readonly T[], bytes: number, text: (item: T) => string): string[] {
  const texts: string[] = [];
  let sum = 0;
  for (const item of items) {
    const next = text(item);
    sum += Buffer.byteLength(next) + 1;
    if (texts.length > 0 && sum > bytes) break;
    texts.push(next);
  }
  return texts;
}
