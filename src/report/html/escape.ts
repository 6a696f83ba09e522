const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for values of attributes. What XML has no place for becomes U+FFFD. */
export function escapeHtml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '\uFFFD')
      .replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
  );
}

/** A string of a style sheet, with its quotes; nothing in it ends the style element. */
export function cssString(text: string): string {
  const inside = text
    .toWellFormed()
    .replace(/[^\p{L}\p{N} .,:·…()/+_–%-]/gu, (sign) => `\\${(sign.codePointAt(0) ?? 0xfffd).toString(16)} `);
  return `"${inside}"`;
}
