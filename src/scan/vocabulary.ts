import { factProblems } from '../../adapters/contract/validate.ts';
import { isFactName } from '../../adapters/contract/vocabulary.ts';

/** Facts are held against the vocabulary before anything is judged, whether an adapter or a file gave them. */
export function factProblem(name: string, fact: unknown): string | undefined {
  return isFactName(name) ? factProblems(name, fact)[0] : `${name}: no fact of the vocabulary`;
}
