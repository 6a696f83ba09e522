import { z } from 'zod';
import { type Ms, reason } from '../contract/fact.ts';
import type { Seen } from '../contract/seen.ts';
import { compareVersions, parseVersion } from '../contract/version.ts';

export interface SupportedVersion {
  version: string;
  endsAt: Ms;
  security: boolean;
}

/** What the vendor's cloud told the server about versions. Its signature cannot be checked without the network. */
export interface Support {
  at: Ms;
  versions: SupportedVersion[];
  exceptions: SupportedVersion[];
}

const instant = z.iso.datetime().transform((text) => Date.parse(text));
const version = z.string().refine((text) => parseVersion(text) !== undefined);
const entry = z
  .object({ version, expiration: instant, security: z.boolean() })
  .transform(({ version, expiration, security }) => ({ version, endsAt: expiration, security }));
const payload = z.object({
  timestamp: instant,
  versions: z.array(entry),
  exceptions: z.object({ versions: z.array(entry) }).optional(),
});

/** The payload of the token; the text is only read, never trusted to be signed. */
export function readSigned(signed: Seen<string>): Seen<Support> {
  if (!('value' in signed)) return signed;
  const { value: token, ...sight } = signed;
  const broken = {
    ...sight,
    reason: reason('invalid_answer', 'supportedVersions.signed cannot be read'),
    absent: false,
  };
  const part = token.split('.')[1];
  if (part === undefined) return broken;
  try {
    const read = payload.safeParse(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
    if (!read.success) return broken;
    const { timestamp, versions, exceptions } = read.data;
    return { ...sight, value: { at: timestamp, versions, exceptions: exceptions?.versions ?? [] } };
  } catch {
    return broken;
  }
}

export function lineOf(text: string): string | undefined {
  const parsed = parseVersion(text);
  return parsed === undefined || parsed.numbers.length < 2
    ? undefined
    : `${parsed.numbers[0]}.${parsed.numbers[1]}`;
}

/** Newest patch of the line, with the latest end that any entry or exception of the line grants. */
export function supportOf(line: string, { versions, exceptions }: Support): SupportedVersion | undefined {
  const own = versions.filter((each) => lineOf(each.version) === line);
  const extended = exceptions.filter((each) => lineOf(each.version) === line);
  const newest = own.reduce<SupportedVersion | undefined>(
    (best, each) =>
      best === undefined || (compareVersions(each.version, best.version) ?? 0) > 0 ? each : best,
    undefined,
  );
  if (newest === undefined) return undefined;
  return { ...newest, endsAt: Math.max(newest.endsAt, ...extended.map(({ endsAt }) => endsAt)) };
}
