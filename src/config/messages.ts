import { z } from 'zod';
import { SecretRef } from '../../adapters/contract/target.ts';
import type { Bilingual } from '../texts/fill.ts';
import { Duration, durationWords, positiveWords } from './checks.ts';
import type { SourceDocument } from './document.ts';
import { isDuration } from './duration.ts';
import type { ConfigIssue, Path } from './issues.ts';

type ZodIssue = z.core.$ZodIssue;

export interface Origins {
  document: SourceDocument;
  /** Where the parsed value stands in the file. */
  base: Path;
  schema: z.ZodType;
  value: unknown;
  /** Keys that are allowed beside those of the schema, for the list of known keys. */
  alsoKnown?: readonly string[];
}

/** Faults that zod found, at their places, in both languages. Values are never quoted: one could be a secret. */
export function issuesOf(issues: readonly ZodIssue[], origins: Origins): ConfigIssue[] {
  return issues.flatMap((issue) => issueOf(issue, origins));
}

function issueOf(issue: ZodIssue, origins: Origins): ConfigIssue[] {
  const { document, base, schema, value } = origins;
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const beside = issue.path.length === 0 ? (origins.alsoKnown ?? []) : [];
    const known = [...keysOf(schemaAt(schema, issue.path)), ...beside];
    return issue.keys.map((key) => document.issue([...path, key], unknownKey(key, known), 'key'));
  }
  const found = valueAt(value, issue.path);
  const here = schemaAt(schema, issue.path);
  if (found === undefined && issue.code !== 'custom') return [document.issue(path, missing(path.at(-1)))];
  if (here === Duration) return [document.issue(path, durationMessage(found))];
  if (here === SecretRef) return [document.issue(path, secretMessage)];
  if (issue.code === 'invalid_union') {
    const branch = issue.errors.toSorted((a, b) => a.length - b.length)[0];
    const inner = branch?.map((each) => ({ ...each, path: [...issue.path, ...each.path] }) as ZodIssue);
    if (inner !== undefined && inner.length > 0) return issuesOf(inner, origins);
  }
  if (issue.code === 'invalid_key') {
    return [
      document.issue(
        path,
        { de: 'Dieser Schlüssel ist nicht erlaubt.', en: 'This key is not allowed.' },
        'key',
      ),
    ];
  }
  return [document.issue(path, explain(issue, found))];
}

export const secretMessage: Bilingual = {
  de: 'Ein Geheimnis steht nie im Klartext: { env: NAME } oder { file: PFAD }.',
  en: 'A secret is never written in clear: { env: NAME } or { file: PATH }.',
};

function durationMessage(found: unknown): Bilingual {
  return typeof found === 'string' && isDuration(found) ? positiveWords : durationWords;
}

function missing(key: PropertyKey | undefined): Bilingual {
  return { de: `Der Schlüssel „${String(key)}“ fehlt.`, en: `The key "${String(key)}" is missing.` };
}

function unknownKey(key: string, known: readonly string[]): Bilingual {
  const near = known.find((each) => distance(each, key) <= 2);
  if (near !== undefined) {
    return {
      de: `Unbekannter Schlüssel „${key}“; gemeint ist vielleicht „${near}“.`,
      en: `Unknown key "${key}"; perhaps "${near}" is meant.`,
    };
  }
  const list = known.toSorted().join(', ');
  return {
    de: `Unbekannter Schlüssel „${key}“; bekannt sind: ${list}.`,
    en: `Unknown key "${key}"; known are: ${list}.`,
  };
}

function explain(issue: ZodIssue, found: unknown): Bilingual {
  if (issue.code === 'custom' && typeof issue.params?.['de'] === 'string') {
    return { de: issue.params['de'], en: String(issue.params['en']) };
  }
  const raw = { ...issue, input: found } as z.core.$ZodRawIssue;
  const [de, en] = [z.locales.de().localeError(raw), z.locales.en().localeError(raw)].map(plain);
  // A schema's own words are English only.
  if (issue.code === 'custom' || issue.message !== en) {
    return translated[issue.message] ?? { de: `Nicht erlaubt: ${issue.message}`, en: issue.message };
  }
  if (issue.code === 'invalid_type') return wrongType(issue.expected, found);
  if (issue.code === 'invalid_value') return choice(issue.values.map(String), found);
  if (
    issue.code === 'too_small' &&
    (issue.origin === 'string' || issue.origin === 'array') &&
    issue.minimum === 1
  ) {
    return { de: 'Das darf nicht leer sein.', en: 'This must not be empty.' };
  }
  if (issue.code === 'too_small') {
    return { de: `Mindestens ${issue.minimum}.`, en: `At least ${issue.minimum}.` };
  }
  if (issue.code === 'too_big') return { de: `Höchstens ${issue.maximum}.`, en: `At most ${issue.maximum}.` };
  if (issue.code === 'invalid_format' && issue.format === 'url') {
    return {
      de: 'Hier steht eine vollständige Adresse (https://…).',
      en: 'A complete address stands here (https://…).',
    };
  }
  return { de: de ?? issue.message, en: en ?? issue.message };
}

