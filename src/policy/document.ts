import {
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml';
import type { z } from 'zod';
import { scalarOffset } from './position.ts';
import type { PolicyProblem, Range } from './problems.ts';

export type Path = readonly PropertyKey[];

/** A YAML file with the way back from a value, or a place inside a text, to line and column. */
export interface SourceFile {
  name: string;
  text: string;
  document: Document;
  lines: LineCounter;
}

export function readSource(name: string, text: string): { source: SourceFile; problems: PolicyProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true });
  const source = { name, text, document, lines };
  const problems = [...document.errors, ...document.warnings].map((error) =>
    problemAt(
      source,
      error.pos[0],
      error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '',
    ),
  );
  return { source, problems };
}

/** Checks the shape; every problem at the value (or at the map that misses a key). */
export function readShape<T>(
  source: SourceFile,
  schema: z.ZodType<T>,
): { value?: T; problems: PolicyProblem[] } {
  const result = schema.safeParse(source.document.toJS({ maxAliasCount: 0 }));
  if (result.success) return { value: result.data, problems: [] };
  const problems = result.error.issues.map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    if (keys.length === 0) return problem(source, issue.path, `${where}${issue.message}`);
    return problemAt(
      source,
      keyOffset(source, issue.path, keys[0] as string),
      `${where}unknown key ${keys.join(', ')}`,
    );
  });
  return { problems };
}

export function problem(source: SourceFile, path: Path, message: string): PolicyProblem {
  return problemAt(source, offsetOf(source, path), message);
}

/** A problem at a place inside the text that stands at `path`. */
export function problemInText(source: SourceFile, path: Path, range: Range, message: string): PolicyProblem {
  const node = nodeAt(source, path);
  const offset = isScalar(node) ? scalarOffset(source.text, node as Scalar, range.start) : undefined;
  return problemAt(source, offset ?? offsetOf(source, path), message);
}

export function lineOf(source: SourceFile, path: Path): number {
  return source.lines.linePos(offsetOf(source, path)).line;
}

function problemAt(source: SourceFile, offset: number, message: string): PolicyProblem {
  const { line, col } = source.lines.linePos(offset);
  return { file: source.name, line: Math.max(line, 1), column: Math.max(col, 1), message };
}

function nodeAt(source: SourceFile, path: Path): Node | undefined {
  const node = path.length === 0 ? source.document.contents : source.document.getIn(path as unknown[], true);
  return isNode(node) ? node : undefined;
}

/** Of the nearest node that exists: a missing key is reported where its map begins. */
function offsetOf(source: SourceFile, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = nodeAt(source, path.slice(0, length));
    if (node?.range) return node.range[0];
  }
  return 0;
}

function keyOffset(source: SourceFile, path: Path, key: string): number {
  const map = nodeAt(source, path);
  if (isMap(map)) {
    for (const pair of map.items) {
      if (isScalar(pair.key) && pair.key.value === key && pair.key.range) return pair.key.range[0];
    }
  }
  return offsetOf(source, path);
}
