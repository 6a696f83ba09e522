import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { RoomwardenError } from '../errors.ts';
import type { Database, TokensTable } from '../store/schema.ts';

export const scopes = ['read', 'feed', 'operate', 'admin'] as const;
/** `read`: findings and reports; `feed`: events; `operate`: scans, waivers, room ids; `admin`: everything. */
export type Scope = (typeof scopes)[number];

export interface TokenInfo {
  id: string;
  name: string;
  scopes: Scope[];
  /** Null = all targets, also later ones. */
  targets: string[] | null;
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
  /** Start of the day (UTC) of the last use: when exactly somebody works is nobody's business. */
  lastUsedAt: number | null;
}

export interface NewToken {
  name: string;
  scopes: readonly Scope[];
  targets?: readonly string[];
  expiresAt?: number;
}

type Tokens = Kysely<Database>;

const prefix = 'rw_';
const day = 86_400_000;

/**
 * `value` is shown once and not kept.
 * @throws {RoomwardenError} RW1019
 */
export async function createToken(
  db: Tokens,
  wanted: NewToken,
  now: number,
): Promise<{ info: TokenInfo; value: string }> {
  check(wanted, now);
  const value = prefix + randomBytes(32).toString('base64url');
  const row: TokensTable = {
    id: randomBytes(6).toString('hex'),
    name: wanted.name.trim(),
    hash: hashOf(value),
    scopes: scopes.filter((scope) => wanted.scopes.includes(scope)).join(' '),
    targets: wanted.targets === undefined ? null : [...new Set(wanted.targets)].join(' '),
    created_at: now,
    expires_at: wanted.expiresAt ?? null,
    revoked_at: null,
    last_used_at: null,
  };
  await db.insertInto('tokens').values(row).execute();
  return { info: infoOf(row), value };
}

function check({ name, scopes: given, targets, expiresAt }: NewToken, now: number): void {
  const refuse = (detail: string): never => {
    throw new RoomwardenError('RW1019', { detail });
  };
  if (!/^[^\p{C}]{1,100}$/u.test(name.trim())) refuse('name');
  const strange = given.find((scope) => !scopes.includes(scope));
  if (given.length === 0 || strange !== undefined)
    refuse(strange === undefined ? 'scopes' : `scopes: ${strange}`);
  if (targets !== undefined && (targets.length === 0 || targets.some((id) => !/^\S+$/.test(id))))
    refuse('targets');
  if (expiresAt !== undefined && !(expiresAt > now)) refuse('expires');
}

/** Newest first, revoked and expired ones included. */
export async function listTokens(db: Tokens): Promise<TokenInfo[]> {
  const rows = await db
    .selectFrom('tokens')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(infoOf);
}

/** By id, or by name where only one valid token bears it. @throws {RoomwardenError} RW1018 */
export async function revokeToken(db: Tokens, idOrName: string, now: number): Promise<TokenInfo> {
  const all = await listTokens(db);
  const named = all.filter((token) => token.name === idOrName && token.revokedAt === null);
  const found = all.find((token) => token.id === idOrName) ?? (named.length === 1 ? named[0] : undefined);
  if (found === undefined) throw new RoomwardenError('RW1018', { token: idOrName });
  if (found.revokedAt !== null) return found;
  await db.updateTable('tokens').set({ revoked_at: now }).where('id', '=', found.id).execute();
  return { ...found, revokedAt: now };
}

/** Null for everything that is not a valid token: unknown, revoked, expired, of another form. */
export async function verifyToken(db: Tokens, value: string, now: number): Promise<TokenInfo | null> {
  if (!/^rw_[A-Za-z0-9_-]{43}$/.test(value)) return null;
  const hash = hashOf(value);
  const row = await db.selectFrom('tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
  if (row === undefined || !sameHash(row.hash, hash)) return null;
  return validOf(db, row, now);
}

/** For sessions that were opened with a token: they end with it. */
export async function readValidToken(db: Tokens, id: string, now: number): Promise<TokenInfo | null> {
  const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : validOf(db, row, now);
}

async function validOf(db: Tokens, row: TokensTable, now: number): Promise<TokenInfo | null> {
  if (row.revoked_at !== null || (row.expires_at !== null && row.expires_at <= now)) return null;
  const today = now - (now % day);
  if (row.last_used_at !== today) {
    await db.updateTable('tokens').set({ last_used_at: today }).where('id', '=', row.id).execute();
  }
  return infoOf({ ...row, last_used_at: today });
}

/** The database compared hashes of a value with 256 random bits; this guards against engines that compare loosely. */
function sameHash(stored: string, computed: string): boolean {
  const [a, b] = [Buffer.from(stored), Buffer.from(computed)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Of tokens and cookies: 32 random bytes need no slow hash. */
export function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

function infoOf(row: TokensTable): TokenInfo {
  return {
    id: row.id,
    name: row.name,
    scopes: words(row.scopes).filter((word): word is Scope => (scopes as readonly string[]).includes(word)),
    targets: row.targets === null ? null : words(row.targets),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  };
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}
