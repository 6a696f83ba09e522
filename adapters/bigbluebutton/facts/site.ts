import { type Fact, hole, known, type Layer, reason } from '../../contract/fact.ts';
import { configurationEvidence } from '../../contract/room.ts';
import { type Answer, answered, derived, holeOf, notAsked, proof } from '../answer.ts';
import type { Environment, SiteOption, SiteValue } from '../greenlight.ts';
import { notGiven } from '../rows.ts';
import { hasOtherFrontEnd, mayBeBalancer, type Seen } from '../seen.ts';

const otherFrontEnd = reason(
  'not_observable',
  'another front end than Greenlight runs meetings here, and its defaults are invisible',
);

/** What Greenlight's site configuration says, for Greenlight's rooms. */
export function siteFacts(seen: Seen) {
  const option = optionsOf(seen);
  return {
    recording_feature_enabled: recordingEnabled(seen),
    default_room_recording_allowed: held(
      seen,
      fromOption(option('record'), 'record', (value) => value === 'true' || value === 'default_enabled'),
      false,
    ),
    access_restriction_forced: held(seen, forced(seen), true),
    default_room_password_required: held(
      seen,
      fromOption(
        option('glViewerAccessCode'),
        'glViewerAccessCode',
        (value) => value === 'true' || value === 'default_enabled',
      ),
      true,
    ),
    default_room_waiting_room_enabled: waitingRoomDefault(option('guestPolicy')),
    guest_access_allowed: held(
      seen,
      fromOption(option('glRequireAuthentication'), 'glRequireAuthentication', (value) => value !== 'true'),
      false,
    ),
    join_with_audio_muted: mutedDefault(option('muteOnStart')),
    ...versionedFacts(seen),
    ...noticeFacts(seen),
  } satisfies Record<string, Fact>;
}

export function optionsOf(seen: Seen): (name: SiteOption) => Answer<SiteValue> {
  return (name) => seen.greenlight?.options[name] ?? notAsked(notGiven('G1'));
}

function envOf(seen: Seen): Answer<Environment> {
  return seen.greenlight?.env ?? notAsked(notGiven('G0'));
}

const optionPath = (name: string): string => `rooms_configurations/${name}/data`;

function siteLayer(name: SiteOption, value: SiteValue, decides = true): Layer {
  return { layer: 'site', path: optionPath(name), value, decides };
}

function fromOption(
  answer: Answer<SiteValue>,
  name: SiteOption,
  value: (site: SiteValue) => boolean,
): Fact<boolean> {
  if (!answered(answer)) return holeOf(answer, optionPath(name));
  const chain = [siteLayer(name, answer.value)];
  return known(value(answer.value), proof(answer.call, optionPath(name), { chain }));
}

/** The harmless side of a value of Greenlight does not speak for the rooms of another front end. */
function held(seen: Seen, fact: Fact<boolean>, harmless: boolean): Fact {
  if (!('value' in fact) || fact.value !== harmless) return fact;
  if (!answered(seen.meetings)) return holeOf(seen.meetings, '/response/meetings');
  return hasOtherFrontEnd(seen.meetings.value) ? hole(otherFrontEnd, fact.evidence) : fact;
}

function recordingEnabled(seen: Seen): Fact {
  const { meetings } = seen;
  if (answered(meetings)) {
    const recorded = meetings.value.meetings.some(({ recording }) => recording.ok && recording.value);
    if (recorded) return known(true, proof(meetings.call, '/response/meetings/meeting/recording'));
  }
  const site = optionsOf(seen)('record');
  if (answered(site) && site.value !== 'false') {
    const chain = [siteLayer('record', site.value)];
    return known(true, proof(site.call, optionPath('record'), { force: 'default', chain }));
  }
  const tried = !answered(meetings) ? meetings : answered(site) || site.call === null ? null : site;
  if (tried !== null) return holeOf(tried, optionPath('record'));
  return hole(
    notGiven('FP', 'only the server says whether recording is possible at all'),
    answered(meetings) ? proof(meetings.call, '/response/meetings/meeting/recording') : [],
  );
}

