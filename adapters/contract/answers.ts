import { type Reason, reason } from './fact.ts';
import { type HttpAnswer, SourceError } from './http.ts';

/**
 * A page where data was asked for: a login form, a proxy's error page, a captive portal.
 * @throws {SourceError} unreachable
 */
export function refuseHtml(answer: Pick<HttpAnswer, 'text' | 'locator' | 'status'>): void {
  if (looksLikeHtml(answer.text)) {
    throw new SourceError(reason('unreachable', 'HTML instead of data'), answer.locator, answer.status);
  }
}

export function looksLikeHtml(text: string): boolean {
  return /^\uFEFF?\s*(?:<!--[\s\S]{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i.test(
    text.slice(0, 4000),
  );
}

/**
 * The reason that the facts of a failed source carry.
 * @throws everything that is no failure of a source: programming errors, an aborted scan
 */
export function reasonOf(error: unknown): Reason {
  if (error instanceof SourceError) return error.reason;
  throw error;
}
