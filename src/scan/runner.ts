import { randomUUID } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Adapter } from '../../adapters/contract/adapter.ts';
import type { Slices } from '../../adapters/contract/slices.ts';
import type { Config, ConfiguredTarget } from '../config/types.ts';
import { RoomwardenError } from '../errors.ts';
import { rfc3339 } from '../findings/detail.ts';
import type { Store } from '../store/index.ts';
import { type CollectDeps, collectRecords } from './collect.ts';
import { isOfAttempt, Unfinished, Unsettled } from './fence.ts';
import { boundLog } from './log.ts';
import { Moments, NoteBook } from './notes.ts';
import { type ApplyDeps, applyScan, type TargetSummary } from './record.ts';
import type { ScanEnd, ScanHeader, ScanRecord } from './records.ts';
import { sliceItems } from './slice-collect.ts';
import type { OwnSlice } from './split.ts';
import { readSpool, SpoolWriter } from './spool.ts';
import { failureOf } from './state.ts';

export interface RecordDeps extends ApplyDeps {
  config: Config;
  adapters: ReadonlyMap<string, Adapter>;
  collect: Omit<CollectDeps, 'signal' | 'notes'>;
  /** Shared by pushes and scans of one process. */
  moments?: Moments;
  /** Folder for what is collected but not yet recorded; emptied at the next start. */
  spool: string;
}

export interface ScanProgress {
  phase: 'collecting' | 'recording';
  subjects: number;
}

export interface ScanRequest {
  id: string;
  target: ConfiguredTarget;
  signal: AbortSignal;
  /** Leave the collected records at `spoolFile`; the caller removes them. */
  keep?: boolean;
  onProgress?: (progress: ScanProgress) => void;
  /** The scan stands in the shared queue and this is the number of the attempt at it. */
  fence?: number;
  /** Shares the rooms of a large target with other instances. */
  divide?(own: OwnSlice): Slices;
}

/** Characters that are written at once. */
const pieceSize = 65_536;

export const newScanId = (): string => randomUUID();

export const spoolFile = (spool: string, scan: string): string => join(spool, `scan-${scan}.spool`);

/**
 * Collects one target into a file, then writes the whole into the store at once. A target's failure is a result; only
 * the store's own failures are thrown.
 * @throws {RoomwardenError} RW30xx, RW2006 when another scan of the target was recorded since this one began
 * @throws {Superseded | Unfinished | Unsettled} of scans from the shared queue: this attempt wrote nothing
 */
export async function recordScan(deps: RecordDeps, request: ScanRequest): Promise<TargetSummary | null> {
  const { id, target } = request;
  const { fence } = request;
  // Another attempt may still be running, with the same folder.
  const file = spoolFile(deps.spool, fence === undefined ? id : `${id}-${fence}`);
  if (fence === undefined) await beginScan(deps, id, target);
  const after = await lastScanOf(deps.store, target.id);
  try {
    mkdirSync(deps.spool, { recursive: true, mode: 0o700 });
    const notes = new NoteBook(deps.store, target.id, deps.moments ?? new Moments());
    const collected = await collectInto(file, deps, request, notes);
    if (fence !== undefined && request.signal.aborted) throw new Unfinished();
    request.onProgress?.({ phase: 'recording', subjects: collected.subjects });
    return await applyScan(deps, {
      id,
      header: collected.header,
      end: collected.end,
      finishedAt: deps.collect.now(),
      now: deps.collect.now,
      records: () => readSpool(createReadStream(file, { highWaterMark: pieceSize }), file),
      notes,
      after,
      ...(fence === undefined ? {} : { fence }),
    });
  } catch (error) {
    if (isOfAttempt(error)) throw error;
    const known = fullDisk(error, deps.spool);
    await failScan(deps, request, known).catch(() => {
      if (fence !== undefined) throw new Unsettled();
    });
    throw known;
  } finally {
    if (request.keep !== true) rmSync(file, { force: true });
  }
}

async function lastScanOf({ db }: Store, target: string): Promise<string | null> {
  const query = db.selectFrom('targets').select('last_scan').where('id', '=', target);
  return (await query.executeTakeFirst())?.last_scan ?? null;
}

