export const storeErrorCodes = [
  'store_unreadable',
  'store_locked',
  'store_in_use',
  'store_full',
  'store_read_only',
  'store_corrupt',
  'store_newer',
  'store_unreachable',
] as const;
export type StoreErrorCode = (typeof storeErrorCodes)[number];

/** `detail` names the file or host, never a password. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly detail: string;
  constructor(code: StoreErrorCode, detail: string, options?: ErrorOptions) {
    super(`${texts[code]}: ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }
}

const texts: Record<StoreErrorCode, string> = {
  store_unreadable: 'the store cannot be opened',
  store_locked: 'another process holds the write lock of the store for too long',
  store_in_use: 'another Roomwarden already serves this store',
  store_full: 'the disk of the store is full',
  store_read_only: 'the store cannot be written',
  store_corrupt: 'the store is damaged or is not a database of Roomwarden',
  store_newer: 'the store was written by a newer Roomwarden',
  store_unreachable: 'the database server does not answer',
};

const sqliteCodes: Record<number, StoreErrorCode> = {
  5: 'store_locked',
  6: 'store_locked',
  8: 'store_read_only',
  10: 'store_unreadable',
  11: 'store_corrupt',
  13: 'store_full',
  14: 'store_unreadable',
  23: 'store_unreadable',
  26: 'store_corrupt',
};

/** Errors of the two engines that an operator can act on; everything else stays as it is. */
export function storeError(error: unknown, detail: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const { errcode, code } = error as Error & { errcode?: number; code?: string };
  const known = errcode === undefined ? postgresCode(code) : sqliteCodes[errcode & 0xff];
  return known === undefined ? error : new StoreError(known, detail, { cause: error });
}

function postgresCode(code: string | undefined): StoreErrorCode | undefined {
  if (code === undefined) return undefined;
  if (/^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOSTUNREACH)/.test(code)) return 'store_unreachable';
  if (/^(08|57P|28)/.test(code)) return 'store_unreachable';
  if (code === '53100') return 'store_full';
  if (code === '25006') return 'store_read_only';
  if (code === '55P03') return 'store_locked';
  return undefined;
}
