const words = 'passwort|kennwort|zugangscode|zugangswort|password|passcode|passphrase|pwd|pin';
/** The word, what ties a token to it, the token. */
const mention = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${words})(\\s*[:=]\\s*|\\s+(?:lautet|ist|is)\\s*:?\\s*|[\\s-]+)["'„“»(]*([^\\s"'“”«)]{3,})`,
  'giu',
);
const hint = new RegExp(words, 'iu');
/** What follows when a text only talks about passwords. */
const talk = new Set(
  [
    'wird werden kommt folgt erhalten gibt steht liegt per auf bei von vom zur zum und oder nicht kein keine nur siehe bitte',
    'erforderlich nötig notwendig geheim bekannt vorhanden gesetzt geschützt telefonisch vertraulich separat unten oben dem der die das',
    'will shall sent see from the and not none required needed secret known protected separately below above please ask optional',
  ].flatMap((line) => line.split(' ')),
);

/** A password stands in the text: named with a sign or verb, or followed by something with a digit. */
export function holdsPassword(text: string): boolean {
  if (!hint.test(text)) return false;
  for (const [, tie = '', token = ''] of text.matchAll(mention)) {
    const plain = token.replace(/[.,;!?]+$/, '').toLowerCase();
    if (plain.length < 3 || talk.has(plain)) continue;
    if (/[:=]|lautet|\bist\b|\bis\b/i.test(tie) || (plain.length >= 4 && /\p{N}/u.test(plain))) return true;
  }
  return false;
}
