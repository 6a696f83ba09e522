import { proof } from '../answer.ts';
import type { Seen } from '../seen.ts';
import { createParameter, flag, type Setting, serverLine } from '../settings.ts';
import type { Told } from '../told.ts';
import { guestsPath } from './created.ts';

/** Whether viewers of Greenlight's rooms, who come without a guest flag, are held; null = depends on the version. */
export function holdsViewers(seen: Pick<Seen, 'root' | 'settings'>, policy: string): boolean | null {
  if (policy !== 'ALWAYS_ACCEPT_AUTH') return policy === 'ASK_MODERATOR' || policy === 'ALWAYS_DENY';
  const line = serverLine(seen);
  return line === null ? null : line === '4.0';
}

/** Without it the server lets everybody in who is no guest by name. A running meeting has its own. */
export function authenticatedGuest(seen: Seen, told: Told | null = null): Setting<boolean> {
  const own = told?.settings.authenticatedGuest;
  if (told !== null && own?.ok === true)
    return { value: own.value, evidence: [proof(told.call, guestsPath)] };
  return flag(createParameter(seen, 'authenticatedGuest'));
}
