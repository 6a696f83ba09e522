import { type Evidence, type Fact, hole, known, type Layer, reason } from '../../contract/fact.ts';
import { type Answer, answered, holeOf, notAsked, proof } from '../answer.ts';
import type { Environment, SiteOption, SiteValue } from '../greenlight.ts';
import { notGiven } from '../rows.ts';
import { type AllSeen, hasOtherFrontEnd, mayBeBalancer, type Seen } from '../seen.ts';
import { balancerParameter, createParameter, factOf, flag, policyName, property } from '../settings.ts';
import { authenticatedGuest, holdsViewers } from './server-waiting.ts';

const otherFrontEnd = reason(
  'not_observable',
  'another front end than Greenlight runs meetings here, and its defaults are invisible',
);

/** What Greenlight's site configuration says, for Greenlight's rooms. */
export function siteFacts(seen: AllSeen) {
  const option = optionsOf(seen);
  return {
    recording_feature_enabled: recordingEnabled(seen),
    default_room_recording_allowed: recordingDefault(seen),
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
    default_room_waiting_room_enabled: waitingRoomDefault(seen, option('guestPolicy')),
    guest_access_allowed: held(
      seen,
      fromOption(option('glRequireAuthentication'), 'glRequireAuthentication', (value) => value !== 'true'),
      false,
    ),
    join_with_audio_muted: mutedDefault(seen, option('muteOnStart')),
  } satisfies Record<string, Fact>;
}

export function optionsOf(seen: Seen): (name: SiteOption) => Answer<SiteValue> {
  return (name) => seen.greenlight?.options[name] ?? notAsked(notGiven('G1'));
}

