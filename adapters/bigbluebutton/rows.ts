import type { FactSource } from '../contract/adapter.ts';
import { notConfigured, type Reason, type SourceId } from '../contract/fact.ts';
import type { FactName } from '../contract/vocabulary.ts';

type Proves = 'both' | 'true' | 'false' | 'value';

/** Key of the configuration that gives a source, in the order in which the cheaper one comes first. */
const keys: Readonly<Record<string, string>> = {
  G0: 'greenlight.url',
  G1: 'greenlight.url',
  G2: 'greenlight.url',
  G3: 'greenlight.url',
  GS: 'greenlight.database',
  A4: 'probes',
  FP: 'properties',
  FY: 'html5_settings',
  FC: 'cron',
  FT: 'turn',
  FB: 'balancer_env',
  FW: 'webhooks',
  EV: 'webhooks',
  EM: 'webhooks',
  configuration: 'version',
};

/** What the product is, read in the lines that `releases.ts` lists. */
export const productSource = 'product';
/** The dated list in `releases.ts`. */
export const releaseSource = 'releases';

function rows(fact: FactName, sources: Record<SourceId, Proves>): FactSource[] {
  return Object.entries(sources).map(([source, proves]) => {
    const key = keys[source];
    return { fact, source, proves, ...(key === undefined ? {} : { needs: { kind: 'config', name: key } }) };
  });
}

