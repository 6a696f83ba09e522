import { type ConfigIssue, formatIssue } from '../../config/issues.ts';
import { RoomwardenError } from '../../errors.ts';
import type { Language } from '../../texts/index.ts';

/** A list of releases was refused as a whole; `issues` in the order of the file. */
export class ReleasesError extends RoomwardenError<'RW1030'> {
  override readonly name = 'ReleasesError';
  readonly issues: readonly ConfigIssue[];

  constructor(file: string, issues: readonly ConfigIssue[]) {
    super('RW1030', { file, count: issues.length });
    this.issues = issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  override text(language: Language): string {
    return [super.text(language), ...this.issues.map((issue) => formatIssue(issue, language))].join('\n');
  }
}
