import type { Seen } from '../seen.ts';
import { createParameter, flag, type Setting, serverLine } from '../settings.ts';

/** Whether viewers of Greenlight's rooms, who come without a guest flag, are held; null = depends on the version. */
export function holdsViewers(seen: Pick<Seen, 'root' | 'settings'>, policy: string): boolean | null {
  if (policy !== 'ALWAYS_ACCEPT_AUTH') return policy === 'ASK_MODERATOR' || policy === 'ALWAYS_DENY';
  const line = serverLine(seen);
  return line === null ? null : line === '4.0';
}

/** Without it the server lets everybody in who is no guest by name. */
export function authenticatedGuest(seen: Seen): Setting<boolean> {
  return flag(createParameter(seen, 'authenticatedGuest'));
}
