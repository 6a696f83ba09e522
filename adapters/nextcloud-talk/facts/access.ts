import { type Fact, hole, known, reason } from '../../contract/fact.ts';
import { evidenceOf, factOf, has, type Seen, valueIn } from '../../contract/seen.ts';
import { compareVersions } from '../../contract/version.ts';
import {
  type Facts,
  type Observation,
  outsideAllowedGroups,
  productFact,
  ungiven,
  versionFact,
} from './observation.ts';
import { appFact, listedApp } from './tracking.ts';

/** Doors, passwords, guests, dial-in, screens and microphones, for the deployment. */
export function accessFacts(observation: Observation): Facts {
  const { anonymous, account, passwordApp, now } = observation;
  const media = since(anonymous.startWithoutMedia, '20.1', observation);
  const muted: Fact =
    'value' in media
      ? known(media.value, evidenceOf(anonymous.startWithoutMedia, { force: 'default' }))
      : media;
  return {
    access_restriction_forced: since(anonymous.forcePasswords, '21', observation),
    default_room_password_required: defaultPassword(observation),
    default_room_waiting_room_enabled: versionFact('default_room_waiting_room_enabled', observation),
    password_policy_supported: productFact('password_policy_supported', true, now),
    password_policy_scope: productFact('password_policy_scope', 'rooms', now),
    password_policy_enforced: listedApp(
      appFact(account.passwordPolicy, null, account, passwordApp),
      'password_policy',
      observation,
    ),
    password_policy_min_length: factOf(
      has(account.passwordMinLength) || !account.passwordMinLength.absent
        ? account.passwordMinLength
        : account.passwordMinLengthOld,
      (length) => length,
    ),
    guest_access_allowed: versionFact('guest_access_allowed', observation),
    guest_access_decided_in_rooms: versionFact('guest_access_decided_in_rooms', observation),
    guest_name_required: versionFact('guest_name_required', observation),
    lock_supported: productFact('lock_supported', true, now),
    dial_in_enabled: factOf(anonymous.sipEnabled, (on) => on),
    user_directory_visible_to_guests: directory(observation),
    participant_emails_visible_to_guests: mailsVisible(observation),
    remote_control_supported: remoteControl(observation),
    remote_control_enabled: hole(reason('not_observable', 'Talk has no such function to switch')),
    virtual_background_supported: productFact('virtual_background_supported', true, now),
    virtual_background_enabled: backgrounds(observation),
    join_with_audio_muted: muted,
    join_with_video_off: muted,
    privacy_notice_shown_before_join: hole(reason('not_observable', 'no source shows what a guest sees')),
    welcome_notice_contains_classified_warning: hole(reason('not_observable', 'Talk has no welcome text')),
  };
}

/** A setting that an older Talk does not have at all. */
function since(seen: Seen<boolean>, version: string, { anonymous }: Observation): Fact {
  if (has(seen) || !seen.absent || !has(anonymous.spreed)) return factOf(seen, (on) => on);
  return hole(reason('not_supported_by_version', `came with Talk ${version}`), evidenceOf(seen));
}

function defaultPassword(observation: Observation): Fact {
  const { forcePasswords } = observation.anonymous;
  if (has(forcePasswords) && forcePasswords.value) {
    return factOf(forcePasswords, (on) => on, { provenance: 'derived' });
  }
  if (!has(forcePasswords)) return since(forcePasswords, '21', observation);
  return versionFact('default_room_password_required', observation);
}

/** Accounts of the app for guests are accounts: what they find is not shown. */
function directory(observation: Observation): Fact {
  const { apps } = observation;
  if (has(apps) && apps.value.includes('guests')) {
    return hole(
      reason('not_observable', 'what accounts of the Guests app see is not shown'),
      evidenceOf(apps),
    );
  }
  return versionFact('user_directory_visible_to_guests', observation);
}

/** Guests who moderate may read the list of participants with its mail addresses. */
function mailsVisible({ rooms, database: { guestModerators } }: Observation): Fact {
  for (const { people } of rooms) {
    if (people === undefined || 'reason' in people || people.guestModerators === 0) continue;
    return known(true, evidenceOf(people, { path: 'ocs.data[].participantType' }));
  }
  return ungiven(guestModerators) ?? factOf(guestModerators, (count) => count > 0, { provenance: 'derived' });
}

/** A call may run in a foreign service since 23.0.7; its key is absent only if nobody was shown it. */
function remoteControl(observation: Observation): Fact {
  const { anonymous, account } = observation;
  const services = [anonymous.externalCallService, account.externalCallService];
  const foreign = services.find((seen) => has(seen) && seen.value !== '');
  if (foreign !== undefined) {
    return hole(reason('not_observable', 'calls run in a foreign service'), evidenceOf(foreign));
  }
  const [first] = services;
  if (first !== undefined && !has(first) && !first.absent) return factOf(first, () => false);
  const talk = valueIn(anonymous.version);
  const lookedTwice = services.every((seen) => has(seen) || seen.absent);
  if (talk !== undefined && (compareVersions(talk, '23.0.7') ?? 1) >= 0 && !lookedTwice) {
    const fill = { kind: 'config', name: 'user' } as const;
    const why = reason('not_configured', 'a foreign call service is excluded by two answers only', fill);
    return hole(why, evidenceOf(anonymous.externalCallService));
  }
  return versionFact('remote_control_supported', observation);
}

/** The signed-in answer: without login it is the guests' offer, which stands in the chain. */
function backgrounds({ account, anonymous }: Observation): Fact {
  if (!has(account.spreed) && account.spreed.absent && has(account.core)) {
    return hole(outsideAllowedGroups, evidenceOf(account.spreed));
  }
  const images =
    has(account.backgroundsV2) || !account.backgroundsV2.absent ? account.backgroundsV2 : account.backgrounds;
  const upload = account.uploadBackground;
  const chain = [
    { layer: 'site' as const, path: images.path, value: valueIn(images)?.length ?? null, decides: true },
    {
      layer: 'site' as const,
      path: `${anonymous.backgroundsV2.path} (guests)`,
      value: valueIn(anonymous.backgroundsV2)?.length ?? null,
      decides: false,
    },
  ];
  if (has(images) && images.value.length > 0) return factOf(images, () => true, { chain });
  if (has(upload) && upload.value) return factOf(upload, () => true, { chain });
  if (!has(images)) return factOf(images, () => false);
  return factOf(upload, () => false, { chain });
}
