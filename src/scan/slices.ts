import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { deflate, inflate } from 'node:zlib';
import { type Reason, reason } from '../../adapters/contract/fact.ts';
import type { SliceEnd } from '../../adapters/contract/slices.ts';
import type { KeyRange, Subject } from '../../adapters/contract/subject.ts';
import type { Store, StoreTransaction } from '../store/index.ts';
import { Superseded } from './fence.ts';
import type { ScanHeader } from './records.ts';
import { readSpool } from './spool.ts';

const [pack, unpack] = [promisify(deflate), promisify(inflate)];

/** One slice of one attempt at a scan, as it waits in the queue. */
export interface SliceJob {
  target: string;
  scan: string;
  fence: number;
  slice: number;
}

export type SplitKey = Pick<SliceJob, 'scan' | 'fence'>;

/** What whoever collects a slice has to know. */
export interface SplitPlan {
  basis: unknown;
  ranges: readonly KeyRange[];
}

/** Whose scan a slice belongs to, seen from whoever collects it. */
export type SliceScan = 'own' | 'other';

/** For the metrics of this process. */
export interface SliceCounts {
  collected(target: string, scan: SliceScan, end: SliceEnd): void;
  /** It is tried once more: a try broke off, here or in an instance that vanished. */
  repeated(target: string, scan: SliceScan): void;
  /** Of an own scan: nobody collected it. */
  lost(target: string): void;
}

/** By this key all jobs of one attempt are found. */
export const jobKey = ({ scan, fence }: SplitKey): string => `${scan} ${fence}`;

/** @throws {Superseded} when there is a newer attempt at the scan */
export async function keepSplit(
  store: Store,
  { scan, fence, target }: Omit<SliceJob, 'slice'>,
  plan: SplitPlan,
  at: number,
): Promise<void> {
  const bytes = await pack(serialize(plan));
  await store.transaction(async (tx) => {
    const own = tx.db.selectFrom('scans').select('id').where('id', '=', scan).where('fence', '=', fence);
    const row = await own.where('recorded', '=', 0).forShare().executeTakeFirst();
    if (row === undefined) throw new Superseded();
    await tx.db.insertInto('splits').values({ scan, fence, target, at, plan: bytes }).execute();
  });
}

/** @returns null once the scan is over or was taken over */
export async function splitOf({ db }: Store, { scan, fence }: SplitKey): Promise<SplitPlan | null> {
  const query = db.selectFrom('splits').select('plan').where('scan', '=', scan).where('fence', '=', fence);
  const row = await query.executeTakeFirst();
  return row === undefined ? null : (deserialize(await unpack(row.plan)) as SplitPlan);
}

/** Of a scan that is over, of one attempt at it, or of all before one. */
export async function dropSplits(
  { db }: Pick<Store, 'db'>,
  scan: string,
  { fence, before }: { fence?: number; before?: number } = {},
): Promise<void> {
  let query = db.deleteFrom('splits').where('scan', '=', scan);
  if (fence !== undefined) query = query.where('fence', '=', fence);
  if (before !== undefined) query = query.where('fence', '<', before);
  await query.execute();
}

/** What no attempt waits for any more. */
export async function dropLostSplits({ db }: Store): Promise<void> {
  await db
    .deleteFrom('splits')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('scans')
            .select('id')
            .whereRef('scans.id', '=', 'splits.scan')
            .whereRef('scans.fence', '=', 'splits.fence')
            .where('state', '=', 'running'),
        ),
      ),
    )
    .execute();
}

export const packLines = (lines: string): Promise<Buffer> => pack(lines);

export async function keepLines(
  { db }: StoreTransaction,
  { scan, fence, slice }: SliceJob,
  chunks: readonly Buffer[],
  at: number,
): Promise<void> {
  for (const [chunk, lines] of chunks.entries()) {
    await db.insertInto('slice_lines').values({ scan, fence, slice, chunk, at, lines }).execute();
  }
}

/** The rooms of a slice that another instance collected, one chunk in memory at a time; then they are deleted. */
export async function* takeSubjects(store: Store, job: SliceJob): AsyncGenerator<Subject> {
  const { target, scan, fence, slice } = job;
  const header = { schema: 'roomwarden.scan/1', target, vendor: '' } satisfies Partial<ScanHeader>;
  async function* texts(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${JSON.stringify(header)}\n`);
    for (let chunk = 0; ; chunk += 1) {
      const row = await store.db
        .selectFrom('slice_lines')
        .select('lines')
        .where('scan', '=', scan)
        .where('fence', '=', fence)
        .where('slice', '=', slice)
        .where('chunk', '=', chunk)
        .executeTakeFirst();
      if (row === undefined) return;
      yield await unpack(row.lines);
    }
  }
  for await (const record of readSpool(texts(), `slice ${slice}`)) {
    if (record.schema !== 'roomwarden.subject/1') continue;
    const { kind, id, name, aliases, facts } = record;
    yield { kind, id, name, facts, ...(aliases === undefined ? {} : { aliases }) };
  }
  const own = store.db.deleteFrom('slice_lines').where('scan', '=', scan).where('fence', '=', fence);
  await own.where('slice', '=', slice).execute();
}

const passing: ReadonlySet<Reason['code']> = new Set(['unreachable', 'throttled']);

/** What a second try may get. */
export function isPassing({ gaps }: SliceEnd): boolean {
  return Object.values(gaps).some(({ code }) => passing.has(code));
}

export const notCollected: Reason = reason(
  'unreachable',
  'a slice of the rooms was collected by no instance',
);
