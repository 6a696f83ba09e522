import type { FactSource } from '../../contract/adapter.ts';
import { type Fact, hole, known } from '../../contract/fact.ts';
import type { Seen } from '../seen.ts';
import {
  type Bit,
  bitFact,
  component,
  configBit,
  configGiven,
  configSetting,
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
import { bitOf, envGiven, envText, hasModule } from './files.ts';
import { guestAccess } from './guests.ts';
import { agreeing } from './witness.ts';

export const accessRows: FactSource[] = [
  ...rows('access_restriction_forced', ['X1', 'both']),
  keyed('access_restriction_forced', 'E', 'both', 'env_file'),
  ...productRows('default_room_password_required', false),
  keyed('default_room_waiting_room_enabled', 'PC', 'both', 'prosody_config'),
  keyed('default_room_waiting_room_enabled', 'E', 'both', 'env_file'),
  ...productRows('default_room_waiting_room_enabled', false),
  ...productRows('password_policy_supported', false),
  ...productRows('password_policy_enforced', false),
  never('password_policy_min_length', 'no minimum can be set; the page knows a maximum only'),
  ...rows('password_policy_max_length', ['C', 'value']),
  ...rows('guest_access_allowed', ['X1', 'both']),
  keyed('guest_access_allowed', 'E', 'both', 'env_file'),
  ...rows('guest_access_decided_in_rooms', ['X2', 'both']),
  ...rows('guest_name_required', ['C', 'both']),
  ...rows('lock_supported', ['X2', 'both']),
  keyed('dial_in_enabled', 'K1', 'true', 'jicofo'),
  ...rows('dial_in_enabled', ['C', 'both']),
  never('dial_in_waiting_room', 'how callers pass the lobby was not verified'),
  never('dial_in_pin_required', 'asking the conference mapper would create a mapping'),
  never('dial_in_pin_length', 'asking the conference mapper would create a mapping'),
  ...rows('user_directory_visible_to_guests', ['C', 'false']),
  ...rows('participant_emails_visible_to_guests', ['X1', 'false']),
  keyed('participant_emails_visible_to_guests', 'E', 'false', 'env_file'),
];

export function accessFacts(seen: Seen): Facts {
  const login = guestAccess(seen);
  return {
    access_restriction_forced: bitFact(restrictionForced(seen, login)),
    default_room_password_required: reserved(seen, productFact(seen, false, false)),
    default_room_waiting_room_enabled: startsWithLobby(seen),
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
  };
}

/** Strangers get in, but a system that gives out rooms may set what protects them. */
function restrictionForced(seen: Seen, login: Bit): Bit {
  if (login.value !== true) return not(login);
  const reservations = hasModule(seen, 'reservations');
  return reservations.value === true
    ? noBit(notObservable('the system that gives out rooms decides'), ...reservations.evidence)
    : not(login);
}

function reserved(seen: Seen, product: Fact): Fact {
  const reservations = hasModule(seen, 'reservations');
  if (reservations.value !== true) return product;
  return hole(notObservable('the system that gives out rooms decides'), reservations.evidence);
}

/** Without a module that waits for a host the lobby is off until a moderator switches it on. */
function startsWithLobby(seen: Seen): Fact {
  const modules = envText(seen, 'XMPP_MUC_MODULES');
  const listed =
    modules.state === 'known' ? { ...modules, value: /\bmuc_wait_for_host\b/.test(modules.value) } : modules;
  const found = agreeing(
    { layer: 'server', bit: hasModule(seen, 'muc_wait_for_host') },
    { layer: 'server', bit: bitOf(listed, ({ evidence }) => knownBit(false, evidence)) },
  );
  if (found.value !== null)
    return bitFact(found.value ? found : { ...found, evidence: derived(found.evidence) });
  return found.reason.code === 'not_configured'
    ? overridableProduct(productFact(seen, false, false))
    : bitFact(found);
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

/** Dial-in needs both addresses; a gateway in a meeting shows that there is one. */
function dialIn(seen: Seen): Bit {
  const gateway = seen.rooms.rooms.some(
    ({ conference }) => conference.state === 'known' && (conference.value.members?.telephones ?? 0) > 0,
  );
  if (seen.live && gateway) return knownBit(true, evidence(seen, 'K1', 'jigasi_count'));
  const numbers = configGiven(seen, 'dialInNumbersUrl');
  const codes = configGiven(seen, 'dialInConfCodeUrl');
  if (numbers.value === null) return numbers;
  if (codes.value === null) return codes;
  const both = [...numbers.evidence, ...codes.evidence];
  if (numbers.value !== codes.value)
    return noBit(notObservable('only one of the two addresses is set'), ...both);
  if (numbers.value) return knownBit(true, ...both);
  const number = envGiven(seen, 'JIGASI_SIP_URI');
  if (number.value === true)
    return noBit(notObservable('a gateway is set up, but the page names no numbers'), ...number.evidence);
  return knownBit(false, ...derived(both));
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
