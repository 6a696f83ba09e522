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

type Given = Pick<AdapterContext, 'tags' | 'now'>;
interface Remembered {
  at: number;
  facts: Map<unknown, Fact>;
}

/** Of one moment: most rooms get the same. */
const remembered = new WeakMap<Given, Remembered>();

/** Facts that only the configuration gives a room. A room without a name is matched as an empty one. */
export function configuredRoomFacts(
  target: { settings: Pick<CommonTarget, 'participants_expected'> },
  context: Given,
  id: string,
  name: string | null,
): { room_tags: Fact; participants_expected: Fact } {
  const items = Object.keys(context.tags)
    .filter((tag) => context.tags[tag]?.some((glob) => matchesGlob(glob, name ?? '')))
    .sort();
  const expected = target.settings.participants_expected;
  const count = expected !== undefined && Object.hasOwn(expected, id) ? expected[id] : undefined;
  const now = context.now();
  let held = remembered.get(context);
  if (held?.at !== now) {
    held = { at: now, facts: new Map() };
    remembered.set(context, held);
  }
  return {
    room_tags: once(held.facts, items.length === 0 ? '' : JSON.stringify(items), () => tagged(items, now)),
    participants_expected: once(held.facts, count, () => expectedFact(count, now)),
  };
}

function once(facts: Map<unknown, Fact>, key: unknown, make: () => Fact): Fact {
  let fact = facts.get(key);
  if (fact === undefined) {
    fact = make();
    facts.set(key, fact);
  }
  return fact;
}

const tagged = (items: string[], now: number): Fact =>
  known({ items, complete: true }, configurationEvidence('tags', now));

function expectedFact(count: number | undefined, now: number): Fact {
  const evidence = configurationEvidence('participants_expected', now);
  return count === undefined
    ? hole(notConfigured('participants_expected'), evidence)
    : known(count, evidence);
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
