import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { RoomwardenError } from '../errors.ts';
import type { Bilingual } from '../texts/fill.ts';
import { accessOf } from './access.ts';
import { parseSource, type SourceDocument } from './document.ts';
import { parseDuration } from './duration.ts';
import { type EntryContext, readAttestations, readWaivers } from './entries.ts';
import { type Fragment, readFragment, readFragments } from './fragments.ts';
import { instanceOf } from './instance.ts';
import { ConfigError, type ConfigIssue, formatPath, type Path } from './issues.ts';
import { issuesOf } from './messages.ts';
import { readReceivers } from './receivers.ts';
import { attestedFields, type Sections, sections, wholeFile } from './schema.ts';
import type { ConfiguredSecret } from './secrets.ts';
import { serviceIssues } from './service.ts';
import { absolutePaths, secretRefs } from './settings.ts';
import { isGroup, type ReadTargets, readTargets, type Vendors } from './targets.ts';
import type { Config } from './types.ts';

const maximalBytes = 4 * 1024 * 1024;

/** A configuration without faults. */
export interface LoadedConfig extends Config {
  /** What is no fault but should be seen. */
  warnings: readonly ConfigIssue[];
  /** For `checkSecrets`. */
  secrets: readonly ConfiguredSecret[];
}

/** One place where the file names a policy; what policies exist is not known on this floor. */
export interface PolicyUse {
  path: Path;
  policy: string;
  use: 'parameters' | 'attestation' | 'waiver';
  parameters?: Readonly<Record<string, unknown>>;
  /** Attestations: the fields that are given. */
  fields?: readonly string[];
  /** Waivers: whether `approved_by` is given. */
  approved?: boolean;
}

export interface PolicyProblem {
  path: Path;
  message: Bilingual;
  on?: 'key' | 'value';
}

export interface LoadOptions {
  now?: number;
  /** Files of `config.d` below the data folder. */
  fragments?: readonly Fragment[];
  checkPolicies?: (uses: readonly PolicyUse[]) => readonly PolicyProblem[];
}

/**
 * @throws {RoomwardenError} RW1001, RW1002 if there is no file to read
 * @throws {ConfigError} with every fault of the file at once
 */
export async function loadConfig(
  file: string,
  vendors: Vendors,
  options: LoadOptions = {},
): Promise<LoadedConfig> {
  const text = await readText(file);
  const fragments = await readFragments(dataOf(text, file));
  return parseConfig(text, file, vendors, { fragments, ...options });
}

/** The same from a text; relative paths are relative to the folder of `file`. */
export function parseConfig(
  text: string,
  file: string,
  vendors: Vendors,
  options: LoadOptions = {},
): LoadedConfig {
  const now = options.now ?? Date.now();
  const directory = dirname(resolve(file));
  const document = parseSource(text, file);
  const issues = [...document.issues];
  if (document.fatal || !isGroup(document.value)) {
    if (!document.fatal) issues.push(document.issue([], emptyMessage));
    throw new ConfigError(file, issues);
  }
  const read = readSections(document, document.value, issues);
  const timezone = read.timezone ?? 'UTC';
  const own = readTargets(read.targets ?? [], { document, directory, vendors, timezone, now });
  issues.push(...own.issues);
  const found = withFragments(own, options.fragments ?? [], { file, vendors, timezone, now, issues });
  const warnings: ConfigIssue[] = [];
  const context: EntryContext = {
    document,
    timezone,
    now,
    targetIds: found.ids,
    tags: read.tags === undefined ? null : new Set(Object.keys(read.tags)),
    waiversMax: waiversMax(read),
    issues,
    warnings,
  };
  const attestations = readAttestations(read.attestations ?? [], context);
  const waivers = readWaivers(read.waivers ?? [], context);
  const push = readReceivers(read.push ?? [], directory, context);
  issues.push(...serviceIssues(document, read, found.ids));
  const problems = options.checkPolicies?.(policyUses(document.value)) ?? [];
  issues.push(...problems.map(({ path, message, on }) => document.issue(path, message, on)));
  if (issues.length > 0) throw new ConfigError(file, issues);
  const whole = read as Sections;
  return {
    ...assemble(file, directory, whole, found),
    attestations,
    waivers,
    push: push.receivers,
    warnings,
    secrets: [...serviceSecrets(document, directory, whole), ...push.secrets, ...found.secrets],
  };
}

/** Where the fragments lie; a text that cannot be read is refused later, with its place. */
function dataOf(text: string, file: string): string {
  const { value, fatal } = parseSource(text, file);
  const data = fatal || !isGroup(value) ? undefined : sections.data.safeParse(value['data']).data;
  return resolve(dirname(resolve(file)), data ?? './data');
}

interface FragmentPlace {
  file: string;
  vendors: Vendors;
  timezone: string;
  now: number;
  issues: ConfigIssue[];
}

