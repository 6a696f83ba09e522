// One table, longer than a file should be: each demand with what fulfils it, what breaks it, and what hides it.
import { type Fact, known } from '../../../adapters/contract/fact.ts';
import { configurationEvidence } from '../../../adapters/contract/room.ts';
import { bbbApp, jitsiApp, type SimulatedRoom, smallWorld } from '../../../adapters/rocketchat/simulator.ts';
import type { FactMap } from '../../../src/policy/types.ts';
import { scanTime } from '../../contract/scan.ts';
import type { Case } from './harness.ts';

export type Given = Omit<Case, 'name' | 'expect'> & { attested?: boolean; inventory?: FactMap };

export const stated = (value: boolean | string): Fact =>
  known(value, configurationEvidence('stated', scanTime));

const admin = { roles: ['user', 'auditor-ro', 'admin'] };
const bbb = { provider: 'bigbluebutton', apps: [bbbApp] };
const guarded = {
  ...bbb,
  ...admin,
  apps: [
    {
      ...bbbApp,
      settings: {
        ...bbbApp.settings,
        bbb_guest_policy: { packageValue: 'ALWAYS_ACCEPT', value: 'ASK_MODERATOR' },
      },
    },
  ],
};
const tokens = {
  ...admin,
  apps: [
    {
      ...jitsiApp,
      settings: { ...jitsiApp.settings, jitsi_auth_token: { packageValue: false, value: true } },
    },
  ],
};
const none = { provider: { error: 'no-videoconf-provider-app' }, apps: [] };
const pexip = { provider: 'pexip', apps: [] };
const pin = {
  Pexip_Integration_Enabled: true,
  Pexip_Integration_SIP_AddAlias: true,
  Pexip_Integration_Locked: false,
  Pexip_Integration_Guest_Pin: '4711088150',
};
const plain = { roles: ['user'] };
const closed = { Accounts_RegistrationForm: 'Disabled' };
const pruning = {
  RetentionPolicy_Enabled: true,
  RetentionPolicy_AppliesToGroups: true,
  RetentionPolicy_TTL_Groups: 604_800_000,
  RetentionPolicy_DoNotPruneDiscussion: false,
  RetentionPolicy_DoNotPruneThreads: false,
  VideoConf_Enable_Persistent_Chat: true,
};
const chat: Partial<SimulatedRoom> = {
  t: 'p',
  name: 'xyz',
  fname: 'Conference Call Chat History',
  prid: 'room-parent',
};
const others: SimulatedRoom[] = [{ id: 'room-parent', t: 'p', name: 'parent' }];
const kept: Given = { set: { ...pruning, RetentionPolicy_Enabled: false }, room: chat, others };
const trackers = { GoogleAnalytics_enabled: true };
const running = (anonymousUsers: number): Given => ({
  room: { t: 'c', calls: [{ status: 1, createdAt: scanTime - 600_000, anonymousUsers }] },
  options: { live: true },
});
export const noList = { permissions: { ...smallWorld(scanTime).permissions, 'view-all-teams': ['admin'] } };
const provider = 'not_observable conference_target';
const apps = 'not_permitted manage-apps';
const privilege = 'not_permitted view-privileged-setting';

type Row = [demand: string, policy: string, given: Given, verdict: string[]];

