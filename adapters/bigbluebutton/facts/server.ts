import { type Fact, hole, known, type Retention, reason } from '../../contract/fact.ts';
import { classificationMarking } from '../../contract/marking.ts';
import { answered, holeOf } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { AllSeen } from '../seen.ts';
import {
  balancerParameter,
  clientSetting,
  createParameter,
  factOf,
  flag,
  integer,
  names,
  property,
  read,
  type Setting,
  serverLine,
} from '../settings.ts';
import { holdTime } from './contradictions.ts';
import { dialNumber } from './dial.ts';

/** What the server's own files say, as the front ends find it; every meeting may be created otherwise. */
export function serverFacts(seen: AllSeen) {
  const features = names(createParameter(seen, 'disabledFeatures'));
  return {
    attention_tracking_enabled: factOf(
      integer(createParameter(seen, 'userInactivityInspectTimerInMinutes')),
      (minutes) => minutes > 0,
    ),
    activity_statistics_enabled: statistics(seen, features),
    activity_statistics_retention: factOf(
      integer(property(seen, 'learningDashboardCleanupDelayInMinutes')),
      (minutes): Retention => (minutes === 0 ? { unlimited: true } : { seconds: minutes * 60 }),
    ),
    recording_auto_start: autoStart(seen),
    recording_consent_required: factOf(flag(createParameter(seen, 'notifyRecordingIsOn')), (asks) => asks),
    recording_retention: recordingRetention(seen),
    lock_supported: factOf(flag(clientSetting(seen, 'public.app.dynamicGuestPolicy')), (may) => may, {
      force: 'enforced',
    }),
    dial_in_enabled: factOf(dialNumber(seen), (offered) => offered),
    shared_notes_persisted: offOnly(
      features,
      'sharedNotes',
      'whether notes outlive their meeting is not shown',
    ),
    whiteboard_persisted: hole(
      reason('not_observable', 'no source shows whether whiteboards outlive their meeting'),
    ),
    transcript_persisted: transcript(seen, features),
    remote_control_enabled: remoteControl(seen),
    screen_sharing_allowed_for: screenSharing(seen, features),
    virtual_background_enabled: virtualBackground(seen, features),
    join_with_video_off: factOf(
      flag(clientSetting(seen, 'public.kurento.autoShareWebcam')),
      (shared) => !shared,
    ),
    welcome_notice_contains_classified_warning: warning(seen),
    api_secret_checking_enabled: checking(seen),
    api_accepts_sha1: acceptsSha1(seen),
  } satisfies Record<string, Fact>;
}

/** The dashboard, or a log of events of meetings that are not recorded. */
function statistics(seen: AllSeen, features: Setting<string[]>): Fact {
  const kept = flag(createParameter(seen, 'meetingKeepEvents', 'defaultKeepEvents'));
  if ('value' in kept && kept.value) return known(true, kept.evidence);
  if ('reason' in features) return hole(features.reason, features.evidence);
  const off = features.value.includes('learningDashboard') ? features : dashboardOff(seen);
  if ('reason' in off) return hole(off.reason, off.evidence);
  if (off.value === false) return known(true, features.evidence);
  if ('reason' in kept) return hole(kept.reason, kept.evidence);
  return known(false, [...off.evidence, ...kept.evidence]);
}

/** 2.7 has a switch of its own; in 3.0 it is without effect. */
function dashboardOff(seen: AllSeen): Setting<boolean> {
  const line = serverLine(seen);
  if (line === '3.0' || line === '4.0') return { value: false, evidence: [] };
  const enabled = flag(property(seen, 'learningDashboardEnabled'));
  if ('reason' in enabled) return enabled;
  if (enabled.value) return { value: false, evidence: [] };
  if (line === null)
    return {
      reason: reason('version_unknown', 'learningDashboardEnabled has an effect in 2.7 only', {
        kind: 'config',
        name: 'version',
      }),
      evidence: enabled.evidence,
    };
  return { value: true, evidence: enabled.evidence };
}

function autoStart(seen: AllSeen): Fact {
  const forced = balancerParameter(seen, 'OVERRIDE_CREATE_PARAMS', 'autoStartRecording');
  if (!('reason' in forced) && (forced.value === 'true' || forced.value === 'false'))
    return known(forced.value === 'true', forced.evidence);
  const off = flag(property(seen, 'disableRecordingDefault'));
  if ('value' in off && off.value) return factOf(off, () => false, { force: 'enforced' });
  const setting = flag(createParameter(seen, 'autoStartRecording'));
  if ('reason' in setting || !setting.value) return factOf(setting, (starts) => starts);
  const stoppable = flag(createParameter(seen, 'allowStartStopRecording'));
  return known(true, [...setting.evidence, ...stoppable.evidence]);
}

/** Published recordings stay for ever, unless the balancer has a time for them. */
function recordingRetention(seen: AllSeen): Fact {
  const held = holdTime(seen);
  if (held !== null && 'value' in held) {
    const days = integer({ value: held.value ?? '', evidence: held.evidence });
    return factOf(
      days,
      (value): Retention => (value === 0 ? { unlimited: true } : { seconds: value * 86_400 }),
    );
  }
  if (held !== null && held.evidence.length > 0) return hole(held.reason, held.evidence);
  if (seen.files.cron === null && seen.files.balancer === null)
    return hole(notGiven('FC', 'published recordings are never removed by default'));
  return hole(
    reason('not_observable', 'published recordings are never removed by default; a script may do it'),
  );
}

