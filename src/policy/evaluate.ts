import type { SubjectKind } from '../../adapters/contract/subject.ts';
import type { Bound } from './bind.ts';
import { factsOf } from './scope.ts';
import type { FactMap, Judgement, Scope, Verdict } from './types.ts';

export { type Bound, bindVendor, judgedKinds, unjudged, unlisted } from './bind.ts';
export { checkSettings, compileCatalogue, SettingsError } from './compiled.ts';

/**
 * Judges one subject by every entry that is judged at its kind. Pure: same facts, same judgements; those of subjects
 * that a rule cannot tell apart are one object.
 */
export function judgeSubject(bound: Bound, kind: SubjectKind, scope: Scope): readonly Judgement[] {
  return judgeSubjects(bound, kind, scope, [factsOf(scope, kind, '')])[0] as readonly Judgement[];
}

/** Many subjects of a kind that share all the rest of the scope, in their order; what `scope` holds of the kind itself is not looked at. */
export function judgeSubjects(
  bound: Bound,
  kind: SubjectKind,
  scope: Scope,
  subjects: readonly FactMap[],
): (readonly Judgement[])[] {
  return bound.batches[kind].judgements(scope, subjects);
}

/** The verdicts alone: those of the first subject by all its rules, then those of the next. */
export function verdictsOf(
  bound: Bound,
  kind: SubjectKind,
  scope: Scope,
  subjects: readonly FactMap[],
  take: (verdicts: readonly Verdict[], count: number) => void,
): void {
  bound.batches[kind].verdicts(scope, subjects, take);
}
