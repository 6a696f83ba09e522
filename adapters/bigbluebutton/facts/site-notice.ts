import { type Fact, hole, known, type Layer, reason } from '../../contract/fact.ts';
import { configurationEvidence } from '../../contract/room.ts';
import { answered, derived, holeOf, proof } from '../answer.ts';
import { notGiven } from '../rows.ts';
import type { AllSeen } from '../seen.ts';
import { envOf, held } from './site.ts';

/** Properties of Greenlight 3 that nobody can set. */
export function versionedFacts(seen: AllSeen) {
  const env = envOf(seen);
  const fact = <T extends boolean | number>(value: T, documented = false): Fact<T> => {
    if (!answered(env)) return holeOf(env, '/data/VERSION_TAG');
    const evidence = proof(env.call, '/data/VERSION_TAG', {
      provenance: documented ? 'documented_default' : 'derived',
    });
    if (env.value.version === null)
      return hole(reason('version_unknown', 'VERSION_TAG is no release'), evidence);
    if (!env.value.version.startsWith('3.'))
      return hole(reason('version_unknown', 'only Greenlight 3 was read'), evidence);
    return known(value, evidence);
  };
  return {
    password_policy_supported: held(seen, fact<boolean>(false), false),
    password_policy_enforced: held(seen, fact<boolean>(true), true),
    password_policy_min_length: fact(6, true),
    guest_access_decided_in_rooms: answered(env)
      ? known(true, proof(env.call, '/data', derived))
      : holeOf(env, '/data'),
    user_directory_visible_to_guests: held(seen, fact<boolean>(false), false),
    participant_emails_visible_to_guests: held(seen, fact<boolean>(false), false),
  };
}

export function noticeFacts(seen: AllSeen): {
  privacy_notice_present: Fact;
  privacy_notice_shown_before_join: Fact;
} {
  const path = 'site_settings/PrivacyPolicy/data';
  const { settings, now } = seen;
  if (seen.greenlight === null) {
    const declared = settings.privacy_notice;
    return {
      privacy_notice_present:
        declared === undefined
          ? hole(notGiven('G2'))
          : known(true, {
              ...configurationEvidence('privacy_notice', now),
              chain: [{ layer: 'site', path: 'privacy_notice', value: declared, decides: true }],
            }),
      privacy_notice_shown_before_join: hole(notGiven('G2')),
    };
  }
  const answer = seen.greenlight.settings.PrivacyPolicy;
  if (!answered(answer))
    return {
      privacy_notice_present: holeOf(answer, path),
      privacy_notice_shown_before_join: holeOf(answer, path),
    };
  const present = answer.value.trim() !== '';
  const chain: Layer[] = [
    { layer: 'site', path, value: present ? noticeAddress(answer.value) : '', decides: true },
  ];
  return {
    privacy_notice_present: known(present, proof(answer.call, path, { chain })),
    privacy_notice_shown_before_join: known(present, proof(answer.call, path, { ...derived, chain })),
  };
}

/** The address without its query, or that it is a text. */
function noticeAddress(value: string): string {
  const url = URL.parse(value.trim());
  return url === null ? 'text' : `${url.origin}${url.pathname}`;
}
