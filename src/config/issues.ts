import { RoomwardenError } from '../errors.ts';
import type { Bilingual, Language } from '../texts/fill.ts';
import type { Origin } from './types.ts';

export type Path = readonly PropertyKey[];

/** One thing that is wrong, and where. Never holds a value of the configuration that could be a secret. */
export interface ConfigIssue extends Origin {
  /** As `targets[0].url`; empty for the file as a whole. */
  path: string;
  message: Bilingual;
}

/** The configuration as a whole was refused; `issues` in the order of the file. */
export class ConfigError extends RoomwardenError<'RW1003'> {
  override readonly name = 'ConfigError';
  readonly issues: readonly ConfigIssue[];

  constructor(file: string, issues: readonly ConfigIssue[]) {
    super('RW1003', { file, count: issues.length });
    this.issues = issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  override text(language: Language): string {
    return [super.text(language), ...this.issues.map((issue) => formatIssue(issue, language))].join('\n');
  }
}

/** `file:line:column: path: message` */
export function formatIssue(issue: ConfigIssue, language: Language): string {
  const path = issue.path === '' ? '' : `${issue.path}: `;
  return `${issue.file}:${issue.line}:${issue.column}: ${path}${issue.message[language]}`;
}

export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? String(step) : `.${String(step)}`;
  }
  return text;
}
