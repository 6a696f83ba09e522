import { createRequire } from 'node:module';
import type zxcvbn from 'zxcvbn';

/** A part of a name that zxcvbn knows how to guess; from `i` to `j`, both within. */
export interface Match {
  pattern: string;
  i: number;
  j: number;
  token: string;
  /** Of a word. */
  matched_word?: string;
  rank?: number;
}

type Signs = Readonly<Record<string, string>>;
type Table = Readonly<Record<string, readonly string[]>>;

/** The parts of zxcvbn 4.4.2 that are used one by one. */
export interface Zxcvbn {
  whole: typeof zxcvbn;
  lists: Readonly<Record<string, readonly string[]>>;
  matching: Readonly<Record<`${Pattern}_match`, (name: string) => Match[]>> & {
    translate(text: string, signs: Signs): string;
    relevant_l33t_subtable(name: string, table: Table): Table;
    enumerate_l33t_subs(table: Table): Signs[];
  };
  scoring: { estimate_guesses(match: Match, name: string): number };
  times: { guesses_to_score(guesses: number): number };
}

type Pattern = 'spatial' | 'repeat' | 'sequence' | 'regex' | 'date';

/** The word lists take longer to load than the rest of an adapter: not before a name is judged. */
export function loadZxcvbn(): Zxcvbn {
  const load = createRequire(import.meta.url);
  return {
    whole: load('zxcvbn'),
    lists: load('zxcvbn/lib/frequency_lists.js'),
    matching: load('zxcvbn/lib/matching.js'),
    scoring: load('zxcvbn/lib/scoring.js'),
    times: load('zxcvbn/lib/time_estimates.js'),
  };
}
