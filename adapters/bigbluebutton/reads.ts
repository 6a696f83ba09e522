import type { Read } from './schema.ts';

export function mapRead<T, V>(read: Read<T>, map: (value: T) => V): Read<V> {
  return read.ok ? { ok: true, value: map(read.value) } : read;
}

/** Rows by their key; of a key without any there is an empty list. */
export function grouped<T>(rows: Read<T[]>, key: (row: T) => string): Read<(key: string) => readonly T[]> {
  return mapRead(rows, (all) => {
    const groups = Map.groupBy(all, key);
    return (wanted) => groups.get(wanted) ?? [];
  });
}
