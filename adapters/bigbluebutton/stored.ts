import { z } from 'zod';
import { cleanText, type Reason, reason } from '../contract/fact.ts';
import type { Call } from './answer.ts';
import type { Read } from './schema.ts';
import type { CodeName, OptionName } from './statements.ts';

/** A code of a room, without the code. */
export interface StoredCode {
  length: number;
  /** Sum of the sizes of the classes of characters that occur. */
  alphabet: number;
  inName: boolean;
}

/** A room as Greenlight stores it. */
export interface StoredRoom {
  /** Key of the row; it never leaves this adapter. */
  key: string;
  id: string;
  friendlyId: string | null;
  name: string | null;
  provider: string | null;
  ownerRole: string | null;
  /** Options that have a row; another one is not sent. */
  options: Read<ReadonlyMap<OptionName, string>>;
  /** An empty code is none. */
  codes: Read<ReadonlyMap<CodeName, StoredCode>>;
  sharedRoles: Read<readonly string[]>;
  presentations: Read<number>;
  recordings: Read<readonly string[]>;
}

export interface SiteValues {
  get(provider: string | null, option: OptionName | CodeName): string | null;
}

export interface Role {
  provider: string | null;
  records: boolean;
}

/** What the database says of all rooms together. */
export interface GreenlightData {
  call: Call;
  site: Read<SiteValues>;
  roles: Read<ReadonlyMap<string, Role>>;
  /** Public in Greenlight, by id of the recording. */
  visibility: Read<ReadonlyMap<string, boolean>>;
  /** Where files are stored: `local`, `amazon`, `google`, ... */
  storage: Read<readonly string[]>;
  codeMissing: Read<boolean>;
  privileges: Read<readonly string[]>;
}

const Text = z.string().max(2000).transform(cleanText);
const Maybe = Text.nullable();

export const RoomRow = z.object({
  id: z.string(),
  meeting_id: z.string().min(1).max(2000).transform(cleanText),
  friendly_id: Maybe,
  name: Maybe,
  provider: Maybe,
  owner_role: z.string().nullable(),
});
export type RoomRow = z.output<typeof RoomRow>;

export const OptionRow = z.object({
  room_id: z.string(),
  name: z.string(),
  value: z.string().nullable(),
  code_length: z.number().int().min(0).nullable(),
  code_lower: z.boolean().nullable(),
  code_upper: z.boolean().nullable(),
  code_digit: z.boolean().nullable(),
  code_other: z.boolean().nullable(),
  code_in_name: z.boolean().nullable(),
});
export type OptionRow = z.output<typeof OptionRow>;

export function alphabetOf(
  row: Pick<OptionRow, 'code_lower' | 'code_upper' | 'code_digit' | 'code_other'>,
): number {
  return (
    (row.code_lower === true ? 26 : 0) +
    (row.code_upper === true ? 26 : 0) +
    (row.code_digit === true ? 10 : 0) +
    (row.code_other === true ? 33 : 0)
  );
}

export const notThere = (why: Reason): { ok: false; reason: Reason } => ({ ok: false, reason: why });
export const wrongRow = (what: string): Reason =>
  reason('invalid_answer', `a row of ${what} is not of its form`);
