/** `expired`: of another epoch or before what is kept; the reader starts again from `oldest`. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
  readonly kind: 'invalid' | 'expired';
  readonly oldest: string | null;
  constructor(kind: 'invalid' | 'expired', oldest: string | null = null) {
    super(`cursor ${kind}`);
    this.kind = kind;
    this.oldest = oldest;
  }
}

export const writeCursor = (parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** @throws {CursorError} */
export function readCursor<T extends readonly ('string' | 'number')[]>(
  cursor: string,
  ...types: T
): { [I in keyof T]: T[I] extends 'string' ? string : number } {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new CursorError('invalid');
  }
  if (!Array.isArray(parts) || parts.length !== types.length) throw new CursorError('invalid');
  if (!parts.every((part, index) => typeof part === types[index])) throw new CursorError('invalid');
  return parts as never;
}

const idOfEvent = /^[0-9a-f]{16}-(\d{1,16})$/;

/** A reader that keeps the id of the last event it has stands behind that event. @returns its number; null: no such id */
export function numberIn(after: string): number | null {
  const number = idOfEvent.exec(after)?.[1];
  return number === undefined || !Number.isSafeInteger(Number(number)) ? null : Number(number);
}
