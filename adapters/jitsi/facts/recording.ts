import type { FactSource } from '../../contract/adapter.ts';
import { type Fact, hole } from '../../contract/fact.ts';
import type { Seen } from '../seen.ts';
import {
  anyOf,
  type Bit,
  bitFact,
  configBit,
  configGiven,
  derived,
  evidence,
  type Facts,
  knownBit,
  later,
  never,
  noBit,
  not,
  notObservable,
  productFact,
  productRows,
  rows,
} from './base.ts';

export const recordingRows: FactSource[] = [
  ...productRows('recording_supported', false),
  later('recording_feature_enabled', 'E', 'both', 'env_file'),
  ...rows('recording_feature_enabled', ['C', 'true'], ['X3', 'false']),
  ...rows('recording_auto_start', ['X3', 'false']),
  ...rows('default_room_recording_allowed', ['C', 'true'], ['X3', 'false']),
  ...rows('recording_consent_required', ['C', 'both']),
  never('recording_retention', 'Jitsi has no deletion rule; a script of the operator may do anything'),
  later('transcript_persisted', 'E', 'true', 'env_file'),
  ...rows('transcript_persisted', ['X3', 'false']),
];

export function recordingFacts(seen: Seen): Facts {
  const enabled = recordingEnabled(seen);
  return {
    recording_supported: productFact(seen, true, false),
    recording_feature_enabled: bitFact(enabled),
    recording_auto_start: autoStart(seen, enabled),
    default_room_recording_allowed: bitFact({ ...enabled, evidence: derived(enabled.evidence) }),
    recording_consent_required: bitFact(configBit(seen, 'recordings.requireConsent', 'enforced', false)),
    recording_retention: hole(notObservable('no deletion rule exists')),
    transcript_persisted: bitFact(transcripts(seen)),
  };
}

/**
 * On if any way is on. Off needs every way off in the page's configuration and a server without a recorder's domain;
 * recording in the browser stays in the participants' hands even then.
 */
export function recordingEnabled(seen: Seen): Bit {
  const ways = anyOf(
    configBit(seen, 'recordingService.enabled', 'overridable', false),
    configBit(seen, 'liveStreaming.enabled', 'overridable', false),
    configGiven(seen, 'dropbox.appKey'),
    not(configBit(seen, 'localRecording.disable', 'overridable', false)),
  );
  if (ways.value !== false) return ways;
  const backend = recorderDomain(seen);
  if (backend.value !== false)
    return backend.value === null
      ? backend
      : noBit(
          notObservable('switched off in the page, but the server has a domain for recorders', 'env_file'),
          ...backend.evidence,
        );
  return knownBit(false, ...derived(backend.evidence, 'overridable'), ...ways.evidence);
}

/** Present proves nothing by itself: transcription uses the same domain, and some packages always have it. */
export function recorderDomain(seen: Seen): Bit {
  const at = evidence(seen, 'X3', 'item hidden. or recorder.');
  const named = configGiven(seen, 'hiddenDomain');
  if (named.value === true) return named;
  if (seen.items.state === 'unknown') return noBit(seen.items.reason, at);
  if (seen.items.value.some((jid) => /^(?:hidden|recorder)\./.test(jid))) return knownBit(true, at);
  return named.value === null ? named : knownBit(false, at, ...named.evidence);
}

function autoStart(seen: Seen, enabled: Bit): Fact {
  if (enabled.value === false) return bitFact({ value: false, evidence: derived(enabled.evidence) });
  const why = notObservable('an embedding page may start a recording');
  return hole(
    why,
    enabled.evidence.length > 0 ? enabled.evidence : [evidence(seen, 'C', 'recordingService')],
  );
}

function transcripts(seen: Seen): Bit {
  const on = configBit(seen, 'transcription.enabled', 'overridable', false);
  if (on.value === null) return on;
  if (on.value)
    return noBit(
      notObservable('whether transcripts are kept stands in the environment file', 'env_file'),
      ...on.evidence,
    );
  const backend = recorderDomain(seen);
  if (backend.value === null) return backend;
  if (backend.value)
    return noBit(
      notObservable('the server has a domain that transcription uses', 'env_file'),
      ...backend.evidence,
    );
  return knownBit(false, ...derived(backend.evidence, 'overridable'), ...on.evidence);
}
