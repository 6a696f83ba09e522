import type { FactSource } from '../../contract/adapter.ts';
import { type Fact, hole, reason } from '../../contract/fact.ts';
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
  keyed,
  knownBit,
  never,
  noBit,
  not,
  notObservable,
  productFact,
  productRows,
  rows,
} from './base.ts';
import { envBit } from './files.ts';
import { layered, type Witness } from './witness.ts';

export const recordingRows: FactSource[] = [
  ...productRows('recording_supported', false),
  keyed('recording_feature_enabled', 'E', 'both', 'env_file'),
  ...rows('recording_feature_enabled', ['C', 'true'], ['X3', 'false']),
  ...rows('recording_auto_start', ['X3', 'false']),
  keyed('recording_auto_start', 'E', 'false', 'env_file'),
  keyed('default_room_recording_allowed', 'E', 'both', 'env_file'),
  ...rows('default_room_recording_allowed', ['C', 'true'], ['X3', 'false']),
  ...rows('recording_consent_required', ['C', 'both']),
  never('recording_retention', 'Jitsi has no deletion rule; a script of the operator may do anything'),
  keyed('transcript_persisted', 'E', 'both', 'env_file'),
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
  const server = backend(seen, 'ENABLE_RECORDING', 'ENABLE_LIVESTREAMING');
  const layers: Witness[] = [
    { layer: 'server', bit: server },
    { layer: 'site', bit: ways },
  ];
  const on = layers.find(({ bit }) => bit.value === true);
  if (on !== undefined)
    return layered(
      on,
      layers.filter(({ bit }) => bit.value !== null),
    );
  if (ways.value === null) return ways;
  if (server.value === null) return server;
  const off: Witness = {
    layer: 'server',
    bit: knownBit(false, ...derived(server.evidence, 'overridable'), ...ways.evidence),
  };
  return layered(off, [off, ...layers.slice(1)]);
}

/**
 * Whether the server has what records or transcribes: by the environment file, else by its domains. A domain is there
 * for recording and for transcription alike, so it only contradicts a file that has both off.
 */
function backend(seen: Seen, ...keys: readonly string[]): Bit {
  const file = anyOf(...keys.map((key) => envBit(seen, key)));
  const domain = recorderDomain(seen);
  if (file.value === true) return file;
  if (file.value !== null) {
    const other = anyOf(envBit(seen, 'ENABLE_RECORDING'), envBit(seen, 'ENABLE_TRANSCRIPTIONS'));
    const [at] = domain.evidence;
    const named = domain.value === true && (at?.source === 'C' || hiddenListed(seen));
    if (other.value !== false || !named) return file;
    const detail = 'recording and transcription are off in the file, but the server has their domain';
    return noBit(reason('conflicting', detail), ...file.evidence, ...domain.evidence);
  }
  if (file.reason.code !== 'not_configured') return file;
  if (domain.value !== true) return domain;
  return noBit(
    notObservable('switched off in the page, but the server has a domain for recorders', 'env_file'),
    ...domain.evidence,
  );
}

function hiddenListed(seen: Seen): boolean {
  return seen.items.state === 'known' && seen.items.value.some((jid) => jid.startsWith('hidden.'));
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
  const server = backend(seen, 'ENABLE_TRANSCRIPTIONS');
  const [at] = server.evidence;
  if (server.value === true) return server;
  const on = configBit(seen, 'transcription.enabled', 'overridable', false);
  if (on.value === null) return on;
  if (on.value) {
    const both = [...server.evidence, ...on.evidence];
    if (server.value === false && at?.source === 'E')
      return noBit(reason('conflicting', 'on in the page, off in the environment file'), ...both);
    return noBit(
      notObservable('whether transcripts are kept stands in the environment file', 'env_file'),
      ...on.evidence,
    );
  }
  if (server.value === null) return server;
  return knownBit(false, ...derived(server.evidence, 'overridable'), ...on.evidence);
}
