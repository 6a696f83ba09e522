import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import zxcvbn from 'zxcvbn';
import { isGuessable } from '../../../adapters/jitsi/name-strength.ts';
import { disguises } from '../../../adapters/jitsi/name-words.ts';

const load = createRequire(import.meta.url);
const lists: Record<string, string[]> = load('zxcvbn/lib/frequency_lists.js');

const german =
  'leitung personalrat besprechung Klassenkonferenz Elternabend sprechstunde Übungsgruppe prüfungsamt Bürgermeister ' +
  'Straßenbau mathe7b klasse-5a deutsch-lk-2 Fachgruppe_12 wochenstart jour-fixe Dienstbesprechung raum.101 Schulkonferenz';
const english =
  'meeting teammeeting TeamMeeting standup-daily marketing-standup openoffice welcomehome board.room coffeebreak ' +
  'planning2026 monkeybusiness sunshine99 iloveyouforever footballteam letmein123 password1234 correcthorsebattery staple';
const disguised =
  'p4ssw0rd! t3amm33ting w3lc0meh0me m0nk3ybusiness 1l0v3y0u4ever c0ff33br3ak $un$hine99 7eamleader l3tm31n123 b0ardr00m ' +
  '(0ff33b|2e@k 4dm1n1strator h4ll0welt 5chu1e2026 |eitung55 +eam+eam+eam m33t1ng-r00m 99p455w0rd99';
const walks =
  'qwertyuiop qwertzuiop asdfghjkl1 1qaz2wsx3edc yxcvbnm,. poiuytrewq QWERTYasdfgh !@#$%^&*( 789456123 zaq12wsxcde ' +
  'meetingqwertz asdfghteam 147258369 qazwsxedcrfv teamqazwsx12';
const rows =
  'abcdefghij 1234567890 9876543210 zyxwvutsr acegikmoq ABCDEFGHIJ aaaaaaaaaaaa abcabcabcabc 121212121212 teamteamteam ' +
  '0000000000001 hahahahaha-team xyzxyzxyz123 lalalalala44 kkkkkkkkkkkkkkkkk9 klasseklasse klasse1klasse1';
const dates =
  '22112026 22.11.2026 2026-11-22 11/22/2026 1.1.2000x team-22.11.2026 22.11.2026-team meeting2026 2026meeting 1999-12-31-x ' +
  '31122025raum klasse01092026 1.2.2026 team_2_3_1998 sitzung-2026-11-22 201820192020 abitur2019 jahrgang1987';
const random =
  'Qx7kPp2mVr9tLw3n g7gRo7TSygZJ5i4NZcBlRS 6f1d8e0a-77b1-4c55-9a3e 4711-0815-0042 kT9-vQ2-mX5-pL8 hwkzrvtqnd ' +
  '8f14e45fceea167a5a36dedd4bea2543 vnoBEruxDlDzJ0BnCVcEyv abwechslungsreiche-langsame-tiger MintyOtterSings';
const odd = [
  '',
  'a',
  'constructor',
  'Constructor1',
  'xconstructorx',
  'c0nstructor',
  'rotcurtsnoc',
  '__proto__',
  '__proto__team',
  'tostring-team',
  'İstanbul-team',
  'KelvinelvinK',
  'ΣΑΣ-ΟΔΟΣ-ΣΑΣ',
  'ÜÜÜÜÜÜÜÜÜÜ',
  'команда-встреча',
  '会议室会议室会议室',
  'team meeting',
  'team\nmeeting',
  'team\uD800meeting',
  '👍👍👍👍👍👍',
  `${'besprechung-'.repeat(6)}1`,
  'x'.repeat(199),
  'ab4$7!1|+9[x]'.repeat(4),
];

const words = (list: string, places: readonly number[]): string[] =>
  places.map((place) => lists[list]?.[place] ?? 'none');
const back = (text: string): string => text.split('').toReversed().join('');
const often = [0, 40, 300, 2_000, 9_000, 29_000];
const pairs = words('passwords', often).flatMap((first) =>
  words('english_wikipedia', often).map((second) => `${first}${second}`),
);

const names: Readonly<Record<string, string[]>> = {
  'German words': german.split(' '),
  'English words': english.split(' '),
  'signs for letters': disguised.split(' '),
  'walks on a keyboard': walks.split(' '),
  'rows and repetitions': rows.split(' '),
  'dates and years': dates.split(' '),
  'random ones': random.split(' '),
  'odd ones': odd,
  'two words of the lists': pairs,
  'two words, the second reversed': pairs.map((pair) => pair.slice(0, 5) + back(pair.slice(5))),
  'two words reversed': pairs.map(back),
  'two words with capitals': pairs.map((pair) => pair.charAt(0).toUpperCase() + pair.slice(1)),
  'two words and signs for letters': pairs.map((pair) => pair.replace('e', '3').replace('i', '1')),
  'two words and a number': pairs.map((pair, place) => `${pair}${place}`),
  'all letters capitals': words('us_tv_and_film', [0, 700, 9_000, 19_000]).map(
    (word) => `${word.toUpperCase()}-7`,
  ),
  'a word and few letters more': words('surnames', often).flatMap((word) =>
    ['', 'q', 'qz', '7Qx', 'x!kq', 'kq7xz', 'kq7xzw'].flatMap((more) => [`${word}${more}`, `${more}${word}`]),
  ),
};

describe('a name is as guessable as zxcvbn says', () => {
  test.each(Object.entries(names))('%s', (_, all) => {
    const judged = all.map((name) => [name, isGuessable(name)]);
    expect(judged).toEqual(all.map((name) => [name, zxcvbn(name).score < 3]));
  });

  test('both answers occur, often', () => {
    const all = Object.values(names).flat();
    expect(all.length).toBeGreaterThan(300);
    const long = all.filter((name) => name.length > 8);
    const easy = long.filter(isGuessable);
    expect(easy.length).toBeGreaterThan(60);
    expect(long.length - easy.length).toBeGreaterThan(100);
  });
});

test('every sign that zxcvbn reads as a letter is known', () => {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const matching = load('zxcvbn/lib/matching.js');
  const signs = Array.from({ length: 95 }, (_, place) => String.fromCharCode(32 + place));

  for (const sign of signs) {
    const read = letters.filter(
      (letter) => matching.l33t_match(sign + sign, { one: { [letter + letter]: 1 } }).length > 0,
    );
    for (const letter of read) {
      expect(disguises[letter], sign).toContain(sign);
    }
  }
});
