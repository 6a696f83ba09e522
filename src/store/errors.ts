import { RoomwardenError } from '../errors.ts';

/** Result codes of SQLite, primary part. */
const sqliteTexts: Record<number, string> = {
  8: 'it is read-only',
  10: 'the disk reports an error',
  11: 'the file is damaged',
  14: 'the file or its folder cannot be opened',
  23: 'access is not allowed',
  26: 'the file is not a database',
};

/**
 * Errors of the two engines that an operator can act on as RW30xx; everything else stays as it is.
 * @param where file, or host and database; never a password
 */
export function storeError(error: unknown, where: string): unknown {
  if (error instanceof RoomwardenError || !(error instanceof Error)) return error;
  const { errcode, code } = error as Error & { errcode?: number; code?: string };
  return (
    (errcode === undefined ? fromPostgres(code, where, error) : fromSqlite(errcode & 0xff, where, error)) ??
    error
  );
}

/** Of the file or its lock: another process is at work, and may be done soon. */
export const isBusy = (error: unknown): boolean =>
  error instanceof RoomwardenError && error.code === 'RW3005';

function fromSqlite(code: number, where: string, cause: Error): RoomwardenError | undefined {
  if (code === 5 || code === 6) return new RoomwardenError('RW3005', { where }, { cause });
  if (code === 13) return new RoomwardenError('RW3003', { where }, { cause });
  const detail = sqliteTexts[code];
  return detail === undefined ? undefined : new RoomwardenError('RW3001', { where, detail }, { cause });
}

function fromPostgres(code: string | undefined, where: string, cause: Error): RoomwardenError | undefined {
  if (code === undefined) return undefined;
  if (code === '53100') return new RoomwardenError('RW3003', { where }, { cause });
  if (code === '55P03') return new RoomwardenError('RW3005', { where }, { cause });
  if (!/^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOSTUNREACH|08|57P|28|25006|3D000)/.test(code))
    return undefined;
  return new RoomwardenError('RW3001', { where, detail: `the server answers ${code}` }, { cause });
}
