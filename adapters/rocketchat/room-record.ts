import { z } from 'zod';
import { AlikeFields } from '../contract/alike-fields.ts';
import { cleanText } from '../contract/fact.ts';
import { type Answer, field, type Seen } from '../contract/seen.ts';
import { type RoomTexts, TextReader } from './room-texts.ts';

export interface OwnRetention {
  enabled: boolean;
  /** Own values count; else the room only takes part or not. */
  override: { maxAgeDays: number; filesOnly: boolean; excludePinned: boolean; ignoreThreads: boolean } | null;
}

/** A room as one of the three lists shows it. Messages, persons and what is not named here are dropped. */
export interface RoomRecord {
  id: string;
  t: Seen<string>;
  prid: Seen<string>;
  name: Seen<string>;
  fname: Seen<string>;
  texts: RoomTexts;
  teamId: Seen<string>;
  teamMain: Seen<boolean>;
  archived: Seen<boolean>;
  usersCount: Seen<number>;
  /** Attributes decide who gets in; texts of such rooms are left out of administrators' lists. */
  abac: Seen<boolean>;
  joinCodeRequired: Seen<boolean>;
  retention: Seen<OwnRetention>;
}

const text = z.string().transform(cleanText);
const flag = z.boolean();
const id = z.string().min(1).max(300).transform(cleanText);
const type = z.string().regex(/^[a-z]{1,4}$/);
const natural = z.int().min(0);
const filled = z.array(z.unknown()).transform((list) => list.length > 0);
const textLeaves = z.looseObject({}).transform((value) => leaves(value));

/** Reads the rooms of one list. */
export class RecordReader {
  readonly #base: string;
  readonly #alike: AlikeFields;
  readonly #texts = new TextReader();

  /** @param list its key in the answer */
  constructor(list: string) {
    this.#base = `${list}[]`;
    this.#alike = new AlikeFields(this.#base);
  }

  /** Null where the element cannot be told from others. */
  read(element: Answer): RoomRecord | null {
    const own = <T>(key: string, schema: z.ZodType<T>): Seen<T> => field(element, this.#base, key, schema);
    const alike = <T>(key: string, schema: z.ZodType<T>): Seen<T> => this.#alike.of(element, key, schema);
    const key = own('_id', id);
    if (!('value' in key)) return null;
    const name = own('name', text);
    const fname = own('fname', text);
    const texts = [
      name,
      fname,
      alike('topic', text),
      alike('announcement', text),
      alike('description', text),
    ];
    return {
      id: key.value,
      t: alike('t', type),
      prid: alike('prid', id),
      name,
      fname,
      texts: this.#texts.read(texts, alike('customFields', textLeaves)),
      teamId: alike('teamId', id),
      teamMain: alike('teamMain', flag),
      archived: alike('archived', flag),
      usersCount: alike('usersCount', natural),
      abac: alike('abacAttributes', filled),
      joinCodeRequired: alike('joinCodeRequired', flag),
      retention: alike('retention', retention),
    };
  }
}

/**
 * Which of its parts count follows from the others; where one that counts is missing, nothing is assumed. `maxAge` is in
 * days, the server's own times are in milliseconds.
 */
const retention: z.ZodType<OwnRetention> = z
  .object({
    enabled: flag,
    overrideGlobal: flag.optional(),
    maxAge: z.number().min(0).optional(),
    filesOnly: flag.optional(),
    excludePinned: flag.optional(),
    ignoreThreads: flag.optional(),
  })
  .transform((own, context): OwnRetention => {
    const { enabled, overrideGlobal, maxAge, filesOnly, excludePinned, ignoreThreads } = own;
    if (!enabled) return { enabled, override: null };
    if (overrideGlobal === false || (overrideGlobal === undefined && maxAge === undefined)) {
      return { enabled, override: null };
    }
    const parts = [overrideGlobal, maxAge, filesOnly, excludePinned, ignoreThreads];
    if (parts.some((part) => part === undefined)) {
      context.addIssue({ code: 'custom', message: 'a part is missing' });
      return z.NEVER;
    }
    return {
      enabled,
      override: {
        maxAgeDays: maxAge ?? 0,
        filesOnly: filesOnly === true,
        excludePinned: excludePinned === true,
        ignoreThreads: ignoreThreads === true,
      },
    };
  });

function leaves(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [cleanText(value)];
  if (typeof value !== 'object' || value === null || depth > 5) return [];
  return Object.values(value).flatMap((part) => leaves(part, depth + 1));
}