export function envOf(seen: Seen): Answer<Environment> {
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
export function held(seen: AllSeen, fact: Fact<boolean>, harmless: boolean): Fact {
  if (!('value' in fact) || fact.value !== harmless) return fact;
  if (!answered(seen.meetings)) return holeOf(seen.meetings, '/response/meetings');
  return hasOtherFrontEnd(seen.meetings.value) ? hole(otherFrontEnd, fact.evidence) : fact;
}

/** The server's word decides; a meeting that is recorded all the same contradicts it. */
function recordingEnabled(seen: AllSeen): Fact {
  const { meetings } = seen;
  const path = '/response/meetings/meeting/recording';
  const override = balancerParameter(seen, 'OVERRIDE_CREATE_PARAMS', 'record');
  const off = flag(property(seen, 'disableRecordingDefault'));
  const recorded =
    answered(meetings) && meetings.value.meetings.some(({ recording }) => recording.ok && recording.value)
      ? proof(meetings.call, path)
      : null;
  const forbidden =
    'value' in off && off.value
      ? off.evidence
      : !('reason' in override) && override.value === 'false'
        ? override.evidence
        : null;
  if (forbidden !== null) {
    if (recorded !== null)
      return hole(reason('conflicting', 'recording is off on the server, and a meeting is recorded'), [
        ...forbidden,
        recorded,
      ]);
    return known(
      false,
      forbidden.map((entry) => ({ ...entry, force: 'enforced' as const })),
    );
  }
  if (recorded !== null) return known(true, recorded);
  if ('value' in off) {
    if ('reason' in override) return hole(override.reason, off.evidence);
    return known(
      true,
      off.evidence.map((entry) => ({ ...entry, force: 'enforced' as const })),
    );
  }
  const site = optionsOf(seen)('record');
  if (answered(site) && site.value !== 'false') {
    const chain = [siteLayer('record', site.value)];
    return known(true, proof(site.call, optionPath('record'), { force: 'default', chain }));
  }
  if (off.evidence.length > 0) return hole(off.reason, off.evidence);
  const tried = !answered(meetings) ? meetings : answered(site) || site.call === null ? null : site;
  if (tried !== null) return holeOf(tried, optionPath('record'));
  return hole(
    notGiven('FP', 'only the server says whether recording is possible at all'),
    answered(meetings) ? proof(meetings.call, path) : [],
  );
}

/** Off on the server is off for every room; else what Greenlight starts its rooms with. */
function recordingDefault(seen: AllSeen): Fact {
  const off = flag(property(seen, 'disableRecordingDefault'));
  if ('value' in off && off.value)
    return known(
      false,
      off.evidence.map((entry) => ({ ...entry, force: 'enforced' as const })),
    );
  return held(
    seen,
    fromOption(
      optionsOf(seen)('record'),
      'record',
      (value) => value === 'true' || value === 'default_enabled',
    ),
    false,
  );
}

/** Waiting room that works, or a sign-in that not everybody can give himself; a code by force creates none. */
function forced(seen: AllSeen): Fact<boolean> {
  const option = optionsOf(seen);
  const policy = option('guestPolicy');
  const moderators = option('glAnyoneJoinAsModerator');
  const login = signInForced(seen);
  if ('value' in login && login.value) return login;
  const waiting = waitingRoomForced(seen, policy, moderators);
  if ('value' in waiting && waiting.value) return waiting;
  if ('unavailable' in waiting) return waiting;
  if ('unavailable' in login) return login;
  if (mayBeBalancer(seen.root) && seen.files.balancer === null)
    return hole(notGiven('FB', 'a balancer may override what front ends send'), waiting.evidence);
  const override = balancerParameter(seen, 'OVERRIDE_CREATE_PARAMS', 'guestPolicy');
  if ('reason' in override)
    return hole(override.reason, override.evidence.length > 0 ? override.evidence : waiting.evidence);
  if (override.value !== null && holdsViewers(seen, override.value) !== false)
    return hole(
      reason(
        'undecidable',
        'the balancer overrides the guest policy; who comes in as moderator is not shown',
      ),
      override.evidence,
    );
  return known(false, [...waiting.evidence, ...login.evidence]);
}

function waitingRoomForced(
  seen: AllSeen,
  policy: Answer<SiteValue>,
  moderators: Answer<SiteValue>,
): Fact<boolean> {
  if (answered(policy) && policy.value !== 'true') return fromOption(policy, 'guestPolicy', () => false);
  if (answered(moderators) && moderators.value !== 'false')
    return fromOption(moderators, 'glAnyoneJoinAsModerator', () => false);
  if (!answered(policy)) return holeOf(policy, optionPath('guestPolicy'));
  if (!answered(moderators)) return holeOf(moderators, optionPath('glAnyoneJoinAsModerator'));
  const evidence = proof(policy.call, optionPath('guestPolicy'), {
    chain: [siteLayer('guestPolicy', policy.value)],
  });
  return applied(seen, evidence, 'forced in Greenlight; without authenticatedGuest it would have no effect');
}

function signInForced(seen: AllSeen): Fact<boolean> {
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

/** A waiting room that Greenlight sets is one where the server holds viewers who are no guests by name. */
function applied(seen: Seen, evidence: Evidence, detail: string): Fact<boolean> {
  const guests = authenticatedGuest(seen);
  if ('value' in guests) {
    return guests.value
      ? known(true, [evidence, ...guests.evidence])
      : known(false, [...guests.evidence, evidence]);
  }
  if (seen.files.properties === null) return hole(notGiven('FP', detail), evidence);
  return hole(guests.reason, guests.evidence.length > 0 ? guests.evidence : evidence);
}

/** Greenlight's rooms by its own value, those of other front ends by the server's. */
function waitingRoomDefault(seen: AllSeen, answer: Answer<SiteValue>): Fact {
  if (!answered(answer)) {
    // Without the address of Greenlight it is not known whether there is one that starts its rooms otherwise.
    const server = seen.greenlight === null ? serverWaitingRoom(seen) : null;
    return server !== null && 'value' in server && !server.value
      ? server
      : holeOf(answer, optionPath('guestPolicy'));
  }
  const chain = [siteLayer('guestPolicy', answer.value)];
  const evidence = proof(answer.call, optionPath('guestPolicy'), { chain });
  if (answer.value === 'optional' || answer.value === 'false') return known(false, evidence);
  const own = applied(seen, evidence, 'on in Greenlight; without authenticatedGuest it would have no effect');
  if (!('value' in own) || !own.value) return own;
  if (!answered(seen.meetings)) return holeOf(seen.meetings, '/response/meetings');
  return hasOtherFrontEnd(seen.meetings.value) ? serverWaitingRoom(seen) : own;
}

function serverWaitingRoom(seen: Seen): Fact<boolean> {
  const policy = policyName(createParameter(seen, 'guestPolicy', 'defaultGuestPolicy'));
  if ('reason' in policy) return hole(policy.reason, policy.evidence);
  const holds = holdsViewers(seen, policy.value);
  if (holds === null)
    return hole(
      reason('version_unknown', 'what this guest policy does depends on the version'),
      policy.evidence,
    );
  if (!holds) return known(false, policy.evidence);
  return factOf(authenticatedGuest(seen), (applies) => applies);
}

/** Greenlight sends the option only when it is on; else the server's own value holds. */
function mutedDefault(seen: AllSeen, answer: Answer<SiteValue>): Fact {
  const server = flag(createParameter(seen, 'muteOnStart'));
  if ('value' in server && server.value) return known(true, server.evidence);
  const forced = answered(answer) && answer.value === 'true';
  if (forced && 'reason' in server) return fromOption(answer, 'muteOnStart', () => true);
  if (forced)
    return held(
      seen,
      fromOption(answer, 'muteOnStart', () => true),
      true,
    );
  if ('value' in server) return known(false, server.evidence);
  if (!answered(answer) && answer.call !== null) return holeOf(answer, optionPath('muteOnStart'));
  return hole(server.reason, server.evidence);
}
