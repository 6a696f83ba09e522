import type { FactSource } from '../../contract/adapter.ts';
import { type Fact, hole, known } from '../../contract/fact.ts';
import { configurationSource } from '../../contract/room.ts';
import type { MeasuredSecret } from '../environment.ts';
import type { JitsiSettings } from '../schema.ts';
import type { Seen } from '../seen.ts';
import {
  anonymousLogin,
  type Bit,
  bitFact,
  configGiven,
  evidence,
  type Facts,
  keyed,
  knownBit,
  noBit,
  notGiven,
  notObservable,
  rows,
} from './base.ts';
import {
  authenticationKind,
  bitOf,
  envBit,
  envGiven,
  envMeasure,
  mainSetting,
  tokenSecret,
} from './files.ts';
import { authenticationOf, emptyTokensRefused } from './guests.ts';
import { agreeing, noneKnows, type Witness } from './witness.ts';

export const secretRows: FactSource[] = [
  keyed('shared_secret_used', 'E', 'both', 'env_file'),
  keyed('shared_secret_used', 'PC', 'both', 'prosody_config'),
  keyed('api_secret_length', 'E', 'value', 'env_file'),
  keyed('api_secret_length', 'PC', 'value', 'prosody_config'),
  keyed('api_secret_is_public_value', 'E', 'both', 'env_file'),
  keyed('api_secret_is_public_value', 'PC', 'both', 'prosody_config'),
  keyed('service_password_min_length', 'E', 'value', 'env_file'),
  ...rows('api_secret_checking_enabled', ['X1', 'both']),
  keyed('api_secret_checking_enabled', 'E', 'both', 'env_file'),
  keyed('api_secret_checking_enabled', 'PC', 'both', 'prosody_config'),
  ...rows('auditor_account_used', [configurationSource, 'value']),
  ...rows('auditor_account_excess_privileges', [configurationSource, 'value']),
  keyed('auditor_account_excess_privileges', 'X8', 'value', 'account'),
  keyed('auditor_account_excess_privileges', 'N3', 'value', 'room_info'),
];

export function secretFacts(seen: Seen, settings: JitsiSettings): Facts {
  return {
    shared_secret_used: bitFact(agreeing(server(usedByEnvironment(seen)), server(usedByProsody(seen)))),
    api_secret_length: measured(seen, ({ length }) => length),
    api_secret_is_public_value: measured(seen, ({ isPublic }) => isPublic),
    service_password_min_length: servicePasswords(seen),
    api_secret_checking_enabled: bitFact(secretChecked(seen)),
    ...auditorFacts(seen, settings),
  };
}

const server = (bit: Bit): Witness => ({ layer: 'server', bit });

/** Tokens signed with one secret, rather than with keys of a server of their own. */
function usedByEnvironment(seen: Seen): Bit {
  const on = envBit(seen, 'ENABLE_AUTH');
  if (on.value !== true) return on;
  const kind = authenticationOf(seen);
  if (kind !== null && kind !== 'jwt') return { ...on, value: false };
  const keys = envGiven(seen, 'JWT_ASAP_KEYSERVER');
  if (keys.value === true) return { ...keys, value: false };
  return kind === null
    ? noBit(notObservable('how people sign in is put together elsewhere'))
    : secretSet(seen, 'E');
}

function usedByProsody(seen: Seen): Bit {
  const kind = authenticationKind(seen);
  if (kind.state !== 'known') return bitOf(kind);
  if (kind.value !== 'token') return knownBit(false, kind.evidence);
  const keys = mainSetting(seen, 'asap_key_server');
  return keys.state === 'known' ? knownBit(false, keys.evidence) : secretSet(seen, 'PC');
}

function secretSet(seen: Seen, source: 'E' | 'PC'): Bit {
  const secret = tokenSecret(seen, source);
  return bitOf(secret.state === 'known' ? { ...secret, value: true } : secret);
}

function measured<T extends number | boolean>(seen: Seen, measure: (secret: MeasuredSecret) => T): Fact {
  const found = (['E', 'PC'] as const).map((source) => tokenSecret(seen, source));
  for (const secret of found)
    if (secret.state === 'known') return known(measure(secret.value), secret.evidence);
  const absent = found.find((secret) => secret.state === 'absent');
  if (absent?.state === 'absent') return hole(notObservable('no secret for tokens is set'), absent.evidence);
  return bitFact(
    noneKnows(found.map((secret) => bitOf(secret.state === 'known' ? { ...secret, value: true } : secret))),
  );
}

/** They sign in on the same page as people do. */
function servicePasswords(seen: Seen): Fact {
  const shortest = envMeasure<number>(seen, '*_PASSWORD', ({ shortestServicePassword: length }) => {
    if (length === 'undecidable')
      return { reason: { code: 'undecidable', detail: 'a password is put together elsewhere' } };
    return length === null ? 'absent' : { value: length };
  });
  if (shortest.state === 'known') return known(shortest.value, shortest.evidence);
  if (shortest.state === 'absent')
    return hole(notObservable('no service has a password there'), shortest.evidence);
  return shortest.state === 'hole' ? hole(shortest.reason, shortest.evidence) : notGiven('env_file');
}

/** Whether tokens are demanded where they are meant to be: offered to everybody and still refused. */
function secretChecked(seen: Seen): Bit {
  const login = anonymousLogin(seen);
  const main = seen.logins.attempts.find((attempt) => attempt.role === 'main');
  const tokens = main?.condition === 'not-allowed' && main.mechanisms?.includes('ANONYMOUS') === true;
  const files = [emptyTokensRefused(seen, 'E'), emptyTokensRefused(seen, 'PC')];
  if (login.value === false && tokens) return knownBit(true, ...login.evidence);
  const external = configGiven(seen, 'tokenAuthUrl');
  const meant = external.value === true || files.some((bit) => bit.value !== null);
  if (login.value && main?.state === 'accepted' && meant)
    return knownBit(false, ...login.evidence, ...(external.value === true ? external.evidence : []));
  const known = files.find((bit) => bit.value !== null);
  if (known !== undefined) return known;
  if (login.value === null) return login;
  return noBit({ code: 'not_configured', fill: { kind: 'config', name: 'env_file' } }, ...login.evidence);
}

/** What the auditor's own ways in would allow beyond reading. */
function auditorFacts(seen: Seen, settings: JitsiSettings): Facts {
  const at = evidence(seen, configurationSource, 'account, room_info');
  const { account, room_info: token } = settings;
  const used = account !== undefined || token !== undefined;
  const excess: string[] = [];
  const from = [at];
  let missing = account !== undefined && seen.account.state === 'unknown' ? seen.account.reason : null;
  if (account !== undefined) {
    const domain = account.jid.split('@')[1]?.toLowerCase() ?? '';
    if (domain.startsWith('auth.')) excess.push('internal-domain');
    const forms = seen.rooms.rooms.map((room) => room.form);
    if (forms.some((form) => form.state === 'known')) {
      excess.push('muc:configure,destroy');
      from.push(evidence(seen, 'X8', 'muc#owner'));
    } else if (!forms.some((form) => form.state === 'unknown' && form.reason.code === 'not_permitted'))
      missing ??= { code: 'not_running', detail: 'no room ran whose settings the account could read' };
  }
  // On the main host every token for sign-in is good for every room.
  if (token !== undefined && token.url === undefined) excess.push('token:every-room');
  const items = excess.sort();
  return {
    auditor_account_used: known(used, at),
    auditor_account_excess_privileges: known(
      missing === null ? { items, complete: true } : { items, complete: false, missing },
      from,
    ),
  };
}
