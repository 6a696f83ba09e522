import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Config, ConfiguredAttestation } from '../config/types.ts';
import type { AttestationsTable, Database, Store } from '../store/index.ts';

type Db = Kysely<Database>;

/** An attestation wherever it stands. */
export type HeldAttestation = Omit<ConfiguredAttestation, 'origin'>;

/** Given over REST; a revoked one stays as its own history. */
export interface GivenAttestation extends HeldAttestation {
  id: string;
  attestedAt: number;
  validUntil: number;
  createdAt: number;
  createdBy: string;
  revokedAt: number | null;
  revokedBy: string | null;
}

export type NewAttestation = Pick<
  GivenAttestation,
  'policy' | 'target' | 'fields' | 'attestedAt' | 'validUntil'
>;

export async function allAttestations(db: Db): Promise<GivenAttestation[]> {
  return (await db.selectFrom('attestations').selectAll().orderBy('id').execute()).map(attestationIn);
}

export async function readAttestation(db: Db, id: string): Promise<GivenAttestation | null> {
  const row = await db.selectFrom('attestations').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : attestationIn(row);
}

/** What counts for a target: the file's entries, and given ones for policies of which the file says nothing. */
export async function attestationsOf(
  db: Db,
  configured: readonly ConfiguredAttestation[],
  target: string,
): Promise<HeldAttestation[]> {
  const own = configured.filter((entry) => entry.target === target);
  const said = new Set(own.map((entry) => entry.policy));
  const rows = await db
    .selectFrom('attestations')
    .selectAll()
    .where('target', '=', target)
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .execute();
  return [...own, ...rows.filter((row) => !said.has(row.policy)).map(attestationIn)];
}

export async function giveAttestation(
  db: Db,
  attestation: NewAttestation,
  by: string,
  now: number,
): Promise<GivenAttestation> {
  const row: AttestationsTable = {
    id: `a-${randomBytes(8).toString('hex')}`,
    policy: attestation.policy,
    target: attestation.target,
    fields_json: JSON.stringify(attestation.fields),
    attested_at: attestation.attestedAt,
    valid_until: attestation.validUntil,
    created_at: now,
    created_by: by,
    revoked_at: null,
    revoked_by: null,
  };
  await db.insertInto('attestations').values(row).execute();
  return attestationIn(row);
}

/** @returns false where it was revoked already */
export async function revokeAttestation(db: Db, id: string, by: string, now: number): Promise<boolean> {
  const result = await db
    .updateTable('attestations')
    .set({ revoked_at: now, revoked_by: by })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0;
}

function attestationIn(row: AttestationsTable): GivenAttestation {
  return {
    id: row.id,
    policy: row.policy,
    target: row.target,
    fields: JSON.parse(row.fields_json),
    attestedAt: row.attested_at,
    validUntil: row.valid_until,
    createdAt: row.created_at,
    createdBy: row.created_by,
    revokedAt: row.revoked_at,
    revokedBy: row.revoked_by,
  };
}

export const attestationStates = ['valid', 'due', 'expired', 'not_yet'] as const;
export type AttestationState = (typeof attestationStates)[number];

/** @param due seconds before its end from which on an attestation is due for renewal */
export function attestationState(
  { attestedAt, validUntil }: Pick<HeldAttestation, 'attestedAt' | 'validUntil'>,
  due: number,
  now: number,
): AttestationState {
  if (validUntil !== null && now > validUntil) return 'expired';
  if (attestedAt !== null && attestedAt > now) return 'not_yet';
  return validUntil !== null && now > validUntil - due * 1000 ? 'due' : 'valid';
}

/** Of every policy and target the one that counts, with how it stands: what was renewed is no longer due. */
export async function attestationsInForce(
  { db }: Store,
  config: Pick<Config, 'attestations' | 'attestations_due'> & { targets: readonly { id: string }[] },
  now: number,
): Promise<{ target: string; policy: string; state: AttestationState }[]> {
  const found: { target: string; policy: string; state: AttestationState }[] = [];
  for (const { id } of config.targets) {
    const held = await attestationsOf(db, config.attestations, id);
    for (const policy of new Set(held.map((entry) => entry.policy))) {
      const own = held.filter((entry) => entry.policy === policy);
      const entry = countingOne(own, now) ?? own[0];
      if (entry === undefined) continue;
      found.push({ target: id, policy, state: attestationState(entry, config.attestations_due, now) });
    }
  }
  return found;
}

/** The newest of those that hold; an expired one only where there is no other, one that has not begun never. */
export function countingOne<T extends HeldAttestation>(entries: readonly T[], now: number): T | undefined {
  const until = (entry: T): number => entry.validUntil ?? Number.POSITIVE_INFINITY;
  const begun = entries.filter((entry) => (entry.attestedAt ?? 0) <= now);
  const valid = begun.filter((entry) => until(entry) >= now);
  const pool = valid.length > 0 ? valid : begun;
  return pool.toSorted((a, b) => (b.attestedAt ?? 0) - (a.attestedAt ?? 0) || until(b) - until(a))[0];
}
