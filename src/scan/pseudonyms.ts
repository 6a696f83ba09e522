import { roomRef, searchKey } from '../access/ref.ts';
import type { Config } from '../config/types.ts';

/** More than subjects are recorded at a time. */
const mostRefs = 1_000;

export function pseudonyms({ key, config }: { key: string; config: Pick<Config, 'privacy'> }) {
  const hideNames = config.privacy.room_names === 'pseudonymous';
  const refs = new Map<string, string>();
  return {
    // Inventory and ledger ask for the same rooms, a batch at a time.
    refOf(id: string): string {
      const known = refs.get(id);
      if (known !== undefined) return known;
      if (refs.size >= mostRefs) refs.clear();
      const ref = roomRef(key, id);
      refs.set(id, ref);
      return ref;
    },
    nameOf: (name: string | null) => (name !== null && hideNames ? searchKey(key, name) : name),
  };
}
