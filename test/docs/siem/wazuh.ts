import type { Element } from './files.ts';

/** Fields that Wazuh knows by itself: a rule reads them by an element of that name, never by `<field>`. */
const ownFields = new Set([
  ...['srcuser', 'dstuser', 'user', 'srcip', 'dstip', 'srcport', 'dstport', 'protocol', 'action', 'id'],
  ...['url', 'data', 'extra_data', 'status', 'system_name', 'systemname', 'command'],
]);
/** `decoder_order_size` and the longest line, as delivered. */
const most = { fields: 256, line: 65_536 };

export interface Decoded {
  fields: ReadonlyMap<string, string>;
  /** What the decoder could not take. */
  lost: string[];
}

/** The built-in JSON decoder: texts, numbers, truth values, objects, lists of those; lists of objects are dropped. */
export function decode(line: string, labels: Readonly<Record<string, string>>): Decoded {
  const fields = new Map<string, string>();
  const lost: string[] = [];
  if (Buffer.byteLength(line) > most.line) lost.push('the line');
  const put = (name: string, value: string): void => {
    if (fields.size >= most.fields) lost.push(name);
    else fields.set(name, value);
  };
  const read = (value: object, parent: string): void => {
    for (const [key, inner] of Object.entries(value)) {
      const name = parent === '' ? key : `${parent}.${key}`;
      if (Array.isArray(inner)) {
        if (inner.some((item) => typeof item === 'object' && item !== null)) lost.push(name);
        else if (inner.length > 0) put(name, `${inner.join(',')},`);
      } else if (typeof inner === 'object' && inner !== null) read(inner, name);
      else if (inner !== null) put(name, numberOf(inner));
    }
  };
  read({ ...JSON.parse(line), ...labels }, '');
  return { fields, lost };
}

/** Whole numbers beyond 32 bits are written with six digits behind the point. */
function numberOf(value: string | number | boolean): string {
  if (typeof value !== 'number') return String(value);
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? String(value) : value.toFixed(6);
}

export interface Rule {
  id: string;
  level: number;
  parent: string | null;
  conditions: { name: string; pattern: RegExp }[];
  description: string;
}

/** @throws as the manager refuses the file */
export function loadRules(groups: readonly Element[]): Rule[] {
  const rules = groups.flatMap((group) => {
    if (group.name !== 'group') throw new Error(`not a group: ${group.name}`);
    return group.children.map(ruleOf);
  });
  const ids = new Set<string>();
  for (const { id, parent } of rules) {
    if (ids.has(id)) throw new Error(`rule ${id} stands twice`);
    if (parent !== null && !ids.has(parent)) throw new Error(`rule ${id}: no rule ${parent} before it`);
    ids.add(id);
  }
  return rules;
}

function ruleOf({ attributes, children }: Element): Rule {
  const id = attributes['id'] ?? '';
  if (Number(id) < 100_000 || Number(id) > 120_000) throw new Error(`rule ${id} is not for own rules`);
  const rule: Rule = {
    id,
    level: Number(attributes['level']),
    parent: null,
    conditions: [],
    description: '',
  };
  for (const { name, text, attributes: own } of children) {
    if (name === 'if_sid') rule.parent = text;
    else if (name === 'description') rule.description = text;
    else if (name === 'decoded_as') {
      if (text !== 'json') throw new Error(`rule ${id}: another decoder`);
    } else if (name === 'field') {
      const field = own['name'] ?? '';
      if (ownFields.has(field)) throw new Error(`rule ${id}: Field '${field}' is static.`);
      if (own['type'] !== 'pcre2') throw new Error(`rule ${id}: another kind of expression`);
      rule.conditions.push({ name: field, pattern: new RegExp(text) });
    } else if (ownFields.has(name)) rule.conditions.push({ name, pattern: exact(text) });
    else throw new Error(`rule ${id}: <${name}>`);
  }
  if (rule.description === '') throw new Error(`rule ${id} has no description`);
  return rule;
}

/** Of the simple expressions, only whole texts. */
function exact(text: string): RegExp {
  const whole = /^\^(\w+)\$$/.exec(text)?.[1];
  if (whole === undefined) throw new Error(`not read here: ${text}`);
  return new RegExp(`^${whole}$`);
}

/** The deepest rule that applies; among brothers the one of the highest level comes first. */
export function ruleFor(
  rules: readonly Rule[],
  { fields }: Decoded,
  parent: string | null = null,
): Rule | null {
  const candidates = rules
    .filter((rule) => rule.parent === parent)
    .sort((a, b) => (a.level === 0 ? -1 : b.level === 0 ? 1 : b.level - a.level));
  for (const rule of candidates) {
    const applies = rule.conditions.every(({ name, pattern }) => {
      const value = fields.get(name);
      return value !== undefined && pattern.test(value);
    });
    if (applies) return ruleFor(rules, { fields, lost: [] }, rule.id) ?? rule;
  }
  return null;
}

/** `$(name)` of a description. */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(/\$\(([\w.]+)\)/g)].map(([, name]) => name as string);
