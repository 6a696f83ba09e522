import { type Fact, hole, known } from '../../contract/fact.ts';
import { evidenceOf, has } from '../../contract/seen.ts';
import { isProvider, neverShown, unlessNoCalls } from './calls.ts';
import { type Bit, either, isFalse, isTrue, notObservable, productFact, settingOrNone } from './logic.ts';
import type { Facts, Observation } from './observation.ts';
import { chatRetention } from './retention.ts';

/** Recording, and what stays of a call, for the deployment. Most of it is the conference provider's matter. */
export function recordingFacts(observation: Observation): Facts {
  const recorder = settingOrNone(observation, 'VideoConf_LiveKit_Recording_Enabled');
  const recording = onOr(recorder, observation);
  const chat = settingOrNone(observation, 'VideoConf_Enable_Persistent_Chat');
  return {
    recording_supported: recording,
    recording_auto_start: unlessNoCalls(observation, false),
    recording_feature_enabled: recording,
    default_room_recording_allowed: recording,
    recording_consent_required: neverShown(observation),
    recording_retention: neverShown(observation),
    chat_persistent: onOr(chat, observation),
    chat_retention: chatRetention(observation),
    shared_notes_persisted: unlessNoCalls(observation, false),
    whiteboard_persisted: unlessNoCalls(observation, false),
    transcript_persisted: onOr(
      either(agent(observation), settingOrNone(observation, 'VideoConf_LiveKit_Summary_Enabled')),
      observation,
    ),
    remote_control_supported: unlessNoCalls(observation, false),
    remote_control_enabled: neverShown(observation),
    virtual_background_supported: unlessNoCalls(observation, false),
    virtual_background_enabled: neverShown(observation),
    join_with_audio_muted: neverShown(observation),
    join_with_video_off: neverShown(observation),
    lock_supported: isProvider(observation, 'pexip')
      ? known(true, observation.calls.evidence)
      : unlessNoCalls(observation, false),
  };
}

/** A switch of Rocket.Chat itself shows that something is on; that it is off says nothing about the provider. */
function onOr(bit: Bit, observation: Observation): Bit {
  return isFalse(bit) ? unlessNoCalls(observation, false) : bit;
}

function agent({ published }: Observation): Bit {
  const mode = published.get('VideoConf_LiveKit_Agent_Mode');
  if (has(mode)) return known(mode.value !== 'off' && mode.value !== '', evidenceOf(mode));
  return mode.absent
    ? known(false, evidenceOf(mode, { provenance: 'documented_default' }))
    : hole(mode.reason, evidenceOf(mode));
}

export function dialInFacts(observation: Observation): Facts {
  const pexipDialIn = settingOrNone(observation, 'Pexip_Integration_SIP_AddAlias');
  const pexip = settingOrNone(observation, 'Pexip_Integration_Enabled');
  const telephony = either(
    settingOrNone(observation, 'VoIP_TeamCollab_Enabled'),
    settingOrNone(observation, 'VoIP_Enabled'),
  );
  return {
    dial_in_enabled: dialIn([pexip, pexipDialIn], telephony, observation),
    shared_secret_used: productFact('shared_secret_used', false, observation.now),
    api_secret_length: hole(notObservable('there is no shared secret')),
  };
}

function dialIn([pexip, alias]: [Bit, Bit], telephony: Bit, observation: Observation): Fact {
  if (isTrue(telephony)) return telephony;
  if (isTrue(pexip) && isTrue(alias)) return known(true, [...pexip.evidence, ...alias.evidence]);
  if ('unavailable' in telephony) return telephony;
  if ('unavailable' in pexip) return pexip;
  if (isTrue(pexip) && 'unavailable' in alias) return alias;
  return unlessNoCalls(observation, false);
}
