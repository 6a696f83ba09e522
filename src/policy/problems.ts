/** One thing that is wrong in a policy or clause file; line and column count from 1. */
export interface PolicyProblem {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** Everything that is wrong in the policy folder, at once. */
export class PolicyError extends Error {
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    super(problems.map((p) => `${p.file}:${p.line}:${p.column}: ${p.message}`).join('\n'));
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

/** Characters of an expression, as cel-js counts them: start inclusive, end exclusive. */
export interface Range {
  start: number;
  end: number;
}

export interface ExpressionProblem {
  range: Range;
  message: string;
}

/** Thrown inside the compiler only; the caller turns it into a `PolicyProblem`. */
export class Refused extends Error {
  readonly problem: ExpressionProblem;

  constructor(range: Range, message: string) {
    super(message);
    this.name = 'Refused';
    this.problem = { range: { start: range.start, end: range.end }, message };
  }
}
