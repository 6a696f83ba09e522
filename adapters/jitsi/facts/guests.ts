import type { Layer } from '../../contract/fact.ts';
import { reason } from '../../contract/fact.ts';
import type { Seen } from '../seen.ts';
import { allOf, anonymousLogin, anyOf, type Bit, noBit, not } from './base.ts';
import { authenticationKind, bitOf, envBit, envText, focusSetting, mainSetting } from './files.ts';

/** Whether anybody without an account may enter rooms that exist: the real attempt, else what the files say. */
export function guestAccess(seen: Seen): Bit {
  const attempt = anonymousLogin(seen);
  const file = guestsByEnvironment(seen);
  if (attempt.value === null)
    return file.value === null || attempt.reason.code === 'not_permitted' ? attempt : file;
  const layers = [
    layer('E ENABLE_AUTH, ENABLE_GUESTS, JWT_ALLOW_EMPTY', file.value),
    layer('PC authentication', shownValue(authenticationKind(seen))),
    layer(
      'JC jicofo.authentication.enabled',
      shownValue(focusSetting(seen, 'jicofo.authentication.enabled')),
    ),
  ].filter((each) => each.value !== null);
  const [first, ...others] = attempt.evidence;
  if (first === undefined || layers.length === 0) return attempt;
  const own: Layer = { layer: 'server', path: `X1 ${first.path}`, value: attempt.value, decides: true };
  return { ...attempt, evidence: [{ ...first, chain: [own, ...layers] }, ...others] };
}

function layer(path: string, value: unknown): Layer {
  return { layer: 'server', path, value, decides: false };
}

function shownValue(setting: { state: string; value?: unknown }): unknown {
  return setting.state === 'known' ? setting.value : null;
}

/** Without accounts everybody is a guest; with tokens an empty one may be let in. */
function guestsByEnvironment(seen: Seen): Bit {
  const tokens = authenticationOf(seen);
  const empty = tokens === 'jwt' ? envBit(seen, 'JWT_ALLOW_EMPTY') : null;
  return anyOf(
    not(envBit(seen, 'ENABLE_AUTH')),
    envBit(seen, 'ENABLE_GUESTS'),
    ...(empty === null ? [] : [empty]),
  );
}

/** `internal` is the images' own way. */
export function authenticationOf(seen: Seen): string | null {
  for (const key of ['PROSODY_AUTH_TYPE', 'AUTH_TYPE']) {
    const text = envText(seen, key);
    if (text.state === 'known') return text.value.toLowerCase();
    if (text.state !== 'absent') return null;
  }
  return 'internal';
}

/** Whether empty tokens are refused where tokens are the way in. */
export function emptyTokensRefused(seen: Seen, source: 'E' | 'PC'): Bit {
  if (source === 'E') {
    const kind = authenticationOf(seen);
    if (kind !== 'jwt')
      return noBit(reason('not_observable', 'no sign-in with tokens in the environment file'));
    return allOf(envBit(seen, 'ENABLE_AUTH'), not(envBit(seen, 'JWT_ALLOW_EMPTY')));
  }
  const kind = authenticationKind(seen);
  if (kind.state !== 'known' || kind.value !== 'token')
    return noBit(reason('not_observable', 'no sign-in with tokens in the configuration of Prosody'));
  const empty = mainSetting(seen, 'allow_empty_token');
  const allowed = bitOf(
    empty.state === 'known' ? { ...empty, value: empty.value === 'true' } : empty,
    ({ evidence }) => ({ value: false, evidence: [evidence] }),
  );
  return not(allowed);
}
