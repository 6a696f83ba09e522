import { z } from 'zod';
import { type Reason, reason } from '../../contract/fact.ts';
import type { Seen } from '../../contract/seen.ts';
import type { SqlRow } from '../../contract/sql.ts';
import type { DatabaseSource, TalkSession } from './session.ts';
import { mostListed, type StatementName } from './statements.ts';
import type { Table } from './tables.ts';
import type { DatabaseSummary, Job, RecordingFiles } from './types.ts';
import { Natural, Text } from './values.ts';

const talkJobs = 'OCA\\Talk\\%';
const surveyJobs = 'OCA\\Survey!_Client\\%';
const hour = 3_600_000;

/** Time as a database compares it, UTC. */
export function sqlTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

const Count = z.object({ n: Natural });
const JobRow = z.object({ class: z.string(), last_run: Natural });
const Host = z.object({ remote_server: Text });
const Recording = z.object({ token: z.string(), files: Natural, oldest: Natural, newest: Natural });

/** Recordings by conversation; filled while the summary is read. */
export type RecordingsByToken = Map<string, RecordingFiles>;

export async function readSummary(
  session: TalkSession,
  now: number,
  recordings: RecordingsByToken,
): Promise<DatabaseSummary> {
  const ask = <T>(
    source: DatabaseSource,
    name: StatementName,
    parameters: readonly unknown[],
    place: string,
    needs: [Table, readonly string[]],
    read: (rows: SqlRow[]) => T | Reason,
  ): Promise<Seen<T>> => answerTo(session, source, name, parameters, place, needs, read);
  const count = (rows: SqlRow[]): number | Reason => {
    const parsed = Count.safeParse(rows[0]);
    return parsed.success ? parsed.data.n : reason('invalid_answer', 'no number');
  };
  return {
    rights: rightsOf(session),
    expiring: await ask(
      'Q1',
      'expiring rooms',
      [],
      'message_expiration',
      ['talk_rooms', ['message_expiration']],
      count,
    ),
    foreignHosts: await ask(
      'Q1',
      'foreign hosts',
      [],
      'remote_server',
      ['talk_rooms', ['remote_server']],
      (rows) => listOf(rows, Host, ({ remote_server }) => remote_server),
    ),
    guestModerators: await ask(
      'Q2',
      'moderating guests',
      [],
      'participant_type',
      ['talk_attendees', ['participant_type']],
      count,
    ),
    overdue: await ask(
      'Q3',
      'overdue messages',
      [sqlTime(now - hour)],
      'expire_date',
      ['comments', ['expire_date']],
      count,
    ),
    jobs: await ask(
      'Q5',
      'jobs',
      [talkJobs, surveyJobs],
      'last_run',
      ['jobs', ['class', 'last_run']],
      (rows) =>
        listOf(
          rows,
          JobRow,
          (row): Job => ({
            name: row.class.split('\\').at(-1) ?? '',
            lastRun: row.last_run * 1000,
          }),
        ),
    ),
    recordings: await ask(
      'Q6',
      'recordings',
      [],
      'token',
      ['roomwarden_recordings', ['token', 'files']],
      (rows) => {
        const found = listOf(rows, Recording, (row) => row);
        if (!Array.isArray(found)) return found;
        const tokens = new Set(found.map(({ token }) => token));
        if (tokens.size < found.length) return reason('invalid_answer', 'a conversation comes twice');
        for (const { token, files, oldest, newest } of found) {
          if (files > 0)
            recordings.set(token, { count: files, oldest: oldest * 1000, newest: newest * 1000 });
        }
        return recordings.size;
      },
    ),
  };
}

/** One wrong row spoils the list: what it held is not known. */
function listOf<T, R>(rows: readonly SqlRow[], schema: z.ZodType<T>, make: (row: T) => R): R[] | Reason {
  if (rows.length >= mostListed) return reason('too_large', `more than ${mostListed} rows`);
  const made: R[] = [];
  for (const row of rows) {
    const parsed = schema.safeParse(row);
    if (!parsed.success) return reason('invalid_answer', 'a row is not as documented');
    made.push(make(parsed.data));
  }
  return made;
}

async function answerTo<T>(
  session: TalkSession,
  source: DatabaseSource,
  name: StatementName,
  parameters: readonly unknown[],
  place: string,
  [table, needed]: [Table, readonly string[]],
  read: (rows: SqlRow[]) => T | Reason,
): Promise<Seen<T>> {
  const seen = { ...session.sight(source, name), path: `${session.catalogue.name(table)}.${place}` };
  const rows: SqlRow[] = [];
  const gap =
    session.gap(source) ??
    session.catalogue.gap(table, needed) ??
    (await session.each(source, name, parameters, (row) => void rows.push(row)));
  if (gap !== null) return { ...seen, reason: gap, absent: false };
  const value = read(rows);
  if (typeof value === 'object' && value !== null && 'code' in value) {
    return { ...seen, reason: value as Reason, absent: false };
  }
  return { ...seen, value };
}

function rightsOf(session: TalkSession): DatabaseSummary['rights'] {
  const seen = { ...session.sight('QC', 'catalogue'), path: 'rights' };
  const gap = session.gap('QC');
  if (gap !== null) return { ...seen, reason: gap, absent: false };
  const { rights } = session.catalogue;
  if (rights === null) {
    return {
      ...seen,
      reason: reason('invalid_answer', 'a row of the catalogue is not of its form'),
      absent: false,
    };
  }
  const { write, secrets } = rights;
  return { ...seen, value: { write: write || session.fileWritable, secrets } };
}
