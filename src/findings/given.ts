import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database, WaiversTable } from '../store/index.ts';
import type { HoldableWaiver } from './waivers.ts';

type Db = Kysely<Database>;

export type NewWaiver = Omit<HoldableWaiver, 'id'>;

/** A waiver that was given over REST; a revoked one stays as its own history. */
export interface GivenWaiver extends HoldableWaiver {
  createdAt: number;
  createdBy: string;
  revokedAt: number | null;
  revokedBy: string | null;
}

/** Those that were not revoked, over or not. */
export async function givenWaivers(db: Db, target?: string): Promise<GivenWaiver[]> {
  let query = db.selectFrom('waivers').selectAll().where('revoked_at', 'is', null).orderBy('id');
  if (target !== undefined) query = query.where('target', '=', target);
  return (await query.execute()).map(waiverIn);
}

export async function allWaivers(db: Db): Promise<GivenWaiver[]> {
  return (await db.selectFrom('waivers').selectAll().orderBy('id').execute()).map(waiverIn);
}

/** Exceptions for a purpose, revoked or not. */
export async function purposeWaivers(db: Db, target: string): Promise<GivenWaiver[]> {
  const rows = await db
    .selectFrom('waivers')
    .selectAll()
    .where('target', '=', target)
    .where('purpose', 'is not', null)
    .orderBy('id')
    .execute();
  return rows.map(waiverIn);
}

export async function readWaiver(db: Db, id: string): Promise<GivenWaiver | null> {
  const row = await db.selectFrom('waivers').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : waiverIn(row);
}

export async function giveWaiver(db: Db, waiver: NewWaiver, by: string, now: number): Promise<GivenWaiver> {
  const { policy, target, room, tag, finding, purpose, reason, owner, ticket, approvedBy, until } = waiver;
  const row: WaiversTable = {
    id: `w-${randomBytes(8).toString('hex')}`,
    policy,
    target,
    room: room ?? null,
    tag: tag ?? null,
    finding: finding ?? null,
    purpose: purpose ?? null,
    reason,
    owner,
    ticket: ticket ?? null,
    approved_by: approvedBy ?? null,
    until,
    created_at: now,
    created_by: by,
    revoked_at: null,
    revoked_by: null,
  };
  await db.insertInto('waivers').values(row).execute();
  return waiverIn(row);
}

/** @returns false where it was revoked already */
export async function revokeWaiver(db: Db, id: string, by: string, now: number): Promise<boolean> {
  const result = await db
    .updateTable('waivers')
    .set({ revoked_at: now, revoked_by: by })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0;
}

function waiverIn(row: WaiversTable): GivenWaiver {
  return {
    id: row.id,
    policy: row.policy,
    target: row.target,
    ...(row.room === null ? {} : { room: row.room }),
    ...(row.tag === null ? {} : { tag: row.tag }),
    ...(row.finding === null ? {} : { finding: row.finding }),
    ...(row.purpose === null ? {} : { purpose: row.purpose }),
    reason: row.reason,
    owner: row.owner,
    ...(row.ticket === null ? {} : { ticket: row.ticket }),
    ...(row.approved_by === null ? {} : { approvedBy: row.approved_by }),
    until: row.until,
    createdAt: row.created_at,
    createdBy: row.created_by,
    revokedAt: row.revoked_at,
    revokedBy: row.revoked_by,
  };
}
