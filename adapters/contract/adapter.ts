import type { z } from 'zod';
import type { Fill, Ms, Reason, SourceId } from './fact.ts';
import type { BoundedHttp, HttpOptions } from './http.ts';
import type { Sleep } from './http-limits.ts';
import type { Moment, Note, Notes } from './note.ts';
import type { GivenReleases, ReleaseBook } from './releases.ts';
import type { SliceItem, Slices } from './slices.ts';
import type { ReadOnlySql, SqlOptions } from './sql.ts';
import type { Item, KeyRange, Population, Subject, SubjectKind } from './subject.ts';
import type { CommonTarget, SecretRef } from './target.ts';
import type { FactName } from './vocabulary.ts';

/** One row of the facts pages: how this adapter can know a fact, or that it never can. */
export type FactSource =
  | {
      fact: FactName;
      source: SourceId;
      /** Which side this source proves; `value` for facts that are no booleans. */
      proves: 'both' | 'true' | 'false' | 'value';
      /** What must be given before this source answers; absent = part of the minimum configuration. */
      needs?: Fill;
      /** Range of product versions for which the row holds, as `>=2.7 <4`. */
      versions?: string;
    }
  /** Emitted as a hole at this level; a fact without any row does not exist at its level for this vendor. */
  | { fact: FactName; never: string };

/** One endpoint, file or query group, for documentation, `check` and the report's sources. */
export interface SourceInfo {
  id: SourceId;
  /** Call names, paths or tables, without secrets. */
  calls: string[];
  population: Population;
  /** Kinds of which this source tells what there is: its outcome decides what absence means. */
  lists?: readonly SubjectKind[];
  needs?: Fill;
  adds: { de: string; en: string };
}

export interface SourceCheck {
  source: SourceId;
  state: 'ok' | 'partial' | 'failed' | 'not_configured';
  reason?: Reason;
  /** What works or is missing, in one sentence. */
  message: { de: string; en: string };
  /** The exact grant, SQL, menu path or key that would fill the hole. */
  remedy?: { de: string; en: string };
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Target<Config> {
  id: string;
  /** The vendor's own keys and the common ones, validated. */
  settings: CommonTarget & Config;
}

/** Everything an adapter may touch. It holds no state between scans. */
export interface AdapterContext {
  /** A client for one origin with its own allow-list, agent, limits. Closed by the caller of `collect`. */
  http(options: HttpOptions): BoundedHttp;
  /** A session that can only read, with its own list of questions. Closed by the caller of `collect`. */
  sql(options: SqlOptions): ReadOnlySql;
  now(): Ms;
  /** For waits that a server's own counters ask for; where absent, the time is really waited. */
  sleep?: Sleep;
  log: Log;
  signal: AbortSignal;
  /** Reads the secret now. @throws {SecretMissing} with the key and what is wrong, never the value. */
  secret(ref: SecretRef): Promise<string>;
  /** Patterns of `tags` in the configuration: tag to globs over the room's name. */
  tags: Readonly<Record<string, readonly string[]>>;
  /** Live facts may be emitted only when true. */
  live: boolean;
  /** Lists of releases that the administrator gave for this vendor. Absent: none can be given. */
  releases?(): Promise<GivenReleases | undefined>;
  /** Host of another target of the configuration; undefined where it has no address. */
  hostOfTarget?(id: string): string | undefined;
  /** Absent where nothing is kept: in a scan that is not recorded, and for targets without `live`. */
  notes?: Notes;
  /** Absent where this process collects all rooms itself. */
  slices?: Slices;
}

/** A push as it came in. */
export interface RawRequest {
  /** Path and query as they were sent, the signature in it. */
  target: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array;
}

/** A meeting that began, with the room as it is now known; or what happened in one that runs. */
export type Pushed = { note: Note; subject: Subject } | { moment: Moment };

/** A push that is not accepted: nothing in it was read. `status` is for the sender. */
export class PushRefused extends Error {
  override readonly name = 'PushRefused';
  readonly status: 400 | 401 | 413;
  constructor(status: 400 | 401 | 413, why: string) {
    super(why);
    this.status = status;
  }
}

/**
 * A vendor. Deployment is emitted before any room; recordings at any time; one subject per (kind, id) and scan;
 * one outcome per source that was asked or skipped, after its subjects.
 */
export interface Adapter<Config = unknown> {
  readonly vendor: string;
  /** Keys that stand under `targets[]` for this vendor besides the common ones. Unknown keys are refused. */
  readonly configuration: z.ZodObject;
  readonly sources: readonly SourceInfo[];
  readonly facts: readonly FactSource[];
  /** The lists of releases that come along, by product; a given list has to fit them. */
  readonly releases?: ReleaseBook;
  check(target: Target<Config>, context: AdapterContext): AsyncIterable<SourceCheck>;
  /**
   * One push of the vendor. What it carries is checked against its signature before anything of it is read, and is
   * dropped after parsing; a push of no interest gives nothing. Only called for targets with `live`.
   * @throws {PushRefused}
   */
  receive?(target: Target<Config>, request: RawRequest, context: AdapterContext): Promise<Pushed[]>;
  /** The facts of a room once a push came: what it says, over what was last known. Pure. */
  combine?(before: Subject['facts'], pushed: Subject['facts']): Subject['facts'];
  collect(target: Target<Config>, context: AdapterContext): AsyncIterable<Item>;
  /**
   * The rooms of one range of keys, for a scan whose `collect` gave `basis` and `range` to `context.slices`: the same
   * that it would have given for them. Only where rooms come from a source that is paged by key.
   */
  collectSlice?(
    target: Target<Config>,
    context: AdapterContext,
    basis: unknown,
    range: KeyRange,
  ): AsyncIterable<SliceItem>;
}
