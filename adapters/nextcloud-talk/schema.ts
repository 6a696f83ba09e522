import { z } from 'zod';
import { type Answer, field, type Seen } from '../contract/seen.ts';

const flag = z.boolean();
const whole = z.int();
const natural = z.int().min(0);
const text = z.string();
const version = z.string().regex(/^\d{1,4}(\.\d{1,6}){1,3}([-+. ]?[A-Za-z0-9.]{1,20})?$/);
/** PHP writes an empty map as a list. */
const block = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown()).max(0)]);

export interface Status {
  installed: Seen<boolean>;
  maintenance: Seen<boolean>;
  version: Seen<string>;
  extendedSupport: Seen<boolean>;
}

export function readStatus(answer: Answer): Status {
  return {
    installed: field(answer, '', 'installed', flag),
    maintenance: field(answer, '', 'maintenance', flag),
    version: field(answer, '', 'versionstring', version),
    extendedSupport: field(answer, '', 'extendedSupport', flag),
  };
}

export interface Capabilities {
  /** Milliseconds that the server would delay a login from this address. */
  bruteForceDelay: Seen<number>;
  serverVersion: Seen<string>;
  /** Only signed-in readers get it. */
  core: Seen<unknown>;
  spreed: Seen<unknown>;
  version: Seen<string>;
  features: Seen<string[]>;
  callEnabled: Seen<boolean>;
  recording: Seen<boolean>;
  recordingConsent: Seen<number>;
  sipEnabled: Seen<boolean>;
  startWithoutMedia: Seen<boolean>;
  backgrounds: Seen<string[]>;
  backgroundsV2: Seen<string[]>;
  uploadBackground: Seen<boolean>;
  externalCallService: Seen<string>;
  forcePasswords: Seen<boolean>;
  retentionEvent: Seen<number>;
  retentionPhone: Seen<number>;
  retentionInstant: Seen<number>;
  retentionClassified: Seen<number>;
  defaultPermissions: Seen<number>;
  signalingMode: Seen<string>;
  userStatus: Seen<unknown>;
  userStatusEnabled: Seen<boolean>;
  passwordPolicy: Seen<unknown>;
  passwordMinLength: Seen<number>;
  passwordMinLengthOld: Seen<number>;
  privacyUrl: Seen<string>;
  federation: Seen<boolean>;
  matterbridge: Seen<boolean>;
}

export function readCapabilities(answer: Answer): Capabilities {
  const at = <T>(path: string, schema: z.ZodType<T>): Seen<T> =>
    field(answer, 'ocs.data', `capabilities.${path}`, schema);
  const call = <T>(key: string, schema: z.ZodType<T>): Seen<T> => at(`spreed.config.call.${key}`, schema);
  const rooms = <T>(key: string, schema: z.ZodType<T>): Seen<T> =>
    at(`spreed.config.conversations.${key}`, schema);
  return {
    bruteForceDelay: at('bruteforce.delay', z.number().min(0)),
    serverVersion: field(answer, 'ocs.data', 'version.string', version),
    core: at('core', block),
    spreed: at('spreed', z.record(z.string(), z.unknown())),
    version: at('spreed.version', version),
    features: at('spreed.features', z.array(text)),
    callEnabled: call('enabled', flag),
    recording: call('recording', flag),
    recordingConsent: call('recording-consent', z.literal([0, 1, 2])),
    sipEnabled: call('sip-enabled', flag),
    startWithoutMedia: call('start-without-media', flag),
    backgrounds: call('predefined-backgrounds', z.array(text)),
    backgroundsV2: call('predefined-backgrounds-v2', z.array(text)),
    uploadBackground: call('can-upload-background', flag),
    externalCallService: call('external-call-service', text),
    forcePasswords: rooms('force-passwords', flag),
    retentionEvent: rooms('retention-event', natural),
    retentionPhone: rooms('retention-phone', natural),
    retentionInstant: rooms('retention-instant-meetings', natural),
    retentionClassified: rooms('retention-classified', natural),
    defaultPermissions: at('spreed.config.permissions.default', natural),
    signalingMode: at('spreed.config.signaling.mode', text),
    userStatus: at('user_status', block),
    userStatusEnabled: at('user_status.enabled', flag),
    passwordPolicy: at('password_policy', block),
    passwordMinLength: at('password_policy.policies.account.minLength', natural),
    passwordMinLengthOld: at('password_policy.minLength', natural),
    privacyUrl: at('theming.privacyUrl', text),
    federation: at('spreed.config.federation.enabled', flag),
    matterbridge: at('spreed.config.chat.matterbridge-enabled', flag),
  };
}

