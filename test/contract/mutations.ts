/** How an answer is read for mutation: which of its parts can be taken away or spoiled. */
export type AnswerKind = 'xml' | 'json' | 'js' | 'text';

export interface Mutation {
  kind: 'drop' | 'spoil' | 'cut';
  /** Where in the answer, for messages and exemptions: `meetings>meeting[2]>duration`, `ocs.data[3].type`, `@512`. */
  path: string;
  /** What was there before. */
  removed: string;
  body: string;
}

/** Stands where a text was; no vendor sends it. */
export const garbage = 'g4rb4ge';

export function mutationsOf(kind: AnswerKind, body: string): Mutation[] {
  switch (kind) {
    case 'xml':
      return xmlMutations(body);
    case 'json':
      return jsonMutations(body);
    case 'js':
    case 'text':
      return cuts(body, 200);
  }
}

/** `count` members, evenly spread, first and last among them. */
export function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  const step = (list.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, place) => list[Math.round(place * step)] as T);
}

/** As many damages as a test has time for; every one with ROOMWARDEN_TEST_DAMAGES=all. */
export function sample<T>(list: readonly T[], count: number): T[] {
  return process.env['ROOMWARDEN_TEST_DAMAGES'] === 'all' ? [...list] : spread(list, count);
}

function cuts(body: string, count: number): Mutation[] {
  const places = spread(
    Array.from({ length: body.length }, (_, place) => place),
    count,
  );
  return places.map((place) => ({
    kind: 'cut',
    path: `@${place}`,
    removed: body.slice(place),
    body: body.slice(0, place),
  }));
}

interface OpenElement {
  name: string;
  path: string;
  start: number;
  counts: Map<string, number>;
}

/** Drops each element, spoils and empties each text. Reads what our simulators write, not any XML. */
function xmlMutations(body: string): Mutation[] {
  const found: Mutation[] = [];
  const open: OpenElement[] = [];
  const cut = (kind: Mutation['kind'], path: string, from: number, to: number, by = ''): void => {
    found.push({
      kind,
      path,
      removed: body.slice(from, to),
      body: body.slice(0, from) + by + body.slice(to),
    });
  };
  for (const match of body.matchAll(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<[?!][^>]*>|<[^>]*>|[^<]+/g)) {
    const [token] = match;
    const from = match.index;
    const to = from + token.length;
    const parent = open.at(-1);
    if (token.startsWith('</')) {
      const element = open.pop();
      if (element !== undefined) cut('drop', element.path, element.start, to);
    } else if (token.startsWith('<![CDATA[') || !token.startsWith('<')) {
      if (parent === undefined || token.trim() === '') continue;
      cut('spoil', `${parent.path}>#text`, from, to, garbage);
      cut('spoil', `${parent.path}>#empty`, from, to);
    } else if (!token.startsWith('<!') && !token.startsWith('<?')) {
      const name = /^<([^\s/>]+)/.exec(token)?.[1] ?? '';
      const place = parent?.counts.get(name) ?? 0;
      parent?.counts.set(name, place + 1);
      const path = `${parent === undefined ? '' : `${parent.path}>`}${name}${place === 0 ? '' : `[${place}]`}`;
      if (token.endsWith('/>')) cut('drop', path, from, to);
      else open.push({ name, path, start: from, counts: new Map() });
    }
  }
  return found;
}

/** Drops each key and each member, gives each value a type that it never has. */
function jsonMutations(body: string): Mutation[] {
  const root: unknown = JSON.parse(body);
  const found: Mutation[] = [];
  const add = (kind: Mutation['kind'], path: string, before: unknown, change: () => () => void): void => {
    const undo = change();
    found.push({ kind, path, removed: JSON.stringify(before) ?? '', body: JSON.stringify(root) });
    undo();
  };
  const spoil = (holder: Record<string | number, unknown>, key: string | number, path: string): void => {
    const before = holder[key];
    for (const other of otherTypes(before)) {
      add('spoil', path, before, () => {
        holder[key] = other;
        return () => {
          holder[key] = before;
        };
      });
    }
  };
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      for (const [place, member] of [...value.entries()]) {
        const at = `${path}[${place}]`;
        add('drop', at, member, () => {
          value.splice(place, 1);
          return () => void value.splice(place, 0, member);
        });
        spoil(value as unknown as Record<number, unknown>, place, at);
        walk(member, at);
      }
    } else if (typeof value === 'object' && value !== null) {
      const holder = value as Record<string, unknown>;
      for (const key of Object.keys(holder)) {
        const at = path === '' ? key : `${path}.${key}`;
        const before = { ...holder };
        add('drop', at, holder[key], () => {
          delete holder[key];
          return () => {
            for (const each of Object.keys(holder)) delete holder[each];
            Object.assign(holder, before);
          };
        });
        spoil(holder, key, at);
        walk(holder[key], at);
      }
    }
  };
  walk(root, '');
  return found;
}

function otherTypes(value: unknown): unknown[] {
  if (typeof value === 'string') return [{ [garbage]: true }, null];
  if (typeof value === 'object' && value !== null) return [garbage, null];
  return value === null ? [garbage] : [garbage, null];
}
