import { type Evidence, type Fact, hole, known, type Layer, reason } from '../../contract/fact.ts';
import { type Call, derived, fromField, proof } from '../answer.ts';
import type { CreatedSettings } from '../event.ts';

/**
 * Facts of a meeting at its creation. The guest policy may be changed by a moderator later, and nothing reports that; the
 * others last as long as the meeting.
 */
export function createdFacts(created: CreatedSettings, call: Call) {
  const at = (path: string): Evidence => proof(call, `props.${path}`);
  const waiting = waitingAtCreation(created, call);
  const features = created.disabledFeatures;
  return {
    room_kind: known('conference', proof(call, 'props.meetingProp.isBreakout', derived)),
    room_attention_tracking_enabled: fromField(
      call,
      'props.durationProps.userInactivityInspectTimerInMinutes',
      created.inspectMinutes,
      (minutes) => minutes > 0,
    ),
    room_activity_statistics_enabled: statistics(created, at),
    room_recording_allowed: fromField(call, 'props.recordProp.record', created.record, (record) => record),
    room_recording_auto_start: autoStart(created, at),
    room_recording_consent_required: consent(created, at),
    room_waiting_room_enabled: waiting,
    room_dial_in_waiting_room:
      'value' in waiting && !waiting.value
        ? waiting
        : hole(reason('not_observable', 'whether callers wait is not shown'), at('usersProp.guestPolicy')),
    room_dial_in_enabled: fromField(
      call,
      'props.voiceProp.dialNumber',
      created.telephone,
      (offered) => offered,
    ),
    room_dial_in_pin_length: fromField(
      call,
      'props.voiceProp.telVoice',
      created.pinLength,
      (length) => length,
    ),
    room_chat_persistent:
      features.ok && features.value.includes('chat')
        ? known(false, at('meetingProp.disabledFeatures'))
        : hole(
            features.ok
              ? reason('not_observable', 'whether chat outlives its meeting is not shown')
              : features.reason,
            at('meetingProp.disabledFeatures'),
          ),
    room_remote_control_allowed: fromField(
      call,
      'props.usersProp.allowModsToUnmuteUsers',
      created.moderatorsUnmute,
      (may) => may,
    ),
    room_screen_sharing_allowed_for: fromField(
      call,
      'props.meetingProp.disabledFeatures',
      features,
      (names) => (names.includes('screenshare') ? 'nobody' : 'presenter'),
    ),
    room_join_with_audio_muted: fromField(
      call,
      'props.voiceProp.muteOnStart',
      created.mutedOnStart,
      (muted) => muted,
    ),
  } satisfies Record<string, Fact>;
}

function statistics(created: CreatedSettings, at: (path: string) => Evidence): Fact {
  const { dashboard, keepsEvents, disabledFeatures } = created;
  if (dashboard.ok && dashboard.value) return known(true, at('password.learningDashboardAccessToken'));
  if (keepsEvents.ok && keepsEvents.value) return known(true, at('recordProp.keepEvents'));
  const evidence = at('meetingProp.disabledFeatures');
  for (const part of [disabledFeatures, keepsEvents]) if (!part.ok) return hole(part.reason, evidence);
  if (disabledFeatures.ok && disabledFeatures.value.includes('learningDashboard'))
    return known(false, evidence);
  return hole(reason('not_observable', 'the dashboard is neither switched off nor seen'), evidence);
}

function autoStart({ record, autoStart }: CreatedSettings, at: (path: string) => Evidence): Fact {
  const evidence = [at('recordProp.autoStartRecording'), at('recordProp.record')];
  if (record.ok && !record.value) return known(false, evidence);
  if (!autoStart.ok) return hole(autoStart.reason, evidence);
  if (!autoStart.value) return known(false, evidence);
  return record.ok ? known(true, evidence) : hole(record.reason, evidence);
}

/** Greenlight's page asks too; another front end is not known to. */
function consent({ asksConsent, greenlight }: CreatedSettings, at: (path: string) => Evidence): Fact {
  const evidence = at('meetingProp.notifyRecordingIsOn');
  if (!asksConsent.ok) return hole(asksConsent.reason, evidence);
  if (asksConsent.value) return known(true, evidence);
  if (greenlight)
    return hole(reason('not_observable', "whether Greenlight's page asks is not in the event"), evidence);
  return known(false, evidence);
}

export const policyPath = 'props.usersProp.guestPolicy';
export const guestsPath = 'props.usersProp.authenticatedGuest';

/** Where it is set so, nobody is held, whatever a moderator chooses. */
export function guestsPass({
  settings,
  call,
}: {
  settings: CreatedSettings;
  call: Call;
}): Fact<boolean> | null {
  const { authenticatedGuest } = settings;
  return authenticatedGuest.ok && !authenticatedGuest.value ? known(false, proof(call, guestsPath)) : null;
}

/** Other front ends may send everybody in as moderator, so that only the open side is shown for them. */
export function waitingAtCreation(settings: CreatedSettings, call: Call): Fact<boolean> {
  const { guestPolicy, authenticatedGuest, greenlight } = settings;
  const chain: Layer[] = guestPolicy.ok
    ? [{ layer: 'server', path: 'guestPolicy at the creation', value: guestPolicy.value, decides: true }]
    : [];
  const evidence = [proof(call, policyPath, guestPolicy.ok ? { chain } : {}), proof(call, guestsPath)];
  const passing = guestsPass({ settings, call });
  if (passing !== null) return passing;
  if (!guestPolicy.ok) return hole(guestPolicy.reason, evidence);
  if (guestPolicy.value === 'ALWAYS_ACCEPT') return known(false, evidence);
  if (!authenticatedGuest.ok) return hole(authenticatedGuest.reason, evidence);
  if (guestPolicy.value === 'ALWAYS_ACCEPT_AUTH')
    return hole(reason('version_unknown', 'what this guest policy does depends on the version'), evidence);
  // Nothing against a waiting room: what is known of the room's own door may stand.
  const detail = greenlight
    ? 'set at the creation; whether everybody comes in as moderator is not in the event'
    : 'set at the creation; who comes in as moderator is the matter of the front end';
  return hole(reason('not_observable', detail), []);
}
