import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Bilingual } from '../texts/fill.ts';
import { type ConfigIssue, formatPath, type Path } from './issues.ts';
import type { Origin } from './types.ts';

const maximalDepth = 40;

/** The parsed file, with the place of everything in it. */
export interface SourceDocument {
  value: unknown;
  /** Faults of the text itself; with `fatal` the structure cannot be trusted and nothing else is checked. */
  issues: ConfigIssue[];
  fatal: boolean;
  /** Where the value (or its key) stands; for what is missing, the nearest thing around it. */
  at(path: Path, on?: 'value' | 'key'): Origin;
  issue(path: Path, message: Bilingual, on?: 'value' | 'key'): ConfigIssue;
}

export function parseSource(text: string, file: string): SourceDocument {
  const lines = new LineCounter();
  const place = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const fault = (offset: number, message: Bilingual, path: Path = []): ConfigIssue => ({
    ...place(offset),
    path: formatPath(path),
    message,
  });
  const failed = (message: Bilingual): SourceDocument => ({
    value: undefined,
    issues: [fault(0, message)],
    fatal: true,
    at: () => place(0),
    issue: (path, text) => fault(0, text, path),
  });

  let document: Document.Parsed;
  try {
    // `prettyErrors` would quote the text, and with it perhaps a secret.
    document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  } catch {
    return failed(messages.nested);
  }
  const faults = [...document.errors, ...document.warnings];
  let fatal = faults.some((error) => error.code !== 'DUPLICATE_KEY');
  // Behind its first fault a text that is no YAML only gives faults of that fault.
  const shown = fatal ? faults.slice(0, 1) : faults;
  const issues = shown.map((error) => fault(error.pos[0], syntaxMessage(error.code)));
  if (!fatal) {
    const found: Finding[] = [];
    inspect(document, document.contents, [], found);
    issues.push(...found.map(([node, message, path]) => fault(node?.range?.[0] ?? 0, message, path)));
    fatal = found.some(([, message]) => message === messages.nested);
  }
  let value: unknown;
  try {
    if (!fatal) value = document.toJS({ maxAliasCount: 100 });
    if (containsItself(value)) throw new RangeError('an alias inside its own anchor');
  } catch {
    issues.push(fault(firstAlias(document), messages.aliases));
    fatal = true;
  }
  const at = (path: Path, on: 'value' | 'key' = 'value'): Origin => place(offsetOf(document, path, on));
  return {
    value,
    issues,
    fatal,
    at,
    issue: (path, message, on) => ({ ...at(path, on), path: formatPath(path), message }),
  };
}

type Finding = [node: Node | null, message: Bilingual, path: Path];

/** Keys that are no text would be turned into text by the parser: `012` into `12`. */
function inspect(document: Document, node: unknown, path: Path, found: Finding[]): void {
  if (path.length > maximalDepth) {
    found.push([node as Node, messages.nested, path.slice(0, 3)]);
    return;
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) inspect(document, item, [...path, index], found);
  }
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    if (!isScalar(key) || typeof key.value !== 'string') found.push([key as Node | null, messages.key, path]);
    else if (key.value === '__proto__') found.push([key, messages.proto, path]);
    else inspect(document, value, [...path, key.value], found);
  }
}

function containsItself(value: unknown, around: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (around.includes(value) || around.length > maximalDepth) return true;
  return Object.values(value).some((item) => containsItself(item, [...around, value]));
}

function offsetOf(document: Document, path: Path, on: 'value' | 'key'): number {
  let node: unknown = document.contents;
  let offset = start(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const last = depth === path.length - 1;
    if (isSeq(node)) {
      node = node.items[Number(step)];
    } else if (isMap(node)) {
      const pair = node.items.find((each) => isScalar(each.key) && each.key.value === String(step));
      if (last && on === 'key') return start(pair?.key) ?? offset;
      node = pair?.value ?? pair?.key;
    } else {
      return offset;
    }
    offset = start(node) ?? offset;
    if (node === undefined) return offset;
  }
  return offset;
}

function start(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function firstAlias(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias(_, alias) {
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function syntaxMessage(code: string): Bilingual {
  if (code === 'DUPLICATE_KEY') return messages.duplicate;
  if (code === 'TAB_AS_INDENT') return messages.tab;
  if (code === 'MULTIPLE_DOCS') return messages.several;
  if (code === 'RESOURCE_EXHAUSTION') return messages.nested;
  if (code === 'TAG_RESOLVE_FAILED') return messages.tag;
  return {
    de: `Hier ist der Text kein gültiges YAML (${code}).`,
    en: `The text is not valid YAML here (${code}).`,
  };
}

const messages = {
  nested: { de: 'Der Text ist zu tief verschachtelt.', en: 'The text is nested too deeply.' },
  aliases: {
    de: 'Verweise (*name) vervielfachen den Inhalt; so viele werden nicht angenommen.',
    en: 'References (*name) multiply the content; that many are not accepted.',
  },
  key: {
    de: 'Ein Schlüssel, der kein Text ist, gehört in Anführungszeichen (012 würde sonst zu 12).',
    en: 'A key that is not text belongs in quotes (012 would become 12).',
  },
  proto: { de: 'Dieser Schlüssel wird nicht angenommen.', en: 'This key is not accepted.' },
  duplicate: {
    de: 'Dieser Schlüssel steht hier zum zweiten Mal.',
    en: 'This key stands here for the second time.',
  },
  tab: {
    de: 'Eingerückt wird mit Leerzeichen, nicht mit Tabulator.',
    en: 'Indent with spaces, not with tabs.',
  },
  several: {
    de: 'Die Datei enthält mehrere Dokumente (---); nur eines wird angenommen.',
    en: 'The file holds several documents (---); only one is accepted.',
  },
  tag: {
    de: 'Eigene YAML-Typen (!name) werden nicht angenommen; Geheimnisse stehen als { env: NAME } oder { file: PFAD }.',
    en: 'Custom YAML types (!name) are not accepted; secrets are given as { env: NAME } or { file: PATH }.',
  },
} satisfies Record<string, Bilingual>;
