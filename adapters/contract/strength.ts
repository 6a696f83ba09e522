const classSizes = { lower: 26, upper: 26, digit: 10, other: 33 } as const;
export type CharacterClass = keyof typeof classSizes;

export interface PasswordStrength {
  /** Code points. */
  length: number;
  /** Sum of the sizes of the classes that occur. */
  alphabet: number;
  /** Whole bits, rounded down: length times log2 of the alphabet, as for a random choice. */
  entropyBits: number;
  classes: CharacterClass[];
}

/** To be computed at parsing; the text is dropped after it. */
export function passwordStrength(text: string): PasswordStrength {
  const seen = new Set<CharacterClass>();
  let length = 0;
  for (const character of text) {
    length += 1;
    seen.add(classOf(character));
  }
  const classes = (Object.keys(classSizes) as CharacterClass[]).filter((name) => seen.has(name));
  const alphabet = classes.reduce((sum, name) => sum + classSizes[name], 0);
  return {
    length,
    alphabet,
    classes,
    entropyBits: length === 0 ? 0 : Math.floor(length * Math.log2(alphabet)),
  };
}

function classOf(character: string): CharacterClass {
  if (/^[a-z]$/.test(character)) return 'lower';
  if (/^[A-Z]$/.test(character)) return 'upper';
  return /^[0-9]$/.test(character) ? 'digit' : 'other';
}
