import type { FactSource } from '../contract/adapter.ts';
import type { SourceId } from '../contract/fact.ts';
import type { FactName } from '../contract/vocabulary.ts';
import { needsOf } from './sources.ts';

type Proves = 'both' | 'true' | 'false' | 'value';

function row(fact: FactName, from: Record<SourceId, Proves>): FactSource[] {
  return Object.entries(from).map(([source, proves]) => {
    const needs = needsOf(source);
    return { fact, source, proves, ...(needs === undefined ? {} : { needs }) };
  });
}

const never = (fact: FactName, why: string): FactSource => ({ fact, never: why });
const provider = 'It lies with the conference provider: judge its server as conference_target.';
/** The three lists that show rooms. */
const lists = (proves: Proves) => ({ AR: proves, CL: proves, GL: proves });

const deployment: FactSource[] = [
  ...row('presence_status_supported', { product: 'true' }),
  ...row('presence_status_feature_enabled', { V: 'both' }),
  ...row('presence_status_visibility', { V: 'value' }),
  ...row('presence_auto_away_enabled', { P: 'both' }),
  ...row('attention_tracking_supported', { P: 'true', VC: 'true' }),
  ...row('attention_tracking_enabled', { P: 'true', VC: 'false' }),
  ...row('activity_statistics_supported', { VC: 'true', LI: 'both' }),
  ...row('activity_statistics_enabled', { VC: 'true', LI: 'both' }),
  ...row('activity_statistics_switchable', { product: 'false' }),
  never('activity_statistics_retention', 'No deletion of call records is known.'),
  ...row('third_party_analytics_enabled', { P: 'true', V: 'both' }),
  ...row('third_party_analytics_hosts', { P: 'value', V: 'value' }),
  ...row('recording_supported', { P: 'true', VC: 'false' }),
  ...row('recording_auto_start', { VC: 'false' }),
  ...row('recording_feature_enabled', { P: 'true', VC: 'false' }),
  ...row('default_room_recording_allowed', { P: 'true', VC: 'false' }),
  never('recording_consent_required', provider),
  never('recording_retention', provider),
  ...row('contradictions', {
    I0: 'value',
    P: 'value',
    V: 'value',
    VC: 'value',
    AS: 'value',
    VL: 'value',
    configuration: 'value',
  }),
  ...row('access_restriction_forced', { P: 'both', V: 'both', AS: 'both' }),
  ...row('default_room_password_required', { product: 'false' }),
  ...row('default_room_waiting_room_enabled', { P: 'both', AS: 'both' }),
  ...row('password_policy_supported', { product: 'true' }),
  ...row('password_policy_scope', { product: 'value' }),
  ...row('password_policy_enforced', { W: 'both', P: 'both' }),
  ...row('password_policy_min_length', { W: 'value', P: 'value' }),
  ...row('guest_access_allowed', { P: 'true', VC: 'false', AS: 'both', V: 'both' }),
  ...row('guest_access_decided_in_rooms', { product: 'false' }),
  never('guest_name_required', provider),
  ...row('lock_supported', { VC: 'both' }),
  ...row('chat_persistent', { P: 'true', VC: 'false' }),
  ...row('chat_retention', { P: 'value' }),
  ...row('shared_notes_persisted', { VC: 'false' }),
  ...row('whiteboard_persisted', { VC: 'false' }),
  ...row('transcript_persisted', { P: 'true', VC: 'false' }),
  ...row('remote_control_supported', { VC: 'false' }),
  never('remote_control_enabled', provider),
  ...row('virtual_background_supported', { VC: 'false' }),
  never('virtual_background_enabled', provider),
  never('join_with_audio_muted', provider),
  never('join_with_video_off', provider),
  ...row('dial_in_enabled', { P: 'true', VC: 'false' }),
  ...row('dial_in_pin_required', { V: 'both' }),
  ...row('dial_in_pin_length', { V: 'value' }),
  ...row('dial_in_waiting_room', { P: 'both' }),
  ...row('user_directory_visible_to_guests', { PL: 'both' }),
  ...row('participant_emails_visible_to_guests', { PL: 'both' }),
  ...row('platform_version', { I1: 'value' }),
  ...row('component_versions', { I1: 'value', AI: 'value' }),
  ...row('platform_branch_supported', { I0: 'both', I1: 'both', releases: 'both' }),
  ...row('latest_patch_version', { I0: 'value', I1: 'value', V: 'value', releases: 'value' }),
  ...row('version_list_age', { I0: 'value', I1: 'value', releases: 'value' }),
  ...row('shared_secret_used', { product: 'false' }),
  never('api_secret_length', 'The server makes the tokens of its users; there is no shared secret.'),
  ...row('auditor_account_used', { configuration: 'both' }),
  ...row('auditor_account_excess_privileges', { ME: 'value', PL: 'value', RO: 'value' }),
  ...row('external_endpoints', {
    P: 'value',
    V: 'value',
    I0: 'value',
    I1: 'value',
    AS: 'value',
    VC: 'value',
    VL: 'value',
  }),
  ...row('external_endpoints_third_country', {
    P: 'value',
    V: 'value',
    I0: 'value',
    I1: 'value',
    AS: 'value',
    VC: 'value',
    VL: 'value',
  }),
  ...row('privacy_notice_present', { P: 'both', configuration: 'true' }),
  ...row('privacy_notice_shown_before_join', { P: 'both' }),
  ...row('welcome_notice_contains_classified_warning', { P: 'both' }),
];

