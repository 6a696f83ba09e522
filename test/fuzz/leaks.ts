import { hostile } from '../api/helper.ts';
import type { Call } from './calls.ts';

/** Given over REST for fields that stand for a person. */
export const person = 'Person Canary 7';

const persons = [person, 'Kontaktperson Beispiel', '0361 4711', 'Beauftragte Stelle', 'Amtsleitung'];
const rooms = [hostile.talk, hostile.slash, hostile.long, hostile.quote, 'secret-room'].flatMap((id) => [
  id,
  encodeURIComponent(id),
  JSON.stringify(id).slice(1, -1),
]);
const elsewhere = ['Geheimraum', 'secret-room', 'Geheimfach'];

export class Leaks {
  /** Must stand nowhere, whoever asks. */
  readonly #secrets = new Set<string>();

  keep(secret: string): void {
    this.#secrets.add(secret);
  }

  /** @returns what the answer tells this caller and must not */
  of({ caller, request, operation }: Call, answer: string): string | null {
    const sent = sentOf(request);
    const text = answer + opened(answer);
    const operates = caller.scopes.some((scope) => scope === 'operate' || scope === 'admin');
    const forbidden = [
      ...this.#secrets,
      ...(operates ? [] : persons),
      ...(operates && operation.path !== '/api/v1/events' ? [] : rooms),
      ...(caller.only === null ? [] : elsewhere),
    ];
    return forbidden.find((each) => text.includes(each) && !sent.includes(each)) ?? null;
  }

  ofLog(lines: readonly string[]): string | null {
    const text = lines.join('');
    return [...this.#secrets, ...persons, ...rooms].find((each) => text.includes(each)) ?? null;
  }
}

/** Cursors and the like, taken apart. */
function opened(answer: string): string {
  return [...answer.matchAll(/[\w-]{40,}/g)]
    .map(([text]) => Buffer.from(text, 'base64url').toString())
    .join();
}

/** Whoever sends something may be told it again. */
function sentOf({ url, payload }: Call['request']): string {
  const parts = [url, String(payload ?? '')];
  for (let times = 0; times < 2; times += 1) {
    try {
      parts.push(decodeURIComponent(parts.at(-2) ?? ''));
    } catch {
      break;
    }
  }
  return parts.join(' ');
}
