import { type Fact, hole, known, type ListValue, reason } from '../../contract/fact.ts';
import { answered, derived, holeOf, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { Seen } from '../seen.ts';
import { endpointFacts } from './endpoints.ts';
import { lineFacts, productEvidence, versionFacts } from './product.ts';
import { siteFacts } from './site.ts';

/** Every fact that this adapter declares for a deployment. */
export function deploymentFacts(seen: Seen): Record<string, Fact> {
  return {
    ...lineFacts(seen),
    ...versionFacts(seen),
    ...siteFacts(seen),
    ...endpointFacts(seen),
    ...accountFacts(seen),
    ...fileFacts(),
    contradictions: contradictions(seen),
  };
}

/** The product knows one secret with one right, so that a smaller one cannot be chosen. */
function accountFacts(seen: Seen) {
  const { secret, now } = seen;
  const configured = productEvidence('secret', now);
  return {
    recording_supported: known(true, productEvidence('recording', now)),
    guest_name_required: known(true, productEvidence('join', now)),
    shared_secret_used: known(true, productEvidence('checksum', now)),
    auditor_account_used: known(true, configured),
    auditor_account_excess_privileges: known<ListValue>({ items: [], complete: true }, configured),
    api_secret_is_public_value: known(secret.publicValue, configured),
    api_secret_length: secretLength(seen),
    api_secret_checking_enabled: hole(
      notGiven('A4', 'a signed call that succeeds does not prove that a wrong one fails'),
    ),
  } satisfies Record<string, Fact>;
}

/** Known to be the server's own once any signed call was accepted. */
function secretLength({ secret, meetings, recordings, hooks }: Seen): Fact {
  if (answered(meetings)) return known(secret.length, proof(meetings.call, 'secret', derived));
  const { call, gap, count } = recordings;
  if (call !== null && (gap === null || gap.code === 'incomplete' || count > 0))
    return known(secret.length, proof(call, 'secret', derived));
  if (answered(hooks)) return known(secret.length, proof(hooks.call, 'secret', derived));
  return holeOf(meetings, 'secret');
}

/** What only the server's own files say. */
function fileFacts() {
  const properties = hole(notGiven('FP'));
  return {
    attention_tracking_enabled: properties,
    activity_statistics_enabled: properties,
    activity_statistics_retention: properties,
    recording_auto_start: properties,
    recording_consent_required: properties,
    recording_retention: hole(notGiven('FC', 'published recordings are never removed by default')),
    lock_supported: hole(notGiven('FY')),
    dial_in_enabled: properties,
    shared_notes_persisted: properties,
    whiteboard_persisted: hole(
      reason('not_observable', 'no source shows whether whiteboards outlive their meeting'),
    ),
    transcript_persisted: properties,
    remote_control_enabled: properties,
    screen_sharing_allowed_for: properties,
    virtual_background_enabled: properties,
    join_with_video_off: hole(notGiven('FY')),
    welcome_notice_contains_classified_warning: properties,
  } satisfies Record<string, Fact>;
}

/** Pairs that need files or the database are open, so the list always is. */
function contradictions({ recordings }: Seen): Fact {
  const evidence =
    recordings.call === null ? [] : [proof(recordings.call, '/response/recordings/recording/state')];
  const items = recordings.deleted > 0 ? ['deleted_still_listed'] : [];
  const missing = recordings.gap ?? notGiven('FP', 'settings of the server are not compared');
  return known({ items, complete: false, missing }, evidence);
}
