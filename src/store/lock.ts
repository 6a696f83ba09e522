import { DatabaseSync } from 'node:sqlite';
import { storeError } from './errors.ts';

/**
 * One serving process per SQLite store. The kernel drops the lock with the process, also after kill -9.
 * @throws {RoomwardenError} RW3005
 */
export function holdServing(file: string): () => void {
  const lockFile = `${file}.lock`;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(lockFile, { timeout: 0 });
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    throw storeError(error, file);
  }
  const held = lock;
  return () => held.close();
}
