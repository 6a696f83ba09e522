/** A setting as the server keeps it; public ones are read by anybody. */
export interface SimulatedSetting {
  value: unknown;
  public: boolean;
  enterprise?: boolean;
}

export type SimulatedSettings = Record<string, SimulatedSetting>;

/** Secrets of the server: whoever reads all settings gets them, in clear. */
export const plantedSettings = {
  SMTP_Password: 'smtp-Kr4nich-password',
  FileUpload_S3_AWSSecretAccessKey: 's3-Kr4nich-access-key',
  Bugsnag_api_key: 'bugsnag-Kr4nich-key',
  Pexip_Integration_Guest_Pin: '4711088150',
} as const;

const shippedPage = (title: string): string =>
  `${title} <br> Go to APP SETTINGS &rarr; Layout to customize this page.`;

const shipped: Record<string, unknown> = {
  Accounts_AllowAnonymousRead: false,
  Accounts_AllowAnonymousWrite: false,
  Accounts_AllowedDomainsList: '',
  Accounts_Default_User_Preferences_enableAutoAway: true,
  Accounts_EmailVerification: false,
  Accounts_ManuallyApproveNewUsers: false,
  Accounts_Password_Policy_Enabled: true,
  Accounts_Password_Policy_MinLength: 14,
  Accounts_RegistrationForm: 'Public',
  AutoTranslate_Enabled: false,
  AutoTranslate_ServiceProvider: 'google-translate',
  FileUpload_Storage_Type: 'GridFS',
  GoogleAnalytics_enabled: false,
  GoogleTagManager_id: '',
  Layout_Login_Terms: '',
  Layout_Privacy_Policy: shippedPage('Privacy Policy'),
  MapView_Enabled: false,
  Message_KeepHistory: false,
  Pexip_Integration_Base_Url: '',
  Pexip_Integration_Enabled: false,
  Pexip_Integration_Locked: true,
  Pexip_Integration_SIP_AddAlias: false,
  PiwikAnalytics_enabled: false,
  PiwikAnalytics_url: '',
  Presence_broadcast_disabled: false,
  Push_enable: true,
  RetentionPolicy_AppliesToChannels: false,
  RetentionPolicy_AppliesToDMs: false,
  RetentionPolicy_AppliesToGroups: false,
  RetentionPolicy_DoNotPruneDiscussion: true,
  RetentionPolicy_DoNotPrunePinned: false,
  RetentionPolicy_DoNotPruneThreads: true,
  RetentionPolicy_Enabled: false,
  RetentionPolicy_FilesOnly: false,
  RetentionPolicy_TTL_Channels: 2_592_000_000,
  RetentionPolicy_TTL_DMs: 2_592_000_000,
  RetentionPolicy_TTL_Groups: 2_592_000_000,
  Site_Url: 'https://chat.example.org',
  SlackBridge_Enabled: false,
  Threads_enabled: true,
  VoIP_Enabled: false,
  VoIP_TeamCollab_Enabled: false,
  WebRTC_Enabled: false,
  WebRTC_Servers: 'stun:stun.l.google.com:19302, team%40example.org:turn-Kr4nich@turn.example.net:3478',
};

/** Premium; without a licence the server gives the value that is in force. */
const premium: Record<string, unknown> = {
  Message_Read_Receipt_Enabled: false,
  Message_Read_Receipt_Store_Users: false,
  VideoConf_Enable_Channels: true,
  VideoConf_Enable_DMs: true,
  VideoConf_Enable_Groups: true,
  VideoConf_Enable_Teams: true,
  VideoConf_Enable_Persistent_Chat: false,
  VideoConf_Persistent_Chat_Discussion_Name: 'Conference Call Chat History',
};

const hidden: Record<string, unknown> = {
  ...plantedSettings,
  Bugsnag_api_key: '',
  Pexip_Integration_Guest_Pin: '',
  Federation_Service_Allow_List: '',
  Federation_Service_Enabled: false,
  NPS_survey_enabled: true,
  Push_enable_gateway: true,
  Push_gateway: 'https://gateway.rocket.chat',
  Troubleshoot_Disable_Presence_Broadcast: false,
  Update_EnableChecker: true,
  Update_LatestAvailableVersion: '8.8.1',
};

/** As a server is shipped, then `changes` by id. `undefined` takes a setting away: that version has none. */
export function settingsOf(changes: Record<string, unknown> = {}): SimulatedSettings {
  const made: SimulatedSettings = {};
  const add = (values: Record<string, unknown>, more: Omit<SimulatedSetting, 'value'>): void => {
    for (const [id, value] of Object.entries(values)) made[id] = { value, ...more };
  };
  add(shipped, { public: true });
  add(premium, { public: true, enterprise: true });
  add(hidden, { public: false });
  for (const [id, value] of Object.entries(changes)) {
    if (value === undefined) delete made[id];
    else made[id] = { ...(made[id] ?? { public: true }), value };
  }
  return made;
}

/** What an administrator changes who has read the documents. */
export const strictSettings: Record<string, unknown> = {
  Accounts_Default_User_Preferences_enableAutoAway: false,
  Accounts_RegistrationForm: 'Disabled',
  Accounts_EmailVerification: true,
  Accounts_AllowedDomainsList: 'example.org',
  Layout_Login_Terms:
    '<p>Keine Verschlusssachen. <a href="https://www.example.org/datenschutz">Datenschutz</a></p>',
  Layout_Privacy_Policy: '<p>Datenschutzhinweise nach Art. 13 DSGVO</p>',
  NPS_survey_enabled: false,
  Push_enable_gateway: false,
  RetentionPolicy_Enabled: true,
  RetentionPolicy_AppliesToChannels: true,
  RetentionPolicy_AppliesToDMs: true,
  RetentionPolicy_AppliesToGroups: true,
  RetentionPolicy_DoNotPruneDiscussion: false,
  RetentionPolicy_DoNotPruneThreads: false,
  RetentionPolicy_TTL_Channels: 604_800_000,
  RetentionPolicy_TTL_Groups: 604_800_000,
  Troubleshoot_Disable_Presence_Broadcast: true,
};