export interface Room {
  token: string;
  /** RL: a member's view. LR: a view from outside with dummies among its fields. Q1: what is stored. */
  view: 'member' | 'listed' | 'stored';
  type: Seen<number>;
  objectType: Seen<string>;
  objectId: Seen<string>;
  remoteServer: Seen<string>;
  remoteToken: Seen<string>;
  name: Seen<string>;
  description: Seen<string>;
  participantType: Seen<number>;
  hasPassword: Seen<boolean>;
  lobbyState: Seen<number>;
  lobbyTimer: Seen<number>;
  listable: Seen<number>;
  readOnly: Seen<number>;
  sipEnabled: Seen<number>;
  recordingConsent: Seen<number>;
  callRecording: Seen<number>;
  callStartTime: Seen<number>;
  messageExpiration: Seen<number>;
  defaultPermissions: Seen<number>;
  lastActivity: Seen<number>;
  breakoutRoomMode: Seen<number>;
  breakoutRoomStatus: Seen<number>;
  /** Talk 24 and newer. */
  attributes: Seen<number>;
}

export const Token = z.string().regex(/^[A-Za-z0-9]{4,64}$/);

const role = z.int().min(1).max(6);
/** One of the numbers from 0 on. Made once: a schema costs more to make than to ask. */
const upTo = {
  one: z.literal([0, 1]),
  two: z.literal([0, 1, 2]),
  three: z.literal([0, 1, 2, 3]),
  five: z.literal([0, 1, 2, 3, 4, 5]),
};

/** Null where the element cannot even be told from others. */
export function readRoom(answer: Answer, element: unknown, view: Room['view']): Room | null {
  const one: Answer = { source: answer.source, locator: answer.locator, at: answer.at, data: element };
  const at = <T>(path: string, schema: z.ZodType<T>): Seen<T> => field(one, 'ocs.data[]', path, schema);
  const token = at('token', Token);
  if (!('value' in token)) return null;
  return {
    token: token.value,
    view,
    type: at('type', whole),
    objectType: at('objectType', text),
    objectId: at('objectId', text),
    remoteServer: at('remoteServer', text),
    remoteToken: at('remoteToken', text),
    name: at('name', text),
    description: at('description', text),
    participantType: at('participantType', role),
    hasPassword: at('hasPassword', flag),
    lobbyState: at('lobbyState', upTo.one),
    lobbyTimer: at('lobbyTimer', natural),
    listable: at('listable', upTo.two),
    readOnly: at('readOnly', upTo.one),
    sipEnabled: at('sipEnabled', upTo.two),
    recordingConsent: at('recordingConsent', upTo.one),
    callRecording: at('callRecording', upTo.five),
    callStartTime: at('callStartTime', natural),
    messageExpiration: at('messageExpiration', natural),
    defaultPermissions: at('defaultPermissions', natural),
    lastActivity: at('lastActivity', natural),
    breakoutRoomMode: at('breakoutRoomMode', upTo.three),
    breakoutRoomStatus: at('breakoutRoomStatus', upTo.one),
    attributes: at('attributes', natural),
  };
}

export interface Account {
  groups: Seen<string[]>;
  subadmin: Seen<string[]>;
}

export function readAccount(answer: Answer): Account {
  return {
    groups: field(answer, 'ocs.data', 'groups', z.array(text)),
    subadmin: field(answer, 'ocs.data', 'subadmin', z.array(text)),
  };
}

export interface Signaling {
  server: Seen<string>;
  /** Only addresses: tickets and credentials stay behind. */
  stun: Seen<string[]>;
  turn: Seen<string[]>;
}

const Url = z.string().regex(/^(stun|turn)s?:/i);
const Urls = z
  .array(z.object({ urls: z.union([Url.transform((one) => [one]), z.array(Url)]) }))
  .transform((servers) => servers.flatMap(({ urls }) => urls));

export function readSignaling(answer: Answer): Signaling {
  return {
    server: field(answer, 'ocs.data', 'server', text),
    stun: field(answer, 'ocs.data', 'stunservers', Urls),
    turn: field(answer, 'ocs.data', 'turnservers', Urls),
  };
}
