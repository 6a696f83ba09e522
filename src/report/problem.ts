import type { Bilingual } from '../policy/types.ts';

/** What was asked for cannot be reported on; `parameter` says which part of the question it is. */
export class ReportProblem extends Error {
  override readonly name = 'ReportProblem';
  readonly parameter: string;
  readonly texts: Bilingual;

  constructor(parameter: string, texts: Bilingual) {
    super(texts.en);
    this.parameter = parameter;
    this.texts = texts;
  }
}
