/** Values of `room_classification_marking`, weakest first. */
export const markings = ['none', 'vs_nfd', 'vs_vertraulich', 'geheim', 'streng_geheim'] as const;
export type Marking = (typeof markings)[number];

/** Word sequences, case and punctuation aside. */
const phrases: Readonly<Record<Exclude<Marking, 'none'>, readonly string[]>> = {
  vs_nfd: [
    'vs nfd',
    'vsnfd',
    'nur für den dienstgebrauch',
    'nur fuer den dienstgebrauch',
    'nur für dienstgebrauch',
    'nur fuer dienstgebrauch',
    'nato restricted',
    'eu restricted',
    'ue restricted',
    'restreint ue',
    'ue eu restricted',
    'r ue eu r',
  ],
  vs_vertraulich: [
    'vs vertraulich',
    'vsvertraulich',
    'vs vertr',
    'vs v',
    'nato confidential',
    'eu confidential',
    'ue confidential',
    'confidentiel ue',
    'c ue eu c',
  ],
  geheim: [
    'geheim',
    'vs geheim',
    'vsgeheim',
    'nato secret',
    'eu secret',
    'ue secret',
    'secret ue',
    's ue eu s',
  ],
  streng_geheim: [
    'streng geheim',
    'strenggeheim',
    'top secret',
    'topsecret',
    'très secret ue',
    'tres secret ue',
    'ts ue eu ts',
  ],
};

/**
 * English words of everyday use: a mark only in the spelling of marks. `Confidential notes` or `Restricted area`
 * say nothing about a classification, `CONFIDENTIAL` on a title page does.
 */
const spelled: readonly [string, Marking][] = [
  ['NfD', 'vs_nfd'],
  ['NFD', 'vs_nfd'],
  ['RESTRICTED', 'vs_nfd'],
  ['CONFIDENTIAL', 'vs_vertraulich'],
  ['SECRET', 'geheim'],
];

/** Letters that stand for themselves only, and what stands in every mark: most names are told by that alone. */
const plain = /^[\x20-\x7E\u00C0-\u00FF]*$/;
const hint = /nfd|dienst|restr|vertr|vs|geheim|secret|confid|ue|eu/i;

/** Highest German, NATO or EU mark in any of the texts; word-wise, so `Geheimnis` is none. */
export function classificationMarking(texts: readonly string[]): Marking {
  let highest = 0;
  for (const text of texts) {
    if (plain.test(text) && !hint.test(text)) continue;
    const words = wordsOf(text);
    const sequence = ` ${words.join(' ').toLowerCase()} `;
    for (const [marking, ways] of Object.entries(phrases)) {
      if (ways.some((phrase) => sequence.includes(` ${phrase} `))) {
        highest = Math.max(highest, markings.indexOf(marking as Marking));
      }
    }
    for (const [word, marking] of spelled) {
      if (words.includes(word)) highest = Math.max(highest, markings.indexOf(marking));
    }
  }
  return markings[highest] ?? 'none';
}

export function strongerMarking(a: Marking, b: Marking): Marking {
  return markings.indexOf(a) >= markings.indexOf(b) ? a : b;
}

/** Invisible characters inside a word do not break it: soft hyphen, zero-width characters. */
function wordsOf(text: string): string[] {
  const visible = text.normalize('NFKC').replace(/[\u00AD\u200B-\u200D\u2060\uFEFF]/gu, '');
  return visible.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== '');
}
