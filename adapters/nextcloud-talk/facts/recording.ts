import { type Fact, hole, notPermitted, reason } from '../../contract/fact.ts';
import { factOf, has } from '../seen.ts';
import { type Facts, type Observation, productFact, talkMajor, versionFact } from './observation.ts';

/** Recording, and what stays of a meeting, for the deployment. */
export function recordingFacts(observation: Observation): Facts {
  const { anonymous, now } = observation;
  const admin = hole(notPermitted('server admin', 'the list of apps was not read'));
  return {
    recording_supported: productFact('recording_supported', true, now),
    recording_feature_enabled: factOf(anonymous.recording, (on) => on),
    recording_auto_start: unlessOff(observation),
    default_room_recording_allowed: defaultAllowed(observation),
    recording_consent_required: factOf(anonymous.recordingConsent, (consent) =>
      consent === 2 ? reason('not_observable', 'decided in each room') : consent === 1,
    ),
    recording_retention: admin,
    shared_notes_persisted: versionFact('shared_notes_persisted', observation),
    whiteboard_persisted: admin,
    transcript_persisted: factOf(anonymous.recording, (on) =>
      on ? notPermitted('server admin', 'settings of transcripts and summaries were not read') : false,
    ),
  };
}

/** Nothing starts by itself where nothing can be recorded; else the version's way decides. */
export function unlessOff(observation: Observation): Fact {
  const { recording } = observation.anonymous;
  if (!has(recording) || !recording.value) return factOf(recording, () => false, { provenance: 'derived' });
  return versionFact('recording_auto_start', observation);
}

function defaultAllowed(observation: Observation): Fact {
  const { recording } = observation.anonymous;
  const major = talkMajor(observation);
  return factOf(
    recording,
    (on) => {
      if (!on) return false;
      if (major === undefined) return reason('version_unknown');
      if (major === 22 || major === 23) return true;
      return reason('not_supported_by_version', `presets of Talk ${major} are not read`);
    },
    { provenance: 'derived' },
  );
}