/** A function that is switched off leaves nothing behind; what a function that is on leaves is not shown. */
function offOnly(features: Setting<string[]>, name: string, otherwise: string): Fact {
  if ('reason' in features) return hole(features.reason, features.evidence);
  if (features.value.includes(name)) return known(false, features.evidence);
  return hole(reason('not_observable', otherwise), features.evidence);
}

function transcript(seen: AllSeen, features: Setting<string[]>): Fact {
  if ('value' in features && features.value.includes('liveTranscription'))
    return known(false, features.evidence);
  const captions = flag(clientSetting(seen, 'public.app.audioCaptions.enabled'));
  if ('value' in captions && !captions.value) return known(false, captions.evidence);
  if ('reason' in features) return hole(features.reason, features.evidence);
  if ('reason' in captions)
    return hole(captions.reason, captions.evidence.length > 0 ? captions.evidence : features.evidence);
  return hole(reason('not_observable', 'whether a transcript is kept is not shown'), captions.evidence);
}

/** From 4.0 on the participant may be asked first. */
function remoteControl(seen: AllSeen): Fact {
  const unmute = flag(createParameter(seen, 'allowModsToUnmuteUsers'));
  if ('reason' in unmute || !unmute.value || serverLine(seen) !== '4.0') return factOf(unmute, (may) => may);
  const consent = flag(property(seen, 'requireUserConsentBeforeUnmuting'));
  if ('reason' in consent) return hole(consent.reason, consent.evidence);
  return known(!consent.value, [...consent.evidence, ...unmute.evidence]);
}

function screenSharing(seen: AllSeen, features: Setting<string[]>): Fact {
  if ('value' in features && features.value.includes('screenshare'))
    return known('nobody', features.evidence);
  const client = flag(clientSetting(seen, 'public.kurento.enableScreensharing'));
  if ('value' in client && !client.value) return factOf(client, () => 'nobody', { force: 'enforced' });
  if ('reason' in features) return hole(features.reason, features.evidence);
  if ('reason' in client)
    return hole(client.reason, client.evidence.length > 0 ? client.evidence : features.evidence);
  return known('presenter', [...features.evidence, ...client.evidence]);
}

function virtualBackground(seen: AllSeen, features: Setting<string[]>): Fact {
  if ('value' in features && features.value.includes('virtualBackgrounds'))
    return known(false, features.evidence);
  const client = flag(clientSetting(seen, 'public.virtualBackgrounds.enabled'));
  if ('value' in client && !client.value) return factOf(client, () => false, { force: 'enforced' });
  if ('reason' in features) return hole(features.reason, features.evidence);
  if ('reason' in client)
    return hole(client.reason, client.evidence.length > 0 ? client.evidence : features.evidence);
  return known(true, [...features.evidence, ...client.evidence]);
}

function warning(seen: AllSeen): Fact {
  const text = property(seen, 'defaultWelcomeMessage');
  if ('reason' in text) {
    const open = text.reason.code === 'version_unknown';
    return hole(
      open ? reason('not_observable', 'no text of the server warns; other texts are not shown') : text.reason,
      text.evidence,
    );
  }
  if (containsWarning(text.value)) return known(true, text.evidence);
  return hole(
    reason('not_observable', 'no text of the server warns; other texts are not shown'),
    text.evidence,
  );
}

export function containsWarning(text: string): boolean {
  return classificationMarking([text]) !== 'none' || /verschlu(?:ss|ß)sache|classified/i.test(text);
}

function checking({ probes }: AllSeen): Fact {
  if (probes === null)
    return hole(notGiven('A4', 'a signed call that succeeds does not prove that a wrong one fails'));
  const { checked } = probes;
  if (!answered(checked)) return holeOf(checked, 'checksum');
  return known(checked.value, {
    source: checked.call.source,
    locator: checked.call.locator,
    path: 'checksum',
    observed_at: checked.call.at,
    provenance: 'direct',
    force: 'enforced',
  });
}

function acceptsSha1(seen: AllSeen): Fact {
  const { probes } = seen;
  const listed = read(property(seen, 'supportedChecksumAlgorithms'), (text) =>
    text.split(',').some((name) => name.trim().toLowerCase() === 'sha1'),
  );
  if (probes !== null) {
    const { outdated } = probes;
    if (answered(outdated))
      return known(outdated.value, {
        source: outdated.call.source,
        locator: outdated.call.locator,
        path: 'checksum',
        observed_at: outdated.call.at,
        provenance: 'direct',
        force: 'enforced',
      });
    if ('reason' in listed) return holeOf(outdated, 'checksum');
  }
  if ('reason' in listed && listed.evidence.length === 0)
    return hole(notGiven('A4', 'supportedChecksumAlgorithms of `properties` would show it too'));
  return factOf(listed, (accepted) => accepted, { force: 'enforced' });
}
