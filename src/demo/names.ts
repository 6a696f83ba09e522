const offices = [
  'Personalrat',
  'Haushalt',
  'Bauaufsicht',
  'IT-Betrieb',
  'Vergabestelle',
  'Schulamt',
  'Sozialdienst',
  'Leitung',
];
const occasions = [
  'Jour fixe',
  'Dienstbesprechung',
  'Sprechstunde',
  'Auswahlgespräch',
  'Schulung',
  'Abstimmung',
  'Projektrunde',
];

/** Always the same name for the same place; no person's name. */
export function roomName(place: number): string {
  const office = offices[place % offices.length];
  const occasion = occasions[Math.floor(place / offices.length) % occasions.length];
  return `${office} ${occasion} ${place + 1}`;
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Of the form that Greenlight gives its rooms. */
export function friendlyId(place: number): string {
  let state = (place + 1) * 2_654_435_761;
  const letter = (): string => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return letters[(state >>> 8) % letters.length] ?? 'a';
  };
  const part = (): string => letter() + letter() + letter();
  return [part(), part(), part(), part()].join('-');
}