/** Waiting room that works, or a sign-in that not everybody can give himself; a code by force creates none. */
function forced(seen: Seen): Fact<boolean> {
  const option = optionsOf(seen);
  const policy = option('guestPolicy');
  const moderators = option('glAnyoneJoinAsModerator');
  const login = signInForced(seen);
  if ('value' in login && login.value) return login;
  const waiting = waitingRoomForced(policy, moderators);
  if ('unavailable' in waiting) return waiting;
  if ('unavailable' in login) return login;
  if (mayBeBalancer(seen.root))
    return hole(notGiven('FB', 'a balancer may override what front ends send'), waiting.evidence);
  return known(false, [...waiting.evidence, ...login.evidence]);
}

function waitingRoomForced(policy: Answer<SiteValue>, moderators: Answer<SiteValue>): Fact<boolean> {
  if (answered(policy) && policy.value !== 'true') return fromOption(policy, 'guestPolicy', () => false);
  if (answered(moderators) && moderators.value !== 'false')
    return fromOption(moderators, 'glAnyoneJoinAsModerator', () => false);
  if (!answered(policy)) return holeOf(policy, optionPath('guestPolicy'));
  if (!answered(moderators)) return holeOf(moderators, optionPath('glAnyoneJoinAsModerator'));
  return hole(
    notGiven('FP', 'forced in Greenlight; without authenticatedGuest it would have no effect'),
    proof(policy.call, optionPath('guestPolicy'), { chain: [siteLayer('guestPolicy', policy.value)] }),
  );
}

function signInForced(seen: Seen): Fact<boolean> {
  const login = optionsOf(seen)('glRequireAuthentication');
  if (!answered(login)) return holeOf(login, optionPath('glRequireAuthentication'));
  const required = fromOption(login, 'glRequireAuthentication', () => false);
  if (login.value !== 'true') return required;
  const closed = registrationClosed(seen);
  return 'value' in closed ? known(closed.value, [...required.evidence, ...closed.evidence]) : closed;
}

/** Whether an account is more than a form that anybody fills in. */
export function registrationClosed(seen: Seen): Fact<boolean> {
  const method = seen.greenlight?.settings.RegistrationMethod ?? notAsked(notGiven('G2'));
  const path = 'site_settings/RegistrationMethod/data';
  if (!answered(method)) return holeOf(method, path);
  const evidence = proof(method.call, path);
  if (method.value === 'invite' || method.value === 'approval') return known(true, evidence);
  if (method.value !== 'open')
    return hole(reason('invalid_answer', 'a registration method that is not known'), evidence);
  const env = envOf(seen);
  if (!answered(env)) return holeOf(env, '/data/EXTERNAL_AUTH');
  const external = env.value.externalLogin;
  const envEvidence = proof(env.call, '/data/EXTERNAL_AUTH');
  if (!external.ok) return hole(external.reason, envEvidence);
  if (!external.value) return known(false, [evidence, envEvidence]);
  return hole(reason('not_observable', 'whom the identity provider lets in is not shown'), [
    evidence,
    envEvidence,
  ]);
}

function waitingRoomDefault(answer: Answer<SiteValue>): Fact {
  if (!answered(answer)) return holeOf(answer, optionPath('guestPolicy'));
  const chain = [siteLayer('guestPolicy', answer.value)];
  const evidence = proof(answer.call, optionPath('guestPolicy'), { chain });
  if (answer.value === 'optional' || answer.value === 'false') return known(false, evidence);
  return hole(
    notGiven('FP', 'on in Greenlight; without authenticatedGuest it would have no effect'),
    evidence,
  );
}

function mutedDefault(answer: Answer<SiteValue>): Fact {
  if (answered(answer) && answer.value === 'true') return fromOption(answer, 'muteOnStart', () => true);
  if (!answered(answer) && answer.call !== null) return holeOf(answer, optionPath('muteOnStart'));
  return hole(notGiven('FP'));
}

/** Properties of Greenlight 3 that nobody can set. */
function versionedFacts(seen: Seen) {
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

function noticeFacts(seen: Seen): {
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
