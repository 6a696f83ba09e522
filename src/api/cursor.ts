import { createHash } from 'node:crypto';
import { numberIn } from '../findings/cursor.ts';
import { cursorWords, type HttpProblem, invalid } from './plugins/problems.ts';

const broken = (): HttpProblem => invalid([{ path: 'query.after', message: cursorWords }]);

/** A cursor of one query says nothing in another: it carries a hash of what was asked. */
export function seal(query: object, cursor: string | null): string | null {
  return cursor === null ? null : Buffer.from(JSON.stringify([hashOf(query), cursor])).toString('base64url');
}

/** @throws {HttpProblem} 400 */
export function unseal(query: object, sealed: string): string {
  const parts = parse(sealed);
  const [hash, cursor] = Array.isArray(parts) ? parts : [];
  if (hash !== hashOf(query) || typeof cursor !== 'string') throw broken();
  return checked(cursor);
}

/** Positions are texts and whole numbers; anything else was made up and is kept away from the store. @throws {HttpProblem} 400 */
export function checked(cursor: string): string {
  const parts = parse(cursor);
  const sound = (part: unknown): boolean =>
    typeof part === 'string' ? !part.includes('\u0000') : Number.isSafeInteger(part);
  if (!Array.isArray(parts) || !parts.every(sound)) throw broken();
  return cursor;
}

/** What collectors can name where they have no cursor yet. */
export const beginning = 'beginning';

/**
 * Where a reader of the feed stands: behind a cursor, behind the event with this id, or at the beginning.
 * @throws {HttpProblem} 400
 */
export function placeOf(after: string | undefined): { after?: string } {
  if (after === undefined || after === beginning) return {};
  return { after: numberIn(after) === null ? checked(after) : after };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    throw broken();
  }
}

function hashOf(query: object): string {
  const known = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(known)).digest('base64url').slice(0, 11);
}