const room: FactSource[] = [
  ...row('room_kind', lists('value')),
  ...row('room_conference_possible', { P: 'both', VC: 'false', ...lists('false') }),
  ...row('room_tags', { configuration: 'value' }),
  ...row('room_recording_switch_supported', { P: 'false', VC: 'false', ...lists('false') }),
  ...row('room_recording_auto_start', { P: 'false', VC: 'false', ...lists('false') }),
  ...row('room_recording_allowed', { P: 'false', VC: 'false', ...lists('false') }),
  never('room_recording_consent_required', provider),
  ...row('room_password_required', { ...lists('false'), VC: 'false', V: 'both' }),
  ...row('room_waiting_room_enabled', { P: 'both', AS: 'both' }),
  ...row('room_members_only', { ...lists('false'), AS: 'both', V: 'both', VC: 'true' }),
  ...row('room_signed_in_only', { ...lists('false'), AS: 'both', V: 'both', VC: 'true' }),
  ...row('room_password_length', { VC: 'value', V: 'value' }),
  ...row('room_password_entropy_bits', { VC: 'value', V: 'value' }),
  ...row('room_password_in_invite_link', { VC: 'true', VL: 'true' }),
  ...row('room_password_in_public_text', lists('both')),
  ...row('room_link_guessable', { VC: 'false' }),
  ...row('room_publicly_listed', { ...lists('both'), TL: 'both' }),
  ...row('room_joinable_without_invitation', {
    ...lists('both'),
    PL: 'both',
    AS: 'both',
    V: 'both',
    VC: 'false',
  }),
  ...row('room_guest_access_allowed', { P: 'true', AS: 'both', V: 'both', VC: 'false' }),
  ...row('room_chat_persistent', lists('true')),
  ...row('room_chat_retention', { P: 'value', CL: 'value', GL: 'value' }),
  never('room_oldest_chat_message_age', 'Messages are never read.'),
  never('room_shared_documents_count', 'The lists of files name files and persons.'),
  never('room_oldest_shared_document_age', 'The lists of files name files and persons.'),
  ...row('room_document_retention', { P: 'value', CL: 'value', GL: 'value' }),
  ...row('room_classification_marking', lists('value')),
  ...row('room_contradictions', { P: 'value', CL: 'value', GL: 'value', VL: 'value' }),
  never('room_screen_sharing_allowed_for', provider),
  ...row('participants_expected', { configuration: 'value' }),
  ...row('meeting_running', { VL: 'both' }),
  ...row('meeting_running_time', { VL: 'value' }),
  ...row('meeting_recording_in_progress', { VL: 'false' }),
  never('meeting_locked', 'No answer shows it while a call runs.'),
  never('participants_total', 'The record names who joined so far, not who is in.'),
  ...row('participants_unauthenticated', { VL: 'value' }),
  never('participants_waiting', provider),
  never('participants_dial_in_unnamed', provider),
];

export const rows: readonly FactSource[] = [...deployment, ...room];