export const demands: Row[] = [
  [
    'presence off',
    'presence-status-disabled',
    { set: { Troubleshoot_Disable_Presence_Broadcast: true } },
    ['pass'],
  ],
  ['presence on', 'presence-status-disabled', {}, ['violation']],
  ['presence', 'presence-status-disabled', { world: plain }, ['unknown', privilege]],
  ['attention', 'attention-tracking-disabled', { world: none }, ['pass']],
  [
    'attention',
    'attention-tracking-disabled',
    { set: { Message_Read_Receipt_Enabled: true, Message_Read_Receipt_Store_Users: true } },
    ['violation'],
  ],
  ['attention', 'attention-tracking-disabled', {}, ['unknown', provider]],
  ['who joined when', 'activity-statistics-disabled', {}, ['violation']],
  ['who joined when', 'activity-statistics-disabled', { world: none }, ['not_applicable']],
  [
    'who joined when',
    'activity-statistics-disabled',
    { options: { anonymous: true } },
    ['unknown', 'not_configured token'],
  ],
  ['trackers', 'third-party-analytics-disabled', { set: { NPS_survey_enabled: false } }, ['pass']],
  [
    'trackers',
    'third-party-analytics-disabled',
    { set: trackers, options: { anonymous: true } },
    ['violation'],
  ],
  ['trackers', 'third-party-analytics-disabled', { world: plain }, ['unknown', privilege]],
  [
    'no recording',
    'recording-off-as-rule',
    { set: { VideoConf_LiveKit_Recording_Enabled: true } },
    ['violation'],
  ],
  ['no recording', 'recording-off-as-rule', {}, ['unknown', provider]],
  ['no recording', 'recording-off-as-rule', { world: none }, ['not_applicable']],
  ['no recording by itself', 'recording-not-automatic', { world: none }, ['not_applicable']],
  [
    'no recording by itself',
    'recording-not-automatic',
    { options: { settings: { conference_target: 'meet' } } },
    ['unknown', 'not_observable'],
  ],
  ['no recording now', 'live-no-recording', running(0), ['unknown', provider]],
  [
    'no recording now',
    'live-no-recording',
    { room: { t: 'c' }, options: { live: true } },
    ['not_applicable'],
  ],
  ['door', 'room-access-restricted', { world: pexip, set: pin, room: { t: 'c' } }, ['pass']],
  ['door', 'room-access-restricted', { world: tokens, room: { t: 'p' } }, ['pass']],
  ['door', 'room-access-restricted', { world: { ...bbb, ...admin }, room: { t: 'c' } }, ['violation']],
  ['door', 'room-access-restricted', { room: { t: 'p' } }, ['unknown', provider, apps]],
  ['door', 'room-access-restricted', { world: none, room: { t: 'p' } }, ['not_applicable']],
  ['forced door', 'access-restriction-enforced', { world: pexip, set: pin }, ['pass']],
  ['forced door', 'access-restriction-enforced', { world: { ...bbb, ...admin } }, ['violation']],
  ['forced door', 'access-restriction-enforced', {}, ['unknown', apps, provider]],
  ['guests', 'guest-access-controlled', { world: none, set: closed }, ['pass']],
  [
    'guests',
    'guest-access-controlled',
    { set: { ...closed, Accounts_AllowAnonymousRead: true } },
    ['violation'],
  ],
  ['guests', 'guest-access-controlled', { set: closed }, ['unknown', apps]],
  ['guests', 'guest-access-controlled', { world: guarded, set: closed }, ['pass']],
  [
    'lock',
    'meeting-locked-when-complete',
    { ...running(0) },
    ['unknown', provider, 'not_observable', 'not_configured participants_expected'],
  ],
  [
    'lock',
    'meeting-locked-when-complete',
    { world: none, room: { t: 'c' }, options: { live: true } },
    ['not_applicable'],
  ],
  ['recordings gone', 'recordings-deleted-after-meeting', {}, ['unknown', 'not_observable']],
  ['chat gone', 'chat-deleted-after-meeting', { set: pruning, room: chat, others }, ['pass']],
  [
    'chat gone',
    'chat-deleted-after-meeting',
    { set: { ...pruning, RetentionPolicy_DoNotPruneDiscussion: true }, room: chat, others },
    ['violation'],
  ],
  ['chat gone', 'chat-deleted-after-meeting', kept, ['violation']],
  [
    'chat gone',
    'chat-deleted-after-meeting',
    { set: pruning, room: { t: 'd', users: 4 } },
    ['unknown', 'not_observable'],
  ],
  ['chat gone', 'chat-deleted-after-meeting', { room: { t: 'c' } }, ['not_applicable']],
  ['chat gone', 'chat-deleted-after-meeting', {}, ['unknown', provider]],
  [
    'documents gone',
    'documents-deleted-after-meeting',
    { set: { ...pruning, RetentionPolicy_FilesOnly: true }, room: chat, others },
    ['pass'],
  ],
  ['documents gone', 'documents-deleted-after-meeting', kept, ['unknown', 'not_observable']],
  ['documents gone', 'documents-deleted-after-meeting', { world: none }, ['pass']],
  [
    'documents gone',
    'documents-deleted-after-meeting',
    { set: { VideoConf_LiveKit_Summary_Enabled: true } },
    ['violation'],
  ],
  ['contract', 'processing-agreement-signed', {}, ['unknown']],
  ['other countries', 'third-country-endpoints-absent', {}, ['violation']],
  [
    'other countries',
    'third-country-endpoints-absent',
    { world: { ...none, signed: null }, set: { Push_enable: false } },
    ['unknown', 'not_observable'],
  ],
  [
    'US provider',
    'no-us-provider',
    { inventory: { 'inventory.hosting_model': stated('on_premises') } },
    ['not_applicable'],
  ],
  [
    'notice',
    'privacy-notice-provided',
    { attested: true, set: { Layout_Privacy_Policy: 'Datenschutzhinweise' } },
    ['pass'],
  ],
  ['notice', 'privacy-notice-provided', { attested: true }, ['violation']],
  [
    'notice',
    'privacy-notice-provided',
    { attested: true, set: { Layout_Privacy_Policy: undefined } },
    ['unknown', 'not_supported_by_version'],
  ],
  ['record of processing', 'processing-record-kept', {}, ['unknown']],
  [
    'on premises',
    'hosting-on-premises-or-germany',
    { inventory: { 'inventory.hosting_model': stated('on_premises') } },
    ['pass'],
  ],
  ['remote control', 'remote-control-disabled', {}, ['unknown', provider]],
  ['remote control', 'remote-control-disabled', { world: none }, ['not_applicable']],
  ['passwords', 'room-password-strong', {}, ['pass']],
  ['passwords', 'room-password-strong', { set: { Accounts_Password_Policy_Enabled: false } }, ['violation']],
  ['passwords', 'room-password-strong', { set: { Accounts_Password_Policy_MinLength: 7 } }, ['violation']],
  [
    'passwords',
    'room-password-strong',
    { world: pexip, set: { ...pin, Pexip_Integration_Guest_Pin: '1234' }, room: { t: 'p' } },
    ['violation'],
  ],
  ['secrets', 'room-secret-not-exposed', { room: { t: 'c' } }, ['pass']],
  [
    'secrets',
    'room-secret-not-exposed',
    { world: pexip, set: pin, room: { t: 'p', announcement: 'Kennwort: Sommer-2026' } },
    ['violation'],
  ],
  ['secrets', 'room-secret-not-exposed', { world: bbb, room: { t: 'p' } }, ['unknown', provider]],
  ['known people', 'live-participants-known', running(2), ['violation']],
  ['known people', 'live-participants-known', running(0), ['unknown', 'not_observable', provider]],
  [
    'known people',
    'live-participants-known',
    { room: { t: 'p' }, options: { live: true } },
    ['unknown', 'not_permitted membership in the room'],
  ],
  ['nothing classified', 'classified-marking-absent', { room: { t: 'p' } }, ['pass']],
  [
    'nothing classified',
    'classified-marking-absent',
    { room: { t: 'p', customFields: { schutzbedarf: 'vs-nfd' } } },
    ['violation'],
  ],
  [
    'nothing classified',
    'classified-marking-absent',
    { room: { t: 'p', abac: true } },
    ['unknown', 'not_permitted texts of attribute-managed rooms'],
  ],
  ['background', 'virtual-background-available', {}, ['unknown', provider]],
  ['background', 'virtual-background-available', { world: none }, ['not_applicable']],
  ['muted', 'join-muted', {}, ['unknown', provider]],
  ['updates', 'platform-version-current', {}, ['pass']],
  ['updates', 'platform-version-current', { world: { version: '8.8.0' } }, ['violation']],
  [
    'updates',
    'platform-version-current',
    { world: { version: '7.10.6' }, options: { anonymous: true } },
    ['violation'],
  ],
  ['updates', 'platform-version-current', { world: plain }, ['unknown', 'not_permitted view-statistics']],
  ['telephone', 'dial-in-protected', { world: pexip, set: pin }, ['pass']],
  [
    'telephone',
    'dial-in-protected',
    { world: pexip, set: { ...pin, Pexip_Integration_Guest_Pin: '' } },
    ['violation'],
  ],
  [
    'telephone',
    'dial-in-protected',
    { set: { VoIP_TeamCollab_Enabled: true } },
    ['unknown', provider, 'not_observable'],
  ],
  ['telephone', 'dial-in-protected', { world: none }, ['not_applicable']],
  ['contact', 'security-contact-named', {}, ['unknown']],
  ['outsiders', 'room-not-publicly-listed', { world: tokens, room: { t: 'p' } }, ['pass']],
  ['outsiders', 'room-not-publicly-listed', { room: { t: 'c' } }, ['violation']],
  ['outsiders', 'room-not-publicly-listed', { room: { t: 'p' } }, ['unknown', apps]],
  [
    'directory',
    'participant-directory-not-exposed',
    { set: { Accounts_AllowAnonymousRead: true } },
    ['violation'],
  ],
  ['directory', 'participant-directory-not-exposed', {}, ['pass']],
  ['contradictions', 'declared-matches-observed', {}, ['unknown', 'not_configured live.purpose']],
  [
    'contradictions',
    'declared-matches-observed',
    { set: { Update_LatestAvailableVersion: '0.0.0' } },
    ['violation'],
  ],
  ['shared secret', 'api-secret-strong', {}, ['not_applicable']],
  ['the auditor', 'auditor-account-least-privilege', {}, ['pass']],
  ['the auditor', 'auditor-account-least-privilege', { world: admin }, ['violation']],
  ['the auditor', 'auditor-account-least-privilege', { options: { anonymous: true } }, ['not_applicable']],
];
