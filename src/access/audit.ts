import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../store/schema.ts';

export interface AuditEntry {
  /** `token:<id>`, `session:<pseudonym>`, `cli` or `system`; never a person's name. */
  actor: string;
  /** `<thing>.<verb>`: `waiver.create`, `token.revoke`, `scan.start`. */
  action: string;
  /** Id of what was acted on. Rooms appear by their ref. */
  object?: string;
  target?: string;
  detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Keeps the order of entries of the same moment. */
let count = 0;

/** Written in the transaction of the act itself: no act without its entry. */
export async function audit(db: Kysely<Database>, entry: AuditEntry, now: number): Promise<void> {
  const { actor, action, object = null, target = null, detail = {} } = entry;
  count = (count + 1) % 0x1000000;
  const order = count.toString(16).padStart(6, '0');
  const id = `${String(now).padStart(15, '0')}-${order}${randomBytes(4).toString('hex')}`;
  await db
    .insertInto('audit_log')
    .values({ id, at: now, actor, action, object, target, detail_json: JSON.stringify(detail) })
    .execute();
}
