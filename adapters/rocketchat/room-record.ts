import { z } from 'zod';
import { cleanText } from '../contract/fact.ts';
import { type Answer, field, type Seen } from '../contract/seen.ts';

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
  topic: Seen<string>;
  announcement: Seen<string>;
  description: Seen<string>;
  /** String leaves of the custom fields. */
  customFields: Seen<string[]>;
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

export function readRoomRecord(element: Answer, list: string): RoomRecord | null {
  const at = <T>(key: string, schema: z.ZodType<T>): Seen<T> => field(element, `${list}[]`, key, schema);
  const own = at('_id', id);
  if (!('value' in own)) return null;
  return {
    id: own.value,
    t: at('t', z.string().regex(/^[a-z]{1,4}$/)),
    prid: at('prid', id),
    name: at('name', text),
    fname: at('fname', text),
    topic: at('topic', text),
    announcement: at('announcement', text),
    description: at('description', text),
    customFields: at(
      'customFields',
      z.looseObject({}).transform((value) => leaves(value)),
    ),
    teamId: at('teamId', id),
    teamMain: at('teamMain', flag),
    archived: at('archived', flag),
    usersCount: at('usersCount', z.int().min(0)),
    abac: at(
      'abacAttributes',
      z.array(z.unknown()).transform((list_) => list_.length > 0),
    ),
    joinCodeRequired: at('joinCodeRequired', flag),
    retention: at('retention', retention),
  };
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
