import type { AdapterContext } from './adapter.ts';
import { type Evidence, type Fact, hole, known, notConfigured } from './fact.ts';
import type { CommonTarget } from './target.ts';

/** Evidence source of what the configuration says; no adapter source, so it has no outcome. */
export const configurationSource = 'configuration';

export function configurationEvidence(key: string, now: number): Evidence {
  return {
    source: configurationSource,
    locator: 'configuration',
    path: key,
    observed_at: now,
    provenance: 'direct',
    force: 'enforced',
  };
}

/** Facts that only the configuration gives a room. A room without a name is matched as an empty one. */
export function configuredRoomFacts(
  target: { settings: Pick<CommonTarget, 'participants_expected'> },
  context: Pick<AdapterContext, 'tags' | 'now'>,
  id: string,
  name: string | null,
): { room_tags: Fact; participants_expected: Fact } {
  const items = Object.keys(context.tags)
    .filter((tag) => context.tags[tag]?.some((glob) => matchesGlob(glob, name ?? '')))
    .sort();
  const expected = target.settings.participants_expected;
  const count = expected !== undefined && Object.hasOwn(expected, id) ? expected[id] : undefined;
  const now = context.now();
  return {
    room_tags: known({ items, complete: true }, configurationEvidence('tags', now)),
    participants_expected:
      count === undefined
        ? hole(notConfigured('participants_expected'), configurationEvidence('participants_expected', now))
        : known(count, configurationEvidence('participants_expected', now)),
  };
}

/** `*` is any text, `?` one character; upper and lower case are the same. At worst pattern times text, never more. */
export function matchesGlob(glob: string, text: string): boolean {
  const pattern = [...glob.normalize('NFC').toLowerCase()];
  const letters = [...text.normalize('NFC').toLowerCase()];
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (at < letters.length) {
    if (pattern[from] === '*') {
      star = from++;
      resume = at;
    } else if (from < pattern.length && (pattern[from] === '?' || pattern[from] === letters[at])) {
      from++;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[from] === '*') from++;
  return from === pattern.length;
}
