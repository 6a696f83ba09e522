import { z } from 'zod';
import { hostOf } from '../contract/hosts.ts';
import { type Answer, field, type Seen } from '../contract/seen.ts';
import { parseVersion } from '../contract/version.ts';
import { readSigned, type Support } from './signed.ts';

const text = z.string();
const flag = z.boolean();
const natural = z.int().min(0);
const instant = z.iso.datetime().transform((value) => Date.parse(value));

export interface Info {
  version: Seen<string>;
  workspaceHost: Seen<string>;
  cloudWorkspaceId: Seen<boolean>;
  support: Seen<Support>;
}

export function readInfo(answer: Answer): Info {
  const version = text.refine((value) => parseVersion(value) !== undefined);
  return {
    version: field(answer, '', 'version', version),
    workspaceHost: field(
      answer,
      '',
      'workspaceUrl',
      text.transform((value) => hostOf(value) ?? ''),
    ),
    cloudWorkspaceId: field(
      answer,
      '',
      'cloudWorkspaceId',
      text.transform((value) => value !== ''),
    ),
    support: supportIn(answer),
  };
}

/** Absent only where the whole object is: an air-gapped server has none. */
function supportIn(answer: Answer): Seen<Support> {
  const whole = field(answer, '', 'supportedVersions', z.looseObject({}));
  if (!('value' in whole)) return whole;
  const signed = readSigned(field(answer, '', 'supportedVersions.signed', text));
  return 'value' in signed ? signed : { ...signed, absent: false };
}

export interface PasswordPolicy {
  enabled: Seen<boolean>;
  minLength: Seen<number>;
}

const minLengthKey = 'get-password-policy-minLength';
const minLengthEntry = z.tuple([z.literal(minLengthKey), z.object({ minLength: natural })]);

export function readPasswordPolicy(answer: Answer): PasswordPolicy {
  const list = z.array(z.unknown()).transform((entries, context) => {
    const own = entries.find((entry) => Array.isArray(entry) && entry[0] === minLengthKey);
    const read = minLengthEntry.safeParse(own);
    if (read.success) return read.data[1].minLength;
    context.addIssue({ code: 'custom', message: 'no minimum' });
    return z.NEVER;
  });
  return { enabled: field(answer, '', 'enabled', flag), minLength: field(answer, '', 'policy', list) };
}

export interface ProviderApp {
  id: string;
  provider: string;
  version: Seen<string>;
}

/** Apps that are known to bring a conference provider, by id. */
export const conferenceApps: Readonly<Record<string, string>> = {
  '3b387ba9-f57c-44c6-9810-8c0256abd64c': 'jitsi',
  'c95ba73a-0485-4d12-ae8a-a3e68330065a': 'bigbluebutton',
};

export function readApps(answer: Answer): ProviderApp[] {
  const list = field(answer, '', 'apps', z.array(z.unknown()));
  if (!('value' in list)) return [];
  return list.value.flatMap((data): ProviderApp[] => {
    const one: Answer = { source: answer.source, locator: answer.locator, at: answer.at, data };
    const id = field(one, 'apps[]', 'id', text);
    const provider =
      'value' in id && Object.hasOwn(conferenceApps, id.value) ? conferenceApps[id.value] : undefined;
    if (!('value' in id) || provider === undefined) return [];
    return [
      { id: id.value, provider, version: field(one, 'apps[]', 'version', text.regex(/^[\w.-]{1,40}$/)) },
    ];
  });
}

export interface AppSettings {
  /** Jitsi: a token is asked, and it fits this one room only. */
  jitsiToken: Seen<boolean>;
  jitsiOneRoom: Seen<boolean>;
  jitsiHosted: Seen<boolean>;
  jitsiHost: Seen<string>;
  bbbHost: Seen<string>;
  bbbGuests: Seen<string>;
}

/** Six settings; the secrets beside them are not looked at. One without a value has that of its package. */
export function readAppSettings(answer: Answer): AppSettings {
  const at = <T>(id: string, schema: z.ZodType<T>): Seen<T> => {
    const set = field(answer, 'settings', `settings.${id}.value`, schema);
    return 'value' in set || !set.absent
      ? set
      : field(answer, 'settings', `settings.${id}.packageValue`, schema);
  };
  const host = text.transform((value) => hostOf(value) ?? '');
  return {
    jitsiToken: at('jitsi_auth_token', flag),
    jitsiOneRoom: at('jitsi_limit_token_to_room', flag),
    jitsiHosted: at('jitsi_use_jaas', flag),
    jitsiHost: at('jitsi_domain', host),
    bbbHost: at('bbb_url', host),
    bbbGuests: at('bbb_guest_policy', z.enum(['ALWAYS_ACCEPT', 'ALWAYS_DENY', 'ASK_MODERATOR'])),
  };
}

export interface Team {
  id: string;
  public: Seen<boolean>;
}

export function readTeam(element: Answer): Team | null {
  const id = field(element, 'teams[]', '_id', text.min(1));
  if (!('value' in id)) return null;
  const type = field(
    element,
    'teams[]',
    'type',
    z.literal([0, 1]).transform((value) => value === 0),
  );
  return { id: id.value, public: type };
}

export interface CallRecord {
  status: Seen<number>;
  createdAt: Seen<number>;
  ended: Seen<boolean>;
  provider: Seen<string>;
  anonymousUsers: Seen<number>;
  /** Of the address only the host, and whether a parameter of a login stands in it. */
  address: Seen<{ host: string; secret: boolean }>;
}

const address = text.transform((value) => {
  const names = [...(URL.parse(value)?.searchParams.keys() ?? [])].map((name) => name.toLowerCase());
  const secret = names.some((name) => ['password', 'pin', 'pwd', 'jwt', 'checksum'].includes(name));
  return { host: hostOf(value) ?? '', secret };
});

export function readCall(element: Answer): CallRecord {
  return {
    status: field(element, 'data[]', 'status', z.literal([0, 1, 2, 3, 4])),
    createdAt: field(element, 'data[]', 'createdAt', instant),
    ended: field(
      element,
      'data[]',
      'endedAt',
      text.transform(() => true),
    ),
    provider: field(element, 'data[]', 'providerName', text.regex(/^[\w.-]{1,60}$/)),
    anonymousUsers: field(element, 'data[]', 'anonymousUsers', natural),
    address: field(element, 'data[]', 'url', address),
  };
}
