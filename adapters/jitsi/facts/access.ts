import type { FactSource } from '../../contract/adapter.ts';
import { type Fact, hole, known } from '../../contract/fact.ts';
import { configurationSource } from '../../contract/room.ts';
import type { Seen } from '../seen.ts';
import {
  anonymousLogin,
  type Bit,
  bitFact,
  component,
  configBit,
  configGiven,
  configSetting,
  derived,
  evidence,
  type Facts,
  knownBit,
  later,
  never,
  noBit,
  not,
  notGiven,
  notObservable,
  productFact,
  productRows,
  rows,
} from './base.ts';

export const accessRows: FactSource[] = [
  later('access_restriction_forced', 'PC', 'both', 'prosody_config'),
  ...rows('access_restriction_forced', ['X1', 'both']),
  ...productRows('default_room_password_required', false),
  ...productRows('default_room_waiting_room_enabled', false),
  ...productRows('password_policy_supported', false),
  ...productRows('password_policy_enforced', false),
  never('password_policy_min_length', 'no minimum can be set; the page knows a maximum only'),
  ...rows('password_policy_max_length', ['C', 'value']),
  ...rows('guest_access_allowed', ['X1', 'both']),
  ...rows('guest_access_decided_in_rooms', ['X2', 'both']),
  ...rows('guest_name_required', ['C', 'both']),
  ...rows('lock_supported', ['X2', 'both']),
  ...rows('dial_in_enabled', ['C', 'both']),
  never('dial_in_waiting_room', 'how callers pass the lobby was not verified'),
  never('dial_in_pin_required', 'asking the conference mapper would create a mapping'),
  never('dial_in_pin_length', 'asking the conference mapper would create a mapping'),
  ...rows('user_directory_visible_to_guests', ['C', 'false']),
  ...rows('participant_emails_visible_to_guests', ['X1', 'false']),
  later('shared_secret_used', 'E', 'both', 'env_file'),
  later('shared_secret_used', 'PC', 'both', 'prosody_config'),
  later('api_secret_length', 'E', 'value', 'env_file'),
  later('api_secret_length', 'PC', 'value', 'prosody_config'),
  later('api_secret_is_public_value', 'E', 'both', 'env_file'),
  later('service_password_min_length', 'E', 'value', 'env_file'),
  ...rows('api_secret_checking_enabled', ['X1', 'both']),
  later('api_secret_checking_enabled', 'E', 'both', 'env_file'),
  ...rows('auditor_account_used', [configurationSource, 'value']),
  ...rows('auditor_account_excess_privileges', [configurationSource, 'value']),
];

export function accessFacts(seen: Seen): Facts {
  const login = anonymousLogin(seen);
  return {
    access_restriction_forced: bitFact(not(login)),
    default_room_password_required: productFact(seen, false, false),
    default_room_waiting_room_enabled: overridableProduct(productFact(seen, false, false)),
    password_policy_supported: productFact(seen, false, false),
    password_policy_enforced: productFact(seen, false, false),
    password_policy_min_length: hole(notObservable('no minimum can be set')),
    password_policy_max_length: digits(seen),
    guest_access_allowed: bitFact(login),
    guest_access_decided_in_rooms: bitFact(component(seen, 'lobbyrooms', 'lobby')),
    guest_name_required: bitFact(configBit(seen, 'requireDisplayName', 'overridable', false)),
    lock_supported: bitFact(component(seen, 'lobbyrooms', 'lobby')),
    dial_in_enabled: bitFact(dialIn(seen)),
    dial_in_waiting_room: hole(notObservable('how callers pass the lobby was not verified')),
    dial_in_pin_required: hole(notObservable('asking the conference mapper would create a mapping')),
    dial_in_pin_length: hole(notObservable('asking the conference mapper would create a mapping')),
    user_directory_visible_to_guests: directory(seen),
    participant_emails_visible_to_guests: emails(login),
    shared_secret_used: notGiven('env_file'),
    api_secret_length: notGiven('env_file'),
    api_secret_is_public_value: notGiven('env_file'),
    service_password_min_length: notGiven('env_file'),
    api_secret_checking_enabled: secretChecked(seen, login),
    ...auditorFacts(seen),
  };
}

/** Only anonymous questions are asked, so there is no account that could be allowed too much. */
function auditorFacts(seen: Seen): Facts {
  const at = evidence(seen, configurationSource, 'account');
  return {
    auditor_account_used: known(false, at),
    auditor_account_excess_privileges: known({ items: [], complete: true }, at),
  };
}

/** The server may start rooms with a lobby of its own accord; that stands in files that were not read. */
function overridableProduct(fact: Fact): Fact {
  return { ...fact, evidence: fact.evidence.map((item) => ({ ...item, force: 'default' as const })) };
}

function digits(seen: Seen): Fact {
  const setting = configSetting(seen, 'roomPasswordNumberOfDigits', 'overridable');
  if (setting.state === 'hole') return hole(setting.reason, setting.evidence);
  const { evidence: at } = setting;
  if (
    setting.state === 'known' &&
    typeof setting.value === 'number' &&
    Number.isSafeInteger(setting.value) &&
    setting.value > 0
  )
    return known(setting.value, at);
  return hole(notObservable('the page sets no maximum'), at);
}

/** Dial-in needs both addresses. */
function dialIn(seen: Seen): Bit {
  const numbers = configGiven(seen, 'dialInNumbersUrl');
  const codes = configGiven(seen, 'dialInConfCodeUrl');
  if (numbers.value === null) return numbers;
  if (codes.value === null) return codes;
  const both = [...numbers.evidence, ...codes.evidence];
  if (numbers.value !== codes.value)
    return noBit(notObservable('only one of the two addresses is set'), ...both);
  return knownBit(numbers.value, ...(numbers.value ? both : derived(both)));
}

function directory(seen: Seen): Fact {
  const search = configGiven(seen, 'peopleSearchUrl');
  if (search.value === true) return hole(notObservable('the search service decides'), search.evidence);
  return bitFact(search);
}

function emails(login: Bit): Fact {
  if (login.value !== true) return bitFact({ ...login, evidence: derived(login.evidence) });
  return hole(
    notObservable('participants may enter an address, which the room shows to all'),
    login.evidence,
  );
}

/** Whether tokens are demanded where they are meant to be: offered to everybody and still refused. */
function secretChecked(seen: Seen, login: Bit): Fact {
  if (login.value === null) return bitFact(login);
  const main = seen.logins.attempts.find((attempt) => attempt.role === 'main');
  const tokens = main?.condition === 'not-allowed' && main.mechanisms?.includes('ANONYMOUS') === true;
  if (login.value === false && tokens) return known(true, login.evidence);
  const external = configGiven(seen, 'tokenAuthUrl');
  if (login.value && main?.state === 'accepted' && external.value === true)
    return known(false, [...login.evidence, ...external.evidence]);
  return hole(notGivenReason, login.evidence);
}

const notGivenReason = { code: 'not_configured', fill: { kind: 'config', name: 'env_file' } } as const;