function plain(message: string | { message: string } | undefined | null): string | undefined {
  return typeof message === 'object' ? message?.message : message;
}

const types: Record<string, Bilingual> = {
  string: { de: 'ein Text', en: 'text' },
  number: { de: 'eine Zahl', en: 'a number' },
  int: { de: 'eine ganze Zahl', en: 'a whole number' },
  boolean: { de: 'true oder false', en: 'true or false' },
  array: { de: 'eine Liste', en: 'a list' },
  object: { de: 'eine Gruppe von Schlüsseln', en: 'a group of keys' },
  record: { de: 'eine Gruppe von Schlüsseln', en: 'a group of keys' },
};

function wrongType(expected: string, found: unknown): Bilingual {
  const kind = found === null ? 'null' : Array.isArray(found) ? 'array' : typeof found;
  const words = types[expected] ?? { de: expected, en: expected };
  const is = kind === 'null' ? { de: 'nichts', en: 'nothing' } : (types[kind] ?? { de: kind, en: kind });
  let hint: Bilingual = { de: '', en: '' };
  if (expected === 'string' && (kind === 'number' || kind === 'boolean')) {
    hint = {
      de: ' Text, der nur aus Ziffern besteht, gehört in Anführungszeichen (012 würde sonst zu 12).',
      en: ' Text made of digits belongs in quotes (012 would become 12).',
    };
  }
  if (expected === 'boolean' && kind === 'string') {
    hint = { de: ' „yes“, „no“, „on“ und „off“ sind Text.', en: ' "yes", "no", "on" and "off" are text.' };
  }
  return {
    de: `Erwartet wird ${words.de}, hier steht ${is.de}.${hint.de}`,
    en: `Expected is ${words.en}, here is ${is.en}.${hint.en}`,
  };
}

function choice(values: readonly string[], found: unknown): Bilingual {
  if (found === 'privacy_shield') {
    return {
      de: '„privacy_shield“ ist keine Garantie: Das Abkommen wurde 2020 für ungültig erklärt (EuGH C-311/18). Erlaubt: adequacy, scc, bcr, none.',
      en: '"privacy_shield" is no guarantee: the agreement was declared invalid in 2020 (CJEU C-311/18). Allowed: adequacy, scc, bcr, none.',
    };
  }
  return { de: `Erlaubt ist: ${values.join(', ')}.`, en: `Allowed is: ${values.join(', ')}.` };
}

/** Whole sentences for the words that the shared target schema uses. */
const translated: Readonly<Record<string, Bilingual>> = {
  'two capital letters, ISO 3166-1': {
    de: 'Hier stehen zwei Großbuchstaben nach ISO 3166-1, zum Beispiel DE.',
    en: 'Two capital letters of ISO 3166-1 stand here, for example DE.',
  },
  'lower-case letters, digits, dot, dash, underscore': {
    de: 'Erlaubt sind Kleinbuchstaben, Ziffern, Punkt, Bindestrich und Unterstrich, höchstens 63.',
    en: 'Allowed are lower-case letters, digits, dot, dash and underscore, at most 63.',
  },
};

/** The schema under a path, through optional, defaults, lists and groups; undefined where it branches. */
function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  let here: z.ZodType | undefined = unwrapped(schema);
  for (const step of path) {
    if (here instanceof z.ZodObject) here = here.shape[String(step)] as z.ZodType | undefined;
    else if (here instanceof z.ZodArray) here = here.element as z.ZodType;
    else if (here instanceof z.ZodRecord) here = here.valueType as z.ZodType;
    else return undefined;
    here = here === undefined ? undefined : unwrapped(here);
  }
  return here;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  let here = schema;
  while (
    here instanceof z.ZodOptional ||
    here instanceof z.ZodNullable ||
    here instanceof z.ZodDefault ||
    here instanceof z.ZodPrefault
  ) {
    here = here.unwrap() as z.ZodType;
  }
  return here;
}

function keysOf(schema: z.ZodType | undefined): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<PropertyKey, unknown>)[step];
  }
  return here;
}

/** Number of single edits between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
