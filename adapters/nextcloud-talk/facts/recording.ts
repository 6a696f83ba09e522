import { type Fact, hole, known, reason } from '../../contract/fact.ts';
import { evidenceOf, factOf, has } from '../../contract/seen.ts';
import {
  type Facts,
  type Observation,
  productFact,
  type Surroundings,
  talkMajor,
  ungiven,
  versionFact,
} from './observation.ts';

/** Recording, and what stays of a meeting, for the deployment. */
export function recordingFacts(observation: Observation): Facts {
  const { anonymous, now } = observation;
  return {
    recording_supported: productFact('recording_supported', true, now),
    recording_feature_enabled: factOf(anonymous.recording, (on) => on),
    recording_auto_start: unlessOff(observation),
    default_room_recording_allowed: defaultAllowed(observation),
    recording_consent_required: factOf(anonymous.recordingConsent, (consent) =>
      consent === 2 ? reason('not_observable', 'decided in each room') : consent === 1,
    ),
    recording_retention: recordingRetention(observation),
    shared_notes_persisted: versionFact('shared_notes_persisted', observation),
    whiteboard_persisted: factOf(observation.apps, (apps) => apps.includes('whiteboard'), {
      provenance: 'derived',
    }),
    transcript_persisted: transcripts(observation),
  };
}

/** Recordings are files of whoever recorded: only an app could delete them by itself. */
function recordingRetention({ apps, database: { recordings } }: Observation): Fact {
  if (!has(apps)) return hole(apps.reason, evidenceOf(apps));
  if (apps.value.includes('files_retention')) {
    return hole(reason('not_observable', 'rules of the app files_retention are not shown'), evidenceOf(apps));
  }
  if (!has(recordings)) return ungiven(recordings) ?? hole(recordings.reason, evidenceOf(recordings));
  return known({ unlimited: true }, [evidenceOf(apps, { provenance: 'derived' }), evidenceOf(recordings)]);
}

/** A summary is made by default once an AI provider is installed, which is not shown. */
function transcripts({ anonymous: { recording }, config }: Observation): Fact {
  if (!has(recording) || !recording.value) return factOf(recording, () => false);
  const { transcription, summary } = config;
  if (has(transcription) && transcription.value === true) return factOf(transcription, () => true, derived);
  if (has(summary) && summary.value !== false) return factOf(summary, () => true, derived);
  for (const seen of [transcription, summary]) {
    if (!has(seen)) return hole(seen.reason, evidenceOf(seen));
  }
  return known(false, [evidenceOf(summary, derived), evidenceOf(transcription, derived)]);
}

const derived = { provenance: 'derived' } as const;

/** Nothing starts by itself where nothing can be recorded; else the version's way decides. */
export function unlessOff(observation: Surroundings): Fact {
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
