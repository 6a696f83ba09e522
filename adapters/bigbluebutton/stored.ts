import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { cleanText, type Reason, reason } from '../contract/fact.ts';
import type { Marking } from '../contract/marking.ts';
import type { Call } from './answer.ts';
import type { Read } from './schema.ts';
import { type CodeName, codeNames, type OptionName, optionNames } from './statements.ts';

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
  /** Of the name; null: there is none. */
  mark: Marking | null;
  provider: string | null;
  ownerRole: string | null;
  /** null: the option has no row, so it is not sent. */
  options: Read<Readonly<Record<OptionName, string | null>>>;
  /** null: there is none; an empty code is none. */
  codes: Read<Readonly<Record<CodeName, StoredCode | null>>>;
  sharedRoles: Read<readonly string[]>;
  presentations: Read<number>;
  recordings: Read<readonly string[]>;
}

/** By `siteKey`; an option that is not there has no row. */
export type SiteValues = ReadonlyMap<string, string | null>;

export function siteKey(provider: string | null, option: string): string {
  return JSON.stringify([provider, option]);
}

export interface Role {
  provider: string | null;
  records: boolean;
}

/** What the database says of all rooms together, and what each of them is read by. */
export interface SiteData {
  site: Read<SiteValues>;
  roles: Read<ReadonlyMap<string, Role>>;
}

export interface GreenlightData extends SiteData {
  call: Call;
  /** Public in Greenlight, by id of the recording; null: it stands there twice, with both. */
  visibility: Read<ReadonlyMap<string, boolean | null>>;
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

const noOptions = nothingOf<OptionName, string>(optionNames);
const noCodes = nothingOf<CodeName, StoredCode>(codeNames);

function nothingOf<Name extends string, T>(names: readonly Name[]): Readonly<Record<Name, T | null>> {
  return Object.fromEntries(names.map((name) => [name, null])) as Record<Name, T | null>;
}

/** Options of one room. What is no text, or comes twice and differs, spoils them: it might be any. */
export function storedOptions(rows: readonly OptionRow[]): StoredRoom['options'] {
  const found = { ...noOptions };
  for (const row of rows) {
    const name = row.name as OptionName;
    if (!Object.hasOwn(noOptions, name)) continue;
    const value = row.value === null ? null : cleanText(row.value);
    if (value === null || (found[name] ?? value) !== value) return notThere(wrongRow('options'));
    found[name] = value;
  }
  return { ok: true, value: found };
}

/** The same for codes: each with its length and its classes. */
export function storedCodes(rows: readonly OptionRow[]): StoredRoom['codes'] {
  const found: Partial<Record<CodeName, StoredCode | null>> = {};
  for (const row of rows) {
    const name = row.name as CodeName;
    if (!Object.hasOwn(noCodes, name)) continue;
    const code = storedCode(row);
    const before = found[name];
    if (code === undefined || (before !== undefined && !isDeepStrictEqual(before, code)))
      return notThere(wrongRow('options'));
    found[name] = code;
  }
  return { ok: true, value: { ...noCodes, ...found } };
}

/** Null: an empty code, which is none. Undefined: the row does not say. */
function storedCode(row: OptionRow): StoredCode | null | undefined {
  const { code_length: length, code_lower, code_upper, code_digit, code_other, code_in_name } = row;
  if (length === null) return undefined;
  if (length === 0) return null;
  if ([code_lower, code_upper, code_digit, code_other, code_in_name].includes(null)) return undefined;
  const alphabet = alphabetOf(row);
  return alphabet === 0 ? undefined : { length, alphabet, inName: code_in_name === true };
}
