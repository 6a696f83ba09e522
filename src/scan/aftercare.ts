import type { Kysely } from 'kysely';
import { audit } from '../access/audit.ts';
import type { Config } from '../config/types.ts';
import { purposeWaivers } from '../findings/given.ts';
import { roomOfRecording } from '../findings/judged.ts';
import type { HoldableWaiver } from '../findings/waivers.ts';
import { absenceOf } from '../inventory/absence.ts';
import type { KeptFacts } from '../inventory/facts.ts';
import { FactReader, storedColumns } from '../inventory/kept.ts';
import { coveredOf, sourcesOf } from '../inventory/targets.ts';
import type { Database } from '../store/index.ts';
import type { Bind, BindHeader } from './bind.ts';

type Db = Kysely<Database>;

/**
 * Whether the recordings that an exception for a purpose allowed are gone since it is over. `remaining`: some that were
 * made until then are still there, or not yet proven gone. `unknown`: no scan that began since read their list to the
 * end.
 */
export interface Aftercare {
  state: 'gone' | 'remaining' | 'unknown';
  /** Recordings that are left; null where nobody knows. */
  count: number | null;
  /** End of the scan that the state rests on; null before the first. */
  checkedAt: number | null;
}

/** A waiver with the time of its revocation, if there was one. */
export type EndableWaiver = HoldableWaiver & { revokedAt?: number | null };

export interface AftercareDeps {
  config: Pick<Config, 'waivers'>;
  bind: Bind;
}

/** Null for a waiver without a purpose, and while it lasts. */
export async function aftercareOf(
  db: Db,
  bind: Bind,
  header: Omit<BindHeader, 'vendor'>,
  waiver: EndableWaiver,
  now: number,
): Promise<Aftercare | null> {
  const end = endOf(waiver, now);
  if (waiver.purpose === undefined || waiver.room === undefined || end === null) return null;
  const known = await recalled(db, waiver.id);
  // What was proven gone does not come back: what is recorded later has its own findings.
  if (known?.state === 'gone') return known;
  const target = await db
    .selectFrom('targets')
    .selectAll()
    .where('id', '=', waiver.target)
    .executeTakeFirst();
  const covered = target === undefined ? null : (coveredOf(target).recording ?? null);
  const began = covered === null ? null : await beginOf(db, waiver.target, covered);
  if (target === undefined || covered === null || began === null || began <= end) {
    return { state: 'unknown', count: null, checkedAt: null };
  }
  const left = await leftOver(db, waiver.target, waiver.room, end);
  if (left.certain > 0) return { state: 'remaining', count: left.certain, checkedAt: covered };
  const outcomes = Object.values(sourcesOf(target)).map(({ outcome }) => outcome);
  const listing = bind({ ...header, vendor: target.vendor }).listing('recording');
  const whole = absenceOf(listing, outcomes) === 'gone' && left.possible === 0;
  return whole
    ? { state: 'gone', count: 0, checkedAt: covered }
    : { state: 'unknown', count: null, checkedAt: covered };
}

function endOf({ until, revokedAt = null }: EndableWaiver, now: number): number | null {
  if (revokedAt !== null) return Math.min(revokedAt, until);
  return now > until ? until : null;
}

/**
 * Of the scan that ended then. Its list may be as old as that: what was recorded while the scan went on is not in it.
 * Null where retention has taken the scan.
 */
async function beginOf(db: Db, target: string, finishedAt: number): Promise<number | null> {
  const row = await db
    .selectFrom('scans')
    .select('started_at')
    .where('target', '=', target)
    .where('finished_at', '=', finishedAt)
    .where('recorded', '=', 1)
    .orderBy('requested_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.started_at ?? null;
}

/** Recordings of the room made until then, and those that may be because nobody knows their room. */
async function leftOver(
  db: Db,
  target: string,
  room: string,
  end: number,
): Promise<{ certain: number; possible: number }> {
  const rows = await db
    .selectFrom('subjects')
    .select(storedColumns)
    .where('target', '=', target)
    .where('kind', '=', 'recording')
    .where('state', 'in', ['present', 'no_longer_visible'])
    .execute();
  const kept = await new FactReader(db).read(rows, readOfRecordings);
  const old = kept.filter((facts) => madeUntil(facts, end));
  const rooms = old.map((facts) => roomOfRecording(facts)[0]);
  return {
    certain: rooms.filter((id) => id === room).length,
    possible: rooms.filter((id) => id === undefined).length,
  };
}

const readOfRecordings = new Set(['recording.room_id', 'recording.age']);

/** Of an age that nobody knows: yes, so that nothing is overlooked. */
function madeUntil(facts: KeptFacts, end: number): boolean {
  const age = facts['recording.age'];
  if (age === undefined || !('value' in age) || typeof age.value !== 'number') return true;
  return (age.evidence[0]?.observed_at ?? 0) - age.value * 1000 <= end;
}

/** After each scan, which is noted as over already: a change is told in the audit log, and what was proven gone is kept. */
export async function noteAftercare(
  db: Db,
  { config, bind }: AftercareDeps,
  header: BindHeader & { target: string },
  now: number,
): Promise<void> {
  const waivers: EndableWaiver[] = [...config.waivers, ...(await purposeWaivers(db, header.target))];
  for (const waiver of waivers) {
    if (waiver.target !== header.target || waiver.purpose === undefined) continue;
    const found = await aftercareOf(db, bind, header, waiver, now);
    const before = await recalled(db, waiver.id);
    if (found === null || (before?.state === found.state && before.count === found.count)) continue;
    const row = { state: found.state, count: found.count, checked_at: found.checkedAt, at: now };
    await db
      .insertInto('aftercare')
      .values({ waiver: waiver.id, ...row })
      .onConflict((conflict) => conflict.column('waiver').doUpdateSet(row))
      .execute();
    const { state, count } = found;
    const entry = { actor: 'system', action: 'waiver.aftercare', object: waiver.id, target: waiver.target };
    await audit(db, { ...entry, detail: { state, count } }, now);
  }
}

async function recalled(db: Db, waiver: string): Promise<Aftercare | null> {
  const row = await db.selectFrom('aftercare').selectAll().where('waiver', '=', waiver).executeTakeFirst();
  return row === undefined ? null : { state: row.state, count: row.count, checkedAt: row.checked_at };
}
