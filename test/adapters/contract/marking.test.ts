import { describe, expect, it } from 'vitest';
import { classificationMarking, strongerMarking } from '../../../adapters/contract/marking.ts';

describe('marks', () => {
  it.each([
    ['VS-NfD Besprechung', 'vs_nfd'],
    ['vs-nfd-besprechung', 'vs_nfd'],
    ['Lage (VS_NFD)', 'vs_nfd'],
    ['VS‑NfD', 'vs_nfd'],
    ['VSNfD', 'vs_nfd'],
    ['Haushalt NfD', 'vs_nfd'],
    ['VS - NUR FÜR DEN DIENSTGEBRAUCH', 'vs_nfd'],
    ['VS NUR FU\u0308R DEN DIENSTGEBRAUCH', 'vs_nfd'],
    ['nur fuer den dienstgebrauch', 'vs_nfd'],
    ['NATO RESTRICTED', 'vs_nfd'],
    ['EU RESTRICTED', 'vs_nfd'],
    ['RESTREINT UE/EU RESTRICTED', 'vs_nfd'],
    ['Nato Restricted briefing', 'vs_nfd'],
    ['RESTRICTED', 'vs_nfd'],
    ['VS-VERTRAULICH', 'vs_vertraulich'],
    ['VS-Vertr. Runde', 'vs_vertraulich'],
    ['CONFIDENTIAL', 'vs_vertraulich'],
    ['NATO Confidential', 'vs_vertraulich'],
    ['CONFIDENTIEL UE', 'vs_vertraulich'],
    ['Geheim', 'geheim'],
    ['VS-GEHEIM', 'geheim'],
    ['SECRET', 'geheim'],
    ['SECRET UE/EU SECRET', 'geheim'],
    ['STRENG GEHEIM', 'streng_geheim'],
    ['streng-geheim', 'streng_geheim'],
    ['Top Secret', 'streng_geheim'],
    ['COSMIC TOP SECRET', 'streng_geheim'],
    ['TRÈS SECRET UE', 'streng_geheim'],
    ['ge\u00ADheim', 'geheim'],
    ['ＧＥＨＥＩＭ', 'geheim'],
  ])('%s is %s', (text, expected) => expect(classificationMarking([text])).toBe(expected));

  it.each([
    '',
    'Geheimnis',
    'Geheimschutz',
    'Amtsgeheimnis und Geheimhaltung',
    'geheime Wahl',
    'vertraulich',
    'Vertrauliches Gespräch',
    'Restricted area planning',
    'confidential feedback round',
    'Secret Santa',
    'Secretary',
    'Dienstgebrauch',
    'VS',
    'Team VS',
  ])('%j is none', (text) => {
    expect(classificationMarking([text])).toBe('none');
  });

  it('the strongest of all texts wins', () => {
    expect(classificationMarking(['VS-NfD', 'nichts', 'streng geheim, vorher VS-NfD'])).toBe('streng_geheim');
    expect(classificationMarking([])).toBe('none');
    expect(strongerMarking('geheim', 'vs_nfd')).toBe('geheim');
  });

  it('words of different texts do not join', () => {
    expect(classificationMarking(['streng', 'vertraulich'])).toBe('none');
    expect(classificationMarking(['VS', 'NfD'])).toBe('vs_nfd');
    expect(classificationMarking(['VS', 'vertraulich'])).toBe('none');
  });
});
