import { Distinct } from '../../contract/distinct.ts';
import { type Reason, reason } from '../../contract/fact.ts';
import { has, type Seen, type Sight } from '../../contract/seen.ts';
import type { SqlRow } from '../../contract/sql.ts';
import type { Participation } from '../participants.ts';
import type { Room } from '../schema.ts';
import { addFiles, chatTimes, noFile, sumFiles } from './files.ts';
import { countPeople, groupColumns, type StoredPeople } from './people.ts';
import type { Held, SharedFiles } from './types.ts';

/** Rows of a grouping question by room, or why they did not come. */
export interface Grouped {
  sight: Sight;
  rows: ReadonlyMap<string, SqlRow[]>;
  reason: Reason | null;
}

export interface BatchAnswers {
  people: Grouped & Pick<StoredPeople, 'calls'>;
  chat: Grouped;
  files: Grouped;
  /** Shared in breakout rooms, by the token of their parent. */
  breakoutFiles: { files: ReadonlyMap<string, SharedFiles>; reason: Reason | null };
  /** The server's default permissions. */
  mask: number | undefined;
}

type People = Participation | (Sight & { reason: Reason });

/** What is told of one batch of rooms besides their settings. What is said alike of two rooms is one object. */
export class BatchReader {
  readonly #answers: BatchAnswers;
  readonly #people = new Distinct<People>();
  readonly #numbers = new Distinct<Seen<number | null>>();
  readonly #files = new Distinct<Seen<SharedFiles>>();

  constructor(answers: BatchAnswers) {
    this.#answers = answers;
  }

  /** @param id of the room's row */
  people(id: string, { defaultPermissions }: Room): People {
    const { people, mask } = this.#answers;
    const { sight, reason: why, calls } = people;
    if (why !== null) return this.#people.of([], () => ({ ...sight, reason: why }));
    const rows = people.rows.get(id) ?? [];
    const own = (has(defaultPermissions) ? defaultPermissions.value : 0) || mask;
    const said: unknown[] = [own];
    for (const row of rows) for (const column of groupColumns) said.push(row[column]);
    return this.#people.of(said, () => countPeople({ rows, sight, calls }, own));
  }

  held(id: string, room: Room): Pick<Held, 'oldestMessage' | 'overdue' | 'files'> {
    const { chat } = this.#answers;
    const row = chat.rows.get(id)?.[0];
    const times = row === undefined ? { oldest: null, overdue: 0 } : chatTimes(row);
    return {
      oldestMessage: this.#numbers.of(['oldest', times?.oldest], () =>
        seenIn<number | null>(chat, 'comments', times?.oldest),
      ),
      overdue: this.#numbers.of(['overdue', times?.overdue], () =>
        seenIn<number | null>(chat, 'comments', times?.overdue),
      ) as Seen<number>,
      files: this.#filesOf(id, room),
    };
  }

  /** What was shared in breakout rooms belongs to the meeting. */
  #filesOf(id: string, { token, breakoutRoomMode: mode }: Room): Seen<SharedFiles> {
    const { files, breakoutFiles } = this.#answers;
    const rows = files.rows.get(id);
    const inBreakouts = breakoutFiles.files.get(token) ?? noFile;
    const may = breakoutFiles.reason !== null && (!has(mode) || mode.value !== 0);
    const read = (): Seen<SharedFiles> => {
      const own = (rows ?? []).reduce(addFiles, noFile);
      const all = may ? { ...own, unread: own.unread + 1 } : sumFiles(own, inBreakouts);
      return seenIn(files, 'talk_attachments', all);
    };
    return rows === undefined && inBreakouts === noFile ? this.#files.of([may], read) : read();
  }
}

/** `value` undefined: it was not of its form. */
function seenIn<T>({ sight, reason: why }: Grouped, path: string, value: T | undefined): Seen<T> {
  if (why !== null) return { ...sight, path, reason: why, absent: false };
  if (value !== undefined) return { ...sight, path, value };
  return { ...sight, path, reason: reason('invalid_answer', `${path} is not as documented`), absent: false };
}
