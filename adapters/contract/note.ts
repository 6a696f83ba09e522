import type { Fact, Ms } from './fact.ts';
import type { FactName } from './vocabulary.ts';

/** Settings of one meeting of a room, as a push told them, in the adapter's own words. Nothing secret, no person. */
export interface Note {
  /** Id of the room. */
  room: string;
  /** Which of the room's meetings: a hash of the vendor's own id. */
  session: string;
  /** When it began, by the sender's clock. */
  since: Ms;
  content: Readonly<Record<string, unknown>>;
}

/** What held at one moment of a meeting; judged and dropped, never stored. */
export interface Moment {
  session: string;
  /** By the sender's clock: in whatever order they come, the last one of a meeting counts. */
  at: Ms;
  facts: Partial<Record<FactName, Fact>>;
  /** The meeting is over, and its note with it. */
  ended: boolean;
}

/** What pushes told of a target, as an adapter gets it back while it scans. */
export interface Notes {
  list(): Promise<readonly Kept[]>;
  /** Its meeting is over: it is forgotten once the scan is recorded. */
  drop(session: string): void;
}

export interface Kept extends Note {
  /** When it was received. */
  at: Ms;
  /** null: nothing was heard since, or not by this process. */
  moment: Moment | null;
}