/** The targets of the file, then those of the fragments; an id stands in one place alone. */
function withFragments(
  own: ReadTargets,
  fragments: readonly Fragment[],
  { file, issues, ...rest }: FragmentPlace,
): ReadTargets {
  const taken = new Map([...own.ids].map((id) => [id, file]));
  const all = { ...own, targets: [...own.targets], secrets: [...own.secrets] };
  for (const fragment of fragments) {
    const read = readFragment(fragment, { ...rest, taken });
    issues.push(...read.issues);
    all.targets.push(...read.targets);
    all.secrets.push(...read.secrets);
    for (const { id } of read.targets) taken.set(id, fragment.file);
  }
  return { ...all, ids: new Set(taken.keys()) };
}

async function readText(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    const { size } = await stat(file);
    if (size > maximalBytes) throw new RoomwardenError('RW1002', { file, detail: 'EFBIG, > 4 MiB' });
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof RoomwardenError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
    if (code === 'ENOENT') throw new RoomwardenError('RW1001', { file });
    throw new RoomwardenError('RW1002', { file, detail: code });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RoomwardenError('RW1002', { file, detail: 'UTF-8' });
  }
}

function readSections(
  document: SourceDocument,
  value: Record<string, unknown>,
  issues: ConfigIssue[],
): Partial<Sections> {
  const read: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(sections)) {
    const parsed = schema.safeParse(value[name]);
    if (parsed.success) read[name] = parsed.data;
    else
      issues.push(...issuesOf(parsed.error.issues, { document, base: [name], schema, value: value[name] }));
  }
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(sections, key));
  if (unknown.length > 0) {
    const fault = { code: 'unrecognized_keys' as const, keys: unknown, path: [], message: '', input: value };
    issues.push(...issuesOf([fault], { document, base: [], schema: wholeFile, value }));
  }
  return read as Partial<Sections>;
}

/** Read from the raw text, so that a fault elsewhere in an entry does not hide an unknown policy. */
function policyUses(value: Record<string, unknown>): PolicyUse[] {
  const uses: PolicyUse[] = [];
  const { policies } = value;
  for (const [policy, entry] of Object.entries(isGroup(policies) ? policies : {})) {
    const parameters = isGroup(entry) && isGroup(entry['parameters']) ? entry['parameters'] : {};
    uses.push({ path: ['policies', policy], policy, use: 'parameters', parameters });
  }
  for (const [section, use] of [['attestations', 'attestation'] as const, ['waivers', 'waiver'] as const]) {
    const entries = value[section];
    for (const [index, entry] of (Array.isArray(entries) ? entries : []).entries()) {
      if (!isGroup(entry) || typeof entry['policy'] !== 'string') continue;
      const at = { path: [section, index], policy: entry['policy'], use };
      if (use === 'waiver') uses.push({ ...at, approved: Object.hasOwn(entry, 'approved_by') });
      else uses.push({ ...at, fields: Object.keys(entry).filter((key) => attestedFields.includes(key)) });
    }
  }
  return uses;
}

function assemble(
  file: string,
  directory: string,
  read: Sections,
  { targets }: ReadTargets,
): Omit<Config, 'attestations' | 'waivers' | 'push'> {
  const { listen, retention } = read;
  return {
    file,
    directory,
    listen: {
      host: listen.host,
      port: listen.port,
      tls: read.tls === undefined ? null : absolutePair(read.tls, directory),
      trusted_proxies: read.trusted_proxies ?? [],
    },
    data: resolve(directory, read.data),
    timezone: read.timezone,
    database: read.database === undefined ? null : absolutePaths(read.database, directory),
    access: accessOf(absolutePaths(read.access, directory)),
    metrics: read.metrics,
    instance: instanceOf(absolutePaths(read.instance, directory)),
    privacy: read.privacy,
    retention: {
      events: parseDuration(retention.events),
      resolved: parseDuration(retention.resolved),
      gone_rooms: parseDuration(retention.gone_rooms),
      scans: parseDuration(retention.scans),
      audit_log: parseDuration(retention.audit_log),
      trends: parseDuration(retention.trends),
    },
    feed: read.feed,
    export: read.export,
    tags: read.tags,
    targets,
    attestations_due: parseDuration(read.attestations_due),
    waivers_max: waiversMax(read),
    policies: read.policies,
  };
}

const waiversMax = ({ waivers_max: most }: Partial<Sections>): number | null =>
  most === undefined ? null : parseDuration(most);

function absolutePair(tls: { cert: string; key: string }, directory: string): { cert: string; key: string } {
  return { cert: resolve(directory, tls.cert), key: resolve(directory, tls.key) };
}

function serviceSecrets(document: SourceDocument, directory: string, read: Sections): ConfiguredSecret[] {
  const parts: [Path, unknown][] = [
    [['database'], read.database],
    [['instance'], read.instance],
    [['access'], read.access],
  ];
  return parts.flatMap(([base, part]) =>
    secretRefs(absolutePaths(part, directory)).map(({ ref, path }) => {
      const whole = [...base, ...path];
      return { ref, path: formatPath(whole), target: null, origin: document.at(whole) };
    }),
  );
}

const emptyMessage: Bilingual = {
  de: 'Die Konfiguration ist leer oder keine Gruppe von Schlüsseln; gebraucht wird mindestens targets.',
  en: 'The configuration is empty or not a group of keys; at least targets is needed.',
};
