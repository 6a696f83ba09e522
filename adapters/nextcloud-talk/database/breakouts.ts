import { type Reason, reason } from '../../contract/fact.ts';
import type { SqlRow } from '../../contract/sql.ts';
import type { Room } from '../schema.ts';
import { addFiles, noFile } from './files.ts';
import { askGroups } from './groups.ts';
import { countPeople } from './people.ts';
import type { TalkSession } from './session.ts';
import { mostListed } from './statements.ts';
import type { Held, SharedFiles } from './types.ts';
import { Whole } from './values.ts';

/** Breakout rooms by the token of their parent. */
export interface BreakoutRows {
  reason: Reason | null;
  filesReason: Reason | null;
  peopleReason: Reason | null;
  counts: ReadonlyMap<string, { count: number; recording: boolean }>;
  people: ReadonlyMap<string, SqlRow[]>;
  files: ReadonlyMap<string, SharedFiles>;
}

export type BreakoutGaps = Pick<BreakoutRows, 'reason' | 'filesReason'>;

/** For rooms that have none. */
export function noBreakouts({ reason: why, filesReason }: BreakoutGaps): BreakoutRows {
  const [counts, people, files] = [new Map(), new Map(), new Map()];
  return { reason: why, filesReason, peopleReason: null, counts, people, files };
}

/** Tokens of rooms that something in another room counts for. */
export function parentsOf({ counts, people, files }: BreakoutRows): Set<string> {
  return new Set([...counts.keys(), ...people.keys(), ...files.keys()]);
}

export async function readBreakouts(session: TalkSession, live: boolean): Promise<BreakoutRows> {
  const counts = new Map<string, { count: number; recording: boolean }>();
  let unread: Reason | null = null;
  const needed = ['object_type', 'object_id', 'call_recording'];
  let why =
    session.gap('Q1') ??
    session.catalogue.gap('talk_rooms', needed) ??
    (await session.each('Q1', 'breakout rooms', [], (row) => {
      const [count, recording] = [Whole.safeParse(row['n']), Whole.safeParse(row['recording'])];
      if (count.success && recording.success) {
        const parent = String(row['parent']);
        if (counts.has(parent)) unread ??= reason('invalid_answer', 'a parent of breakout rooms comes twice');
        counts.set(parent, { count: count.data, recording: recording.data > 0 });
      } else unread ??= reason('invalid_answer', 'a count of breakout rooms is no number');
    }));
  why ??= unread;
  if (counts.size >= mostListed) why ??= reason('too_large', 'too many breakout rooms');
  const linked = session.gap('Q1') ?? session.catalogue.gap('talk_rooms', needed.slice(0, 2));
  const { rows, reason: filesReason } = await askGroups(
    session,
    { source: 'Q4', name: 'shared files of breakout rooms', parameters: [] },
    linked,
  );
  const files = new Map<string, SharedFiles>();
  for (const [token, list] of rows) files.set(token, list.reduce(addFiles, noFile));
  const found: BreakoutRows = {
    reason: why,
    filesReason,
    peopleReason: null,
    counts,
    people: new Map(),
    files,
  };
  if (why !== null || counts.size === 0) return found;
  const peopleReason = session.catalogue.gap('talk_sessions');
  if (!live || peopleReason !== null) return { ...found, peopleReason };
  const people = await askGroups(session, {
    source: 'Q2',
    name: 'participants of breakout rooms',
    parameters: [],
  });
  return { ...found, peopleReason: people.reason, people: people.rows };
}

/** @param mask the server's default permissions */
export function breakoutReader(
  session: TalkSession,
  found: BreakoutRows,
  { live, mask }: { live: boolean; mask: number | undefined },
): (room: Room) => Held['breakouts'] {
  const sight = { ...session.sight('Q1', 'breakout rooms'), path: session.catalogue.name('talk_rooms') };
  const none: Held['breakouts'] =
    found.reason !== null
      ? { ...sight, reason: found.reason, absent: false }
      : { ...sight, value: { count: 0, recording: false, people: null } };
  return ({ token }) => {
    const counts = found.counts.get(token);
    if (found.reason !== null || counts === undefined) return none;
    const peopleSight = session.sight('Q2', 'participants of breakout rooms');
    const why = live ? (session.gap('Q2') ?? found.peopleReason) : reason('not_configured');
    const rows = found.people.get(token) ?? [];
    const people = countPeople({ rows, sight: peopleSight, calls: why }, mask);
    return { ...sight, value: { ...counts, people } };
  };
}
