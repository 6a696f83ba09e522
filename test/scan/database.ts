import { openStore, type Store } from '../../src/store/index.ts';
import { freshDatabase } from '../store/helper.ts';

/** What is to be closed after a test, the last first. */
export const closers: (() => Promise<unknown>)[] = [];

/** Call after each test. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** A new one. @returns opens it, once for each instance */
export async function database(): Promise<() => Promise<Store>> {
  const { url, drop } = await freshDatabase();
  closers.push(drop);
  return async () => {
    const store = await openStore({ kind: 'postgres', url });
    closers.push(() => store.close());
    return store;
  };
}
