import type { z } from 'zod';
import { flag, given, host, hosts, natural, page, roomName, strength, word } from './setting-values.ts';

/**
 * Settings that anybody may read, with what is kept of each. Nothing that is not in one of the two tables is looked at:
 * the same answers carry secrets.
 */
export const publicSettings = {
  Accounts_AllowAnonymousRead: flag,
  Accounts_AllowAnonymousWrite: flag,
  Accounts_AllowedDomainsList: given,
  Accounts_Default_User_Preferences_enableAutoAway: flag,
  Accounts_EmailVerification: flag,
  Accounts_ManuallyApproveNewUsers: flag,
  Accounts_Password_Policy_Enabled: flag,
  Accounts_Password_Policy_MinLength: natural,
  Accounts_RegistrationForm: word,
  AutoTranslate_Enabled: flag,
  AutoTranslate_ServiceProvider: word,
  FileUpload_Storage_Type: word,
  GoogleAnalytics_enabled: flag,
  GoogleTagManager_id: given,
  Jitsi_Enabled: flag,
  Layout_Login_Terms: page,
  Layout_Privacy_Policy: page,
  MapView_Enabled: flag,
  Message_KeepHistory: flag,
  Message_Read_Receipt_Enabled: flag,
  Message_Read_Receipt_Store_Users: flag,
  Pexip_Integration_Base_Url: host,
  Pexip_Integration_Enabled: flag,
  Pexip_Integration_Locked: flag,
  Pexip_Integration_SIP_AddAlias: flag,
  PiwikAnalytics_enabled: flag,
  PiwikAnalytics_url: host,
  Presence_broadcast_disabled: flag,
  Push_enable: flag,
  RetentionPolicy_AppliesToChannels: flag,
  RetentionPolicy_AppliesToDMs: flag,
  RetentionPolicy_AppliesToGroups: flag,
  RetentionPolicy_DoNotPruneDiscussion: flag,
  RetentionPolicy_DoNotPrunePinned: flag,
  RetentionPolicy_DoNotPruneThreads: flag,
  RetentionPolicy_Enabled: flag,
  RetentionPolicy_FilesOnly: flag,
  RetentionPolicy_TTL_Channels: natural,
  RetentionPolicy_TTL_DMs: natural,
  RetentionPolicy_TTL_Groups: natural,
  Site_Url: host,
  SlackBridge_Enabled: flag,
  Threads_enabled: flag,
  VideoConf_Disable_Channels: flag,
  VideoConf_Disable_DMs: flag,
  VideoConf_Disable_Groups: flag,
  VideoConf_Disable_Teams: flag,
  VideoConf_Enable_Channels: flag,
  VideoConf_Enable_DMs: flag,
  VideoConf_Enable_Groups: flag,
  VideoConf_Enable_Persistent_Chat: flag,
  VideoConf_Enable_Teams: flag,
  VideoConf_LiveKit_Agent_Mode: word,
  VideoConf_LiveKit_Enabled: flag,
  VideoConf_LiveKit_Recording_Enabled: flag,
  VideoConf_LiveKit_Summary_Enabled: flag,
  VideoConf_Persistent_Chat_Discussion_Name: roomName,
  VoIP_Enabled: flag,
  VoIP_TeamCollab_Enabled: flag,
  WebRTC_Enabled: flag,
  WebRTC_Servers: hosts,
  bigbluebutton_Enabled: flag,
} as const satisfies Record<string, z.ZodType>;

/** Settings behind `view-privileged-setting`, in the order in which they are asked: one call each, ten a minute. */
export const privateSettings = {
  Troubleshoot_Disable_Presence_Broadcast: flag,
  Bugsnag_api_key: given,
  NPS_survey_enabled: flag,
  Push_enable_gateway: flag,
  Push_gateway: host,
  Update_EnableChecker: flag,
  Update_LatestAvailableVersion: word,
  Federation_Service_Enabled: flag,
  Federation_Service_Allow_List: hosts,
  Pexip_Integration_Guest_Pin: strength,
} as const satisfies Record<string, z.ZodType>;

export type PublicId = keyof typeof publicSettings;
export type PrivateId = keyof typeof privateSettings;
export type PublicValue<I extends PublicId> = z.output<(typeof publicSettings)[I]>;
export type PrivateValue<I extends PrivateId> = z.output<(typeof privateSettings)[I]>;