const deployment: FactSource[] = [
  ...rows('presence_status_supported', { A0: 'false' }),
  ...rows('presence_status_feature_enabled', { A0: 'false' }),
  ...rows('presence_status_visibility', { A0: 'value' }),
  ...rows('presence_auto_away_enabled', { A0: 'false' }),
  ...rows('attention_tracking_supported', { A0: 'true' }),
  ...rows('attention_tracking_enabled', { FB: 'both', FP: 'both' }),
  ...rows('activity_statistics_supported', { A0: 'true' }),
  ...rows('activity_statistics_switchable', { A0: 'true' }),
  ...rows('activity_statistics_enabled', { FB: 'both', FP: 'both' }),
  ...rows('activity_statistics_retention', { FP: 'value' }),
  ...rows('third_party_analytics_enabled', { FY: 'both', FP: 'both', FW: 'both', A3: 'both', A1: 'both' }),
  ...rows('third_party_analytics_hosts', { FY: 'value', FP: 'value', FW: 'value', A3: 'value', A1: 'value' }),
  ...rows('recording_supported', { product: 'true' }),
  ...rows('recording_auto_start', { FB: 'both', FP: 'both' }),
  ...rows('recording_feature_enabled', { FP: 'both', FB: 'false', A1: 'true', G1: 'true' }),
  ...rows('default_room_recording_allowed', { FP: 'false', G1: 'both' }),
  ...rows('recording_consent_required', { FB: 'both', FP: 'both' }),
  ...rows('recording_retention', { FB: 'value', FC: 'value' }),
  ...rows('contradictions', { A2: 'value', FP: 'value', FB: 'value', G1: 'value', GS: 'value' }),
  ...rows('access_restriction_forced', { FB: 'both', G1: 'both', FP: 'both' }),
  ...rows('default_room_password_required', { G1: 'both' }),
  ...rows('default_room_waiting_room_enabled', { G1: 'both', FB: 'both', FP: 'both' }),
  ...rows('password_policy_supported', { G0: 'false' }),
  ...rows('password_policy_enforced', { G0: 'true' }),
  ...rows('password_policy_min_length', { G0: 'value' }),
  ...rows('guest_access_allowed', { G1: 'both' }),
  ...rows('guest_access_decided_in_rooms', { G0: 'true' }),
  ...rows('guest_name_required', { product: 'true' }),
  ...rows('lock_supported', { FY: 'both' }),
  ...rows('dial_in_enabled', { FP: 'both' }),
  ...rows('user_directory_visible_to_guests', { G0: 'false' }),
  ...rows('participant_emails_visible_to_guests', { G0: 'false' }),
  ...rows('shared_notes_persisted', { FB: 'false', FP: 'false' }),
  { fact: 'whiteboard_persisted', never: 'No source shows whether whiteboards outlive their meeting.' },
  ...rows('transcript_persisted', { FB: 'false', FP: 'false', FY: 'false' }),
  ...rows('remote_control_supported', { A0: 'true' }),
  ...rows('remote_control_enabled', { FB: 'both', FP: 'both' }),
  ...rows('screen_sharing_allowed_for', { FB: 'value', FP: 'value', FY: 'value' }),
  ...rows('virtual_background_supported', { A0: 'true' }),
  ...rows('virtual_background_enabled', { FB: 'both', FP: 'both', FY: 'both' }),
  ...rows('join_with_audio_muted', { FB: 'both', FP: 'both', G1: 'true' }),
  ...rows('join_with_video_off', { FY: 'both' }),
  ...rows('platform_version', { A0: 'value', G0: 'value', configuration: 'value' }),
  ...rows('platform_branch_supported', { A0: 'both', G0: 'both', configuration: 'both' }),
  ...rows('latest_patch_version', { releases: 'value' }),
  ...rows('version_list_age', { releases: 'value' }),
  ...rows('component_versions', { A0: 'value', G0: 'value', configuration: 'value' }),
  ...rows('shared_secret_used', { product: 'true' }),
  ...rows('api_secret_length', { A1: 'value', A2: 'value', A3: 'value' }),
  ...rows('api_secret_is_public_value', { product: 'both' }),
  ...rows('api_secret_checking_enabled', { A4: 'both' }),
  ...rows('api_accepts_sha1', { A4: 'both', FP: 'both' }),
  ...rows('auditor_account_used', { product: 'true' }),
  ...rows('auditor_account_excess_privileges', { GS: 'value', product: 'value' }),
  ...rows('external_endpoints', {
    FT: 'value',
    FY: 'value',
    FB: 'value',
    FP: 'value',
    A1: 'value',
    A2: 'value',
    A3: 'value',
    GS: 'value',
  }),
  ...rows('external_endpoints_third_country', {
    FT: 'value',
    FY: 'value',
    FB: 'value',
    FP: 'value',
    A1: 'value',
    A2: 'value',
    A3: 'value',
    GS: 'value',
  }),
  ...rows('privacy_notice_present', { G2: 'both' }),
  {
    fact: 'privacy_notice_present',
    source: 'configuration',
    proves: 'true',
    needs: { kind: 'config', name: 'privacy_notice' },
  },
  ...rows('privacy_notice_shown_before_join', { G2: 'both' }),
  ...rows('welcome_notice_contains_classified_warning', { FP: 'true' }),
];

