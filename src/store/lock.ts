import { DatabaseSync } from 'node:sqlite';
import { StoreError, storeError } from './errors.ts';

/**
 * One serving process per SQLite store. The kernel drops the lock with the process, also after kill -9.
 * @throws {StoreError} `store_in_use`
 */
export function holdServing(file: string): () => void {
  const lockFile = `${file}.lock`;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(lockFile, { timeout: 0 });
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    const known = storeError(error, lockFile);
    if (known instanceof StoreError && known.code === 'store_locked') {
      throw new StoreError('store_in_use', file, { cause: error });
    }
    throw known;
  }
  const held = lock;
  return () => held.close();
}
