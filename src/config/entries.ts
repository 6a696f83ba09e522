import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Bilingual } from '../texts/fill.ts';
import { endOfDay, startOfDay } from './dates.ts';
import type { SourceDocument } from './document.ts';
import type { ConfigIssue, Path } from './issues.ts';
import { issuesOf } from './messages.ts';
import { Attestation, Waiver } from './schema.ts';
import { unknownTarget } from './targets.ts';
import type { ConfiguredAttestation, ConfiguredWaiver } from './types.ts';

export interface EntryContext {
  document: SourceDocument;
  timezone: string;
  now: number;
  targetIds: ReadonlySet<string>;
  /** Null where `tags` itself is wrong. */
  tags: ReadonlySet<string> | null;
  /** Seconds that a waiver may reach ahead; null = no limit. */
  waiversMax: number | null;
  issues: ConfigIssue[];
  warnings: ConfigIssue[];
}

export function readAttestations(
  entries: readonly unknown[],
  context: EntryContext,
): ConfiguredAttestation[] {
  const { document, timezone, now, issues, warnings } = context;
  const read: ConfiguredAttestation[] = [];
  const lines = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const base: Path = ['attestations', index];
    const parsed = parse(Attestation, entry, base, context);
    if (parsed === undefined) continue;
    const { policy, target, valid_until, ...fields } = parsed;
    const report = (key: string, message: Bilingual): void => {
      issues.push(document.issue([...base, key], message));
    };
    checkTarget(target, report, context);
    const origin = document.at(base);
    const earlier = lines.get(JSON.stringify([policy, target]));
    if (earlier !== undefined) report('policy', messages.twice(earlier));
    lines.set(JSON.stringify([policy, target]), origin.line);
    if ((fields.value === undefined) === (fields.declared_not_applicable === undefined))
      issues.push(document.issue(base, messages.either));
    const attestedAt = startOfDay(fields.attested_at, timezone);
    const validUntil = endOfDay(valid_until, timezone);
    if (validUntil < attestedAt) report('valid_until', messages.reversed);
    else if (validUntil < now) warnings.push(document.issue([...base, 'valid_until'], messages.expired));
    if (attestedAt > now) warnings.push(document.issue([...base, 'attested_at'], messages.future));
    read.push({ policy, target, fields: defined(fields), attestedAt, validUntil, origin });
  }
  return read;
}

export function readWaivers(entries: readonly unknown[], context: EntryContext): ConfiguredWaiver[] {
  const { document, timezone, now, issues, warnings } = context;
  const read: ConfiguredWaiver[] = [];
  for (const [index, entry] of entries.entries()) {
    const base: Path = ['waivers', index];
    const parsed = parse(Waiver, entry, base, context);
    if (parsed === undefined) continue;
    const report = (key: string, message: Bilingual): void => {
      issues.push(document.issue([...base, key], message));
    };
    checkTarget(parsed.target, report, context);
    if (parsed.room !== undefined && parsed.tag !== undefined) report('tag', messages.roomOrTag);
    else if (parsed.tag !== undefined && context.tags?.has(parsed.tag) === false) report('tag', messages.tag);
    const until = endOfDay(parsed.until, timezone);
    if (until < now) warnings.push(document.issue([...base, 'until'], messages.over));
    if (reachesTooFar(until, context.waiversMax, now)) report('until', messages.tooFar);
    if (parsed.purpose !== undefined && parsed.room === undefined) report('purpose', messages.purpose);
    read.push({ ...waiver(parsed, until), id: waiverId(parsed, read), origin: document.at(base) });
  }
  return read;
}

const day = 86_400_000;

/** @param most seconds; the last day counts whole */
export function reachesTooFar(until: number, most: number | null, now: number): boolean {
  return most !== null && until > now + most * 1000 + day;
}

function waiver(entry: z.output<typeof Waiver>, until: number): Omit<ConfiguredWaiver, 'id' | 'origin'> {
  const { approved_by: approvedBy, until: _, ...rest } = entry;
  return defined({ ...rest, approvedBy, until }) as Omit<ConfiguredWaiver, 'id' | 'origin'>;
}

/** The same as long as the entry means the same finding: a longer `until` continues the waiver. */
function waiverId(entry: z.output<typeof Waiver>, earlier: readonly ConfiguredWaiver[]): string {
  const { policy, target, room = null, tag = null, ticket = null } = entry;
  const identity = JSON.stringify(['rw-waiver', policy, target, room, tag, ticket]);
  const id = `file-${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`;
  const same = earlier.filter((each) => each.id === id || each.id.startsWith(`${id}-`)).length;
  return same === 0 ? id : `${id}-${same + 1}`;
}

function parse<S extends z.ZodType>(
  schema: S,
  value: unknown,
  base: Path,
  { document, issues }: EntryContext,
): z.output<S> | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  issues.push(...issuesOf(parsed.error.issues, { document, base, schema, value }));
  return undefined;
}

function checkTarget(
  target: string,
  report: (key: string, message: Bilingual) => void,
  { targetIds }: EntryContext,
): void {
  if (!targetIds.has(target)) report('target', unknownTarget(target, targetIds));
}

function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

export const messages = {
  twice: (line: number): Bilingual => ({
    de: `Für diese Regel und dieses Ziel steht schon ein Nachweis in Zeile ${line}; den abgelaufenen ersetzen.`,
    en: `Line ${line} holds an attestation for this policy and target already; replace the one that ended.`,
  }),
  either: {
    de: 'Ein Nachweis nennt entweder value oder declared_not_applicable.',
    en: 'An attestation gives either value or declared_not_applicable.',
  },
  reversed: { de: 'Der Nachweis endet, bevor er beginnt.', en: 'The attestation ends before it begins.' },
  expired: {
    de: 'Der Nachweis ist abgelaufen; die Regel ist damit unbekannt.',
    en: 'The attestation has expired; the policy is unknown.',
  },
  future: { de: 'Der Nachweis liegt in der Zukunft.', en: 'The attestation lies in the future.' },
  over: {
    de: 'Die Ausnahme ist vorbei und wirkt nicht mehr.',
    en: 'The waiver is over and has no effect.',
  },
  roomOrTag: { de: 'Entweder room oder tag, nicht beides.', en: 'Either room or tag, not both.' },
  tag: {
    de: 'Dieses Schlagwort steht nicht unter tags.',
    en: 'This tag does not stand under tags.',
  },
  purpose: {
    de: 'Ein Zweck gehört zu einem Raum: Dann braucht es room.',
    en: 'A purpose belongs to one room: room is needed then.',
  },
  tooFar: {
    de: 'Die Ausnahme reicht weiter voraus, als waivers_max erlaubt.',
    en: 'The waiver reaches further ahead than waivers_max allows.',
  },
};