const room: FactSource[] = [
  ...rows('room_kind', { A1: 'value', GS: 'value', EV: 'value' }),
  ...rows('room_conference_possible', { product: 'true' }),
  { fact: 'room_tags', source: 'configuration', proves: 'value' },
  ...rows('room_attention_tracking_enabled', { EV: 'both' }),
  ...rows('room_activity_statistics_enabled', { EV: 'both', A1: 'true' }),
  ...rows('room_recording_switch_supported', { product: 'true' }),
  ...rows('room_recording_auto_start', { EV: 'both', A1: 'false', FP: 'false', FB: 'false', GS: 'false' }),
  ...rows('room_recording_allowed', { EV: 'both', A1: 'both', FP: 'false', FB: 'both', GS: 'both' }),
  ...rows('room_recording_consent_required', { EV: 'both', G3: 'true', GS: 'true' }),
  ...rows('room_recordings_count', { A2: 'value', GS: 'value' }),
  ...rows('room_oldest_recording_age', { A2: 'value' }),
  ...rows('room_contradictions', { A1: 'value', A2: 'value', G3: 'value', EV: 'value', GS: 'value' }),
  ...rows('room_password_required', { GS: 'both', G3: 'both' }),
  ...rows('room_waiting_room_enabled', {
    EV: 'both',
    FB: 'both',
    GS: 'both',
    FP: 'both',
    G1: 'both',
    G3: 'false',
  }),
  ...rows('room_members_only', { A1: 'false', GS: 'false', EV: 'false' }),
  ...rows('room_signed_in_only', { GS: 'both', G3: 'both' }),
  ...rows('room_password_length', { GS: 'value' }),
  ...rows('room_password_entropy_bits', { GS: 'value' }),
  {
    fact: 'room_password_in_invite_link',
    never: 'A link may carry the code; whether one was sent is invisible.',
  },
  ...rows('room_password_in_public_text', { GS: 'true' }),
  ...rows('room_link_guessable', { A1: 'false', GS: 'false', EV: 'false' }),
  ...rows('room_publicly_listed', { A1: 'false', GS: 'false', EV: 'false' }),
  ...rows('room_joinable_without_invitation', {
    A1: 'both',
    GS: 'both',
    G3: 'both',
    EV: 'both',
    FB: 'both',
    FP: 'both',
    G1: 'both',
  }),
  ...rows('room_guest_access_allowed', { GS: 'both', G3: 'both' }),
  ...rows('room_dial_in_enabled', { A1: 'both', EV: 'both', FP: 'both' }),
  ...rows('room_dial_in_pin_required', { product: 'true' }),
  ...rows('room_dial_in_pin_length', { A1: 'value', EV: 'value', FB: 'value', FP: 'value' }),
  ...rows('room_dial_in_waiting_room', {
    EV: 'false',
    FB: 'false',
    FP: 'false',
    GS: 'false',
    G1: 'false',
    G3: 'false',
  }),
  ...rows('room_chat_persistent', { EV: 'false' }),
  { fact: 'room_chat_retention', never: 'BigBlueButton has no retention of chats that could be read.' },
  { fact: 'room_oldest_chat_message_age', never: 'Messages are never read.' },
  ...rows('room_shared_documents_count', { GS: 'value' }),
  { fact: 'room_oldest_shared_document_age', never: 'Uploads in meetings are invisible and may be older.' },
  ...rows('room_document_retention', { FC: 'value', GS: 'value' }),
  ...rows('room_remote_control_allowed', { EV: 'both' }),
  ...rows('room_classification_marking', { A1: 'value', GS: 'value', G3: 'value', A2: 'value', EV: 'value' }),
  ...rows('room_screen_sharing_allowed_for', { EV: 'value', FY: 'value' }),
  ...rows('room_join_with_audio_muted', { EV: 'both', GS: 'true', FB: 'both', FP: 'both' }),
  ...rows('room_join_with_video_off', { FY: 'false' }),
  {
    fact: 'participants_expected',
    source: 'configuration',
    proves: 'value',
    needs: { kind: 'config', name: 'participants_expected' },
  },
  ...rows('meeting_running', { A1: 'both' }),
  ...rows('meeting_running_time', { A1: 'value' }),
  ...rows('meeting_recording_in_progress', { EM: 'both', A1: 'false' }),
  ...rows('meeting_session_captured', { A1: 'both' }),
  ...rows('meeting_locked', { A1: 'true' }),
  ...rows('participants_total', { A1: 'value' }),
  ...rows('participants_unauthenticated', { A1: 'value', EM: 'value' }),
  ...rows('participants_dial_in_unnamed', { A1: 'value' }),
  { fact: 'participants_waiting', never: 'The waiting room is neither in the API nor in the webhooks.' },
];

const recording: FactSource[] = [
  ...rows('recording.age', { A2: 'value' }),
  ...rows('recording.state', { A2: 'value' }),
  ...rows('recording.publicly_listed', { A2: 'both', GS: 'both' }),
  ...rows('recording.room_id', { A2: 'value' }),
];

export const factRows: readonly FactSource[] = [...deployment, ...room, ...recording];

/** A source that was not given, by its key. */
export function notGiven(source: keyof typeof keys & string, detail?: string): Reason {
  return notConfigured(keys[source] ?? source, detail);
}
