import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Config } from '../config/types.ts';
import type { Database, SessionsTable } from '../store/schema.ts';
import { type Principal, principalOf } from './principal.ts';
import { rightsOf } from './roles.ts';
import { hashOf, readValidToken } from './tokens.ts';

type Sessions = Kysely<Database>;
type AccessSettings = Pick<Config['access'], 'sessions' | 'oidc'>;

/** What a session knows of whom it is for: a token's id, or a pseudonym and the groups that the configuration names. */
export type SessionHolder =
  | { kind: 'token'; token: string }
  | { kind: 'oidc'; subject: string; groups: readonly string[] };

/** What must come back from the issuer, and where the browser wanted to go. */
export interface PendingLogin {
  kind: 'login';
  state: string;
  nonce: string;
  verifier: string;
  returnTo: string;
}

export const pendingLoginMs = 10 * 60_000;
/** Uses closer together than this are not written down. */
const touchMs = 60_000;

/** `value` goes into the cookie and is not kept. */
export async function openSession(
  db: Sessions,
  holder: SessionHolder,
  { sessions }: AccessSettings,
  now: number,
): Promise<{ value: string; hash: string }> {
  return insert(db, holder, now, now + Math.min(sessions.idle, sessions.longest) * 1000);
}

export async function beginLogin(db: Sessions, pending: PendingLogin, now: number): Promise<string> {
  return (await insert(db, pending, now, now + pendingLoginMs)).value;
}

async function insert(db: Sessions, data: SessionHolder | PendingLogin, now: number, expiresAt: number) {
  const value = randomBytes(32).toString('base64url');
  const hash = hashOf(value);
  await db
    .insertInto('sessions')
    .values({ hash, data_json: JSON.stringify(data), created_at: now, expires_at: expiresAt })
    .execute();
  return { value, hash };
}

/** Null: unknown, over, idle for too long, or its token or its role is gone. A use keeps it alive. */
export async function findSession(
  db: Sessions,
  value: string,
  settings: AccessSettings,
  now: number,
): Promise<Principal | null> {
  const row = await readRow(db, value);
  if (row === undefined) return null;
  const { idle, longest } = settings.sessions;
  const endsAt = row.created_at + longest * 1000;
  if (now >= row.expires_at || now >= endsAt) return null;
  const holder = JSON.parse(row.data_json) as SessionHolder | PendingLogin;
  const whose = await principalFor(db, holder, settings, now);
  if (whose === null || holder.kind === 'login') return null;
  const expiresAt = Math.min(now + idle * 1000, endsAt);
  if (expiresAt - row.expires_at >= touchMs) {
    await db.updateTable('sessions').set({ expires_at: expiresAt }).where('hash', '=', row.hash).execute();
  }
  return { ...whose, session: { hash: row.hash, kind: holder.kind, expiresAt, endsAt } };
}

/** Rights are looked up at every call: what was revoked or left the configuration ends at once. */
async function principalFor(
  db: Sessions,
  holder: SessionHolder | PendingLogin,
  { oidc }: AccessSettings,
  now: number,
): Promise<Principal | null> {
  if (holder.kind === 'token') {
    const token = await readValidToken(db, holder.token, now);
    return token === null ? null : principalOf(token);
  }
  if (holder.kind === 'login' || oidc === null) return null;
  const rights = rightsOf(oidc.roles, holder.groups);
  if (rights === null) return null;
  const actor = `session:${holder.subject}`;
  return { id: actor, actor, ...rights, expiresAt: null, session: null };
}

/** The same answer is taken once: the second time nothing is there. */
export async function takeLogin(db: Sessions, value: string, now: number): Promise<PendingLogin | null> {
  const hash = hashOf(value);
  const row = await db.deleteFrom('sessions').where('hash', '=', hash).returningAll().executeTakeFirst();
  if (row === undefined || now >= row.expires_at) return null;
  const data = JSON.parse(row.data_json) as SessionHolder | PendingLogin;
  return data.kind === 'login' ? data : null;
}

export async function endSession(db: Sessions, hash: string): Promise<void> {
  await db.deleteFrom('sessions').where('hash', '=', hash).execute();
}

/** @returns how many were over */
export async function purgeSessions(
  db: Sessions,
  { sessions }: AccessSettings,
  now: number,
): Promise<number> {
  const result = await db
    .deleteFrom('sessions')
    .where((where) =>
      where.or([where('expires_at', '<=', now), where('created_at', '<=', now - sessions.longest * 1000)]),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

async function readRow(db: Sessions, value: string): Promise<SessionsTable | undefined> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(value)) return undefined;
  return db.selectFrom('sessions').selectAll().where('hash', '=', hashOf(value)).executeTakeFirst();
}
