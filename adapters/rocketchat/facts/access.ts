import { type Fact, hole, known, reason } from '../../contract/fact.ts';
import { evidenceOf, factOf, has } from '../../contract/seen.ts';
import { elsewhere, isProvider, neverShown } from './calls.ts';
import {
  type Bit,
  bitOf,
  both,
  derived,
  either,
  isFalse,
  isTrue,
  not,
  notObservable,
  productFact,
  setting,
  settingOrNone,
  unique,
} from './logic.ts';
import type { Facts, Observation } from './observation.ts';
import { forcedRestriction, guestPinLength, guestPinSet, providerAsks, waitingRoom } from './provider.ts';

/** Doors, passwords of accounts, guests, telephone. */
export function accessFacts(observation: Observation): Facts {
  const { now } = observation;
  return {
    access_restriction_forced: forcedRestriction(observation),
    default_room_password_required: productFact(
      'default_room_password_required',
      false,
      now,
      'a join code is set by hand and is not asked when a call is joined',
    ),
    default_room_waiting_room_enabled: waitingRoom(observation),
    ...passwordFacts(observation),
    guest_access_allowed: guestAccess(observation),
    guest_access_decided_in_rooms: productFact('guest_access_decided_in_rooms', false, now),
    guest_name_required: hole(notObservable('asked by the conference provider, if at all')),
    ...dialInPins(observation),
    user_directory_visible_to_guests: directoryVisible(observation),
    participant_emails_visible_to_guests: mailsVisible(observation),
  };
}

/** The rule in force is asked first, the stored settings stand behind it. */
function passwordFacts(observation: Observation): Facts {
  const { passwordPolicy, published, now } = observation;
  const stored = published.get('Accounts_Password_Policy_Enabled');
  const length = published.get('Accounts_Password_Policy_MinLength');
  const enforced = has(passwordPolicy.enabled) ? passwordPolicy.enabled : stored;
  const minimum = has(passwordPolicy.minLength) ? passwordPolicy.minLength : length;
  const on = bitOf(enforced, (value) => value);
  return {
    password_policy_supported: productFact('password_policy_supported', true, now),
    password_policy_scope: productFact('password_policy_scope', 'accounts', now),
    password_policy_enforced: on,
    password_policy_min_length: isFalse(on)
      ? known(0, on.evidence)
      : isTrue(on)
        ? factOf(minimum, (value) => value)
        : (on as Fact),
  };
}

export function anonymousReading(observation: Observation): Bit {
  return setting(observation, 'Accounts_AllowAnonymousRead');
}

/** Whoever registers alone, unverified and from any domain, is no known participant. */
function selfRegistered({ published }: Observation): Bit {
  const open = bitOf(published.get('Accounts_RegistrationForm'), (form) => form === 'Public');
  const checks = [
    bitOf(published.get('Accounts_EmailVerification'), (on) => on),
    bitOf(published.get('Accounts_ManuallyApproveNewUsers'), (on) => on),
    bitOf(published.get('Accounts_AllowedDomainsList'), (set) => set),
  ];
  return derived(both(open, not(either(...checks))), (value) => value);
}

function guestAccess(observation: Observation): Bit {
  const own = either(
    anonymousReading(observation),
    settingOrNone(observation, 'Accounts_AllowAnonymousWrite'),
    selfRegistered(observation),
  );
  if (isTrue(own)) return own;
  const provider = providerOpen(observation);
  if (!isFalse(own) || !isFalse(provider)) return isTrue(provider) || isFalse(own) ? provider : own;
  return known(false, unique([...provider.evidence, ...own.evidence]));
}

/** No calls at all count as closed. */
export function providerOpen(observation: Observation): Bit {
  const { calls } = observation;
  if (calls.state === 'none') return known(false, calls.evidence);
  return not(providerAsks(observation));
}

function dialInPins(observation: Observation): Facts {
  if (!isProvider(observation, 'pexip')) {
    const none = notShown(observation);
    return {
      dial_in_pin_required: none,
      dial_in_pin_length: none,
      dial_in_waiting_room: elsewhere(observation),
    };
  }
  return {
    dial_in_pin_required: guestPinSet(observation),
    dial_in_pin_length: guestPinLength(observation),
    dial_in_waiting_room: setting(observation, 'Pexip_Integration_Locked'),
  };
}

function notShown(observation: Observation): Fact<never> {
  const telephony = either(
    settingOrNone(observation, 'VoIP_TeamCollab_Enabled'),
    settingOrNone(observation, 'VoIP_Enabled'),
  );
  if (isTrue(telephony)) return hole(notObservable('PINs of telephony are not shown'), telephony.evidence);
  return neverShown(observation);
}

/** Who holds a permission; unknown where the entry is missing: an entry that got lost must not close a door. */
export function held(observation: Observation, permission: string, role: string): Bit {
  const { permissions } = observation.account;
  const seen = permissions.holders.get(permission);
  if (seen !== undefined) return bitOf(seen, (roles) => roles.includes(role));
  const { list } = permissions;
  const evidence = evidenceOf(list, { path: permission });
  if (!has(list)) return hole(list.reason, evidence);
  return hole(reason('invalid_answer', `the list of permissions lacks ${permission}`), evidence);
}

function directoryVisible(observation: Observation): Bit {
  const permissions = ['view-outside-room', 'view-d-room'];
  const visitors = permissions.map((permission) => held(observation, permission, 'anonymous'));
  const guests = permissions.map((permission) => held(observation, permission, 'guest'));
  return either(...visitors, permissionFirst(both(either(...guests), anonymousReading(observation))));
}

/** The list of permissions decides together with a setting; it stands first. */
function permissionFirst(bit: Bit): Bit {
  const own = bit.evidence.filter(({ source }) => source === 'PL');
  return { ...bit, evidence: [...own, ...bit.evidence.filter(({ source }) => source !== 'PL')] };
}

function mailsVisible(observation: Observation): Bit {
  return either(
    held(observation, 'view-full-other-user-info', 'guest'),
    held(observation, 'view-full-other-user-info', 'anonymous'),
  );
}