async function beginScan(deps: RecordDeps, id: string, target: ConfiguredTarget): Promise<void> {
  const now = deps.collect.now();
  await deps.store.db
    .insertInto('scans')
    .values({
      id,
      target: target.id,
      vendor: target.vendor,
      state: 'running',
      recorded: 0,
      requested_at: now,
      started_at: now,
      finished_at: null,
      error_json: null,
      sources_json: '[]',
      counts_json: '{}',
      progress_json: '{}',
      policy_hash: null,
    })
    .execute();
}

async function failScan(
  deps: RecordDeps,
  { id, target, fence }: Pick<ScanRequest, 'id' | 'target' | 'fence'>,
  error: unknown,
): Promise<void> {
  const detail = error instanceof Error ? error.name : 'unknown';
  const known =
    error instanceof RoomwardenError ? error : new RoomwardenError('RW2007', { target: target.id, detail });
  const failed = { state: 'failed', error_json: JSON.stringify(failureOf(known)) } as const;
  const query = deps.store.db
    .updateTable('scans')
    .set({ ...failed, finished_at: deps.collect.now() })
    .where('id', '=', id)
    // Where only the answer was lost, the ledger holds it.
    .where('recorded', '=', 0);
  await (fence === undefined ? query : query.where('fence', '=', fence)).execute();
}

interface Collected {
  header: ScanHeader;
  end: ScanEnd;
  subjects: number;
}

async function collectInto(
  file: string,
  deps: RecordDeps,
  request: ScanRequest,
  notes: NoteBook,
): Promise<Collected> {
  const { target, signal, onProgress } = request;
  const adapter = deps.adapters.get(target.vendor);
  if (adapter === undefined) throw new Error(`no adapter for ${target.vendor}`);
  const found: Partial<Collected> = {};
  let subjects = 0;
  const writer = new SpoolWriter();
  async function* pieces(records: AsyncIterable<ScanRecord>): AsyncGenerator<string> {
    let piece = '';
    for await (const record of records) {
      if (record.schema === 'roomwarden.scan/1') found.header = record;
      else if (record.schema === 'roomwarden.scan-end/1') found.end = record;
      else {
        subjects += 1;
        if (subjects % 100 === 0) onProgress?.({ phase: 'collecting', subjects });
      }
      piece += writer.lines(record);
      if (piece.length < pieceSize) continue;
      yield piece;
      piece = '';
    }
    yield piece;
  }
  const log = boundLog(deps.collect.log, { scan: request.id });
  const alone: CollectDeps = { ...deps.collect, log, signal };
  const own: OwnSlice = (basis, range) =>
    sliceItems({ target, adapter, config: deps.config, basis, range }, alone);
  const slices = adapter.collectSlice === undefined ? undefined : request.divide?.(own);
  const collect: CollectDeps = { ...alone, notes, ...(slices === undefined ? {} : { slices }) };
  const records = collectRecords(target, adapter as Adapter, deps.config, collect);
  await pipeline(pieces(records), createWriteStream(file, { mode: 0o600 }));
  const { header, end } = found;
  if (header === undefined || end === undefined) throw new Error('a scan without first or last record');
  return { header, end, subjects };
}

function fullDisk(error: unknown, where: string): unknown {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === 'ENOSPC' ? new RoomwardenError('RW3003', { where }, { cause: error }) : error;
}

/** Other instances may be at work on PostgreSQL: only what nobody can still be doing is called interrupted. */
const longestScanMs = 6 * 3_600_000;

/** At start: what a crash left behind. Findings are as the last finished scan left them. */
export async function recoverScans(store: Store, spool: string, now: number): Promise<number> {
  const before = store.dialect === 'sqlite' ? now + 1 : now - longestScanMs;
  if (store.dialect === 'sqlite') rmSync(spool, { recursive: true, force: true });
  else clearSpool(spool, before);
  const error = failureOf(
    new RoomwardenError('RW2006', { target: '', detail: `interrupted, noticed ${rfc3339(now)}` }),
  );
  const result = await store.db
    .updateTable('scans')
    .set({ state: 'interrupted', finished_at: now, error_json: JSON.stringify(error) })
    .where('state', 'in', ['queued', 'running'])
    .where('requested_at', '<', before)
    // Those of the shared queue are seen to by the queue.
    .where('fence', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

function clearSpool(spool: string, before: number): void {
  if (!existsSync(spool)) return;
  for (const name of readdirSync(spool)) {
    const file = join(spool, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined && stat.mtimeMs < before) rmSync(file, { force: true });
  }
}
