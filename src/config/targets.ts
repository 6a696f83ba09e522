import type { z } from 'zod';
import type { Adapter } from '../../adapters/contract/adapter.ts';
import { CommonTarget } from '../../adapters/contract/target.ts';
import type { Bilingual } from '../texts/fill.ts';
import { durationWords, positiveWords } from './checks.ts';
import type { SourceDocument } from './document.ts';
import { isDuration, parseDuration } from './duration.ts';
import { type ConfigIssue, formatPath, type Path } from './issues.ts';
import { issuesOf } from './messages.ts';
import { defaultFreshness, scheduleProblem } from './schedule.ts';
import type { ConfiguredSecret } from './secrets.ts';
import { absolutePaths, addressProblems, secretRefs } from './settings.ts';
import type { ConfiguredTarget } from './types.ts';

/** What the configuration needs to know of a vendor. */
export type Vendors = ReadonlyMap<string, Pick<Adapter, 'configuration'>>;

export interface TargetContext {
  document: SourceDocument;
  directory: string;
  vendors: Vendors;
  timezone: string;
  now: number;
  /** Ids that stand elsewhere: targets may refer to them. */
  others?: ReadonlySet<string>;
}

export interface ReadTargets {
  targets: ConfiguredTarget[];
  secrets: ConfiguredSecret[];
  issues: ConfigIssue[];
  /** Every id that was written down, also of targets with faults: others may refer to them. */
  ids: ReadonlySet<string>;
}

const commonKeys = Object.keys(CommonTarget.shape);

export function readTargets(entries: readonly unknown[], context: TargetContext): ReadTargets {
  const read: ReadTargets = { targets: [], secrets: [], issues: [], ids: idsOf(entries, context.others) };
  const lines = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const base = ['targets', index];
    const id = idOf(entry);
    const earlier = id === undefined ? undefined : lines.get(id);
    if (earlier !== undefined) read.issues.push(context.document.issue([...base, 'id'], twice(earlier)));
    else if (id !== undefined) lines.set(id, context.document.at([...base, 'id']).line);
    readTarget(entry, base, context, read);
  }
  return read;
}

function readTarget(entry: unknown, base: Path, context: TargetContext, read: ReadTargets): void {
  const { document, vendors } = context;
  const report = (path: Path, message: Bilingual): void => {
    read.issues.push(document.issue([...base, ...path], message));
  };
  if (!isGroup(entry)) {
    report([], { de: 'Ein Ziel ist eine Gruppe von Schlüsseln.', en: 'A target is a group of keys.' });
    return;
  }
  const vendor = vendors.get(String(entry['vendor']));
  if (typeof entry['vendor'] === 'string' && vendor === undefined) {
    report(['vendor'], unknownVendor(entry['vendor'], vendors));
  }
  const before = read.issues.length;
  const common = parsePart(
    CommonTarget,
    pick(entry, (key) => commonKeys.includes(key)),
    base,
    [],
    document,
    read,
  );
  const own = vendor === undefined ? {} : parseOwn(vendor.configuration, entry, base, document, read);
  for (const { path, message } of addressProblems(entry, entry['insecure_http'] === true))
    report(path, message);
  checkTimes(entry, context, report);
  checkConference(entry, read.ids, report);
  if (read.issues.length > before || vendor === undefined || common === undefined || own === undefined)
    return;
  const settings = absolutePaths({ ...own, ...common } as ConfiguredTarget['settings'], context.directory);
  const schedule = common.schedule ?? null;
  read.targets.push({
    id: common.id,
    vendor: common.vendor,
    settings,
    schedule,
    freshness:
      common.freshness === undefined
        ? defaultFreshness(schedule, context.timezone, context.now)
        : parseDuration(common.freshness),
    live: common.live ?? null,
    origin: document.at(base),
  });
  for (const { ref, path } of secretRefs(settings)) {
    const whole = [...base, ...path];
    read.secrets.push({ ref, path: formatPath(whole), target: common.id, origin: document.at(whole) });
  }
}

function parsePart<S extends z.ZodObject>(
  schema: S,
  value: Record<string, unknown>,
  base: Path,
  alsoKnown: readonly string[],
  document: SourceDocument,
  read: ReadTargets,
): z.output<S> | undefined {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  read.issues.push(...issuesOf(parsed.error.issues, { document, base, schema, value, alsoKnown }));
  return undefined;
}

/** The vendor's schema sees its own keys; where it names a common key too, that one as well. */
function parseOwn(
  configuration: z.ZodObject,
  entry: Record<string, unknown>,
  base: Path,
  document: SourceDocument,
  read: ReadTargets,
): Record<string, unknown> | undefined {
  const value = pick(entry, (key) => !commonKeys.includes(key) || Object.hasOwn(configuration.shape, key));
  return parsePart(configuration.strict(), value, base, commonKeys, document, read);
}

function checkTimes(
  entry: Record<string, unknown>,
  { timezone, now }: TargetContext,
  report: (path: Path, message: Bilingual) => void,
): void {
  const { schedule, freshness } = entry;
  const problem = typeof schedule === 'string' ? scheduleProblem(schedule, timezone, now) : null;
  if (problem !== null) report(['schedule'], problem);
  if (typeof freshness === 'string' && (!isDuration(freshness) || parseDuration(freshness) === 0)) {
    report(['freshness'], isDuration(freshness) ? positiveWords : durationWords);
  }
}

function checkConference(
  entry: Record<string, unknown>,
  ids: ReadonlySet<string>,
  report: (path: Path, message: Bilingual) => void,
): void {
  const other = entry['conference_target'];
  if (typeof other !== 'string') return;
  if (other === entry['id']) {
    report(['conference_target'], {
      de: 'Ein Ziel kann nicht auf sich selbst verweisen.',
      en: 'A target cannot refer to itself.',
    });
  } else if (!ids.has(other)) {
    report(['conference_target'], unknownTarget(other, ids));
  }
}

export function unknownTarget(target: string, ids: ReadonlySet<string>): Bilingual {
  const known = [...ids].sort().join(', ');
  return {
    de: `Es gibt kein Ziel „${target}“; bekannt sind: ${known}.`,
    en: `There is no target "${target}"; known are: ${known}.`,
  };
}

function unknownVendor(vendor: string, vendors: Vendors): Bilingual {
  const known = [...vendors.keys()].sort().join(', ');
  return {
    de: `Den Hersteller „${vendor}“ kennt Roomwarden nicht; bekannt sind: ${known}.`,
    en: `Roomwarden does not know the vendor "${vendor}"; known are: ${known}.`,
  };
}

function twice(line: number): Bilingual {
  return {
    de: `Diese id steht schon in Zeile ${line}.`,
    en: `This id stands in line ${line} already.`,
  };
}

function idsOf(entries: readonly unknown[], others: Iterable<string> = []): ReadonlySet<string> {
  return new Set([...entries.map(idOf).filter((id) => id !== undefined), ...others]);
}

function idOf(entry: unknown): string | undefined {
  return isGroup(entry) && typeof entry['id'] === 'string' ? entry['id'] : undefined;
}

export function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pick(entry: Record<string, unknown>, wanted: (key: string) => boolean): Record<string, unknown> {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => wanted(key)));
}
