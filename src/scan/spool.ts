import type { Fact } from '../../adapters/contract/fact.ts';
import { RoomwardenError } from '../errors.ts';
import type { FactMap } from '../policy/types.ts';
import type { ScanHeader, ScanRecord, SubjectRecord } from './records.ts';

/**
 * What one scan collected, until it is recorded, as lines for this process alone. Every fact is written once and then
 * named by a number; of a subject only what differs from the one before of the same shape:
 *
 * `{...}` first or last record · `#[kind, names]` a shape, numbered in their order · `+fact`, numbered in their order ·
 * `[shape, id, name, aliases or 0, place, fact, place, fact, ...]` a subject · `-` numbers begin anew
 */
interface Shape<T> {
  number: number;
  names: readonly string[];
  last: T;
}

/** Facts and shapes that are held at once, on both sides. */
const mostFacts = 4_096;
const mostShapes = 128;

export class SpoolWriter {
  readonly #shapes = new Map<string, Shape<(Fact | undefined)[]>>();
  readonly #facts = new Map<Fact, number>();
  /** Of the subject before: nearly always that of the next one, too. */
  #last: { kind: string; shape: Shape<(Fact | undefined)[]> } | null = null;

  /** Facts that are one object are written once. */
  lines(record: ScanRecord): string {
    return record.schema === 'roomwarden.subject/1' ? this.#subject(record) : `${JSON.stringify(record)}\n`;
  }

  #subject({ kind, id, name, aliases, facts }: SubjectRecord): string {
    let lines = '';
    const before = this.#last;
    const names = before?.kind === kind && hasNames(facts, before.shape.names) ? before.shape.names : null;
    const count = names?.length ?? Object.keys(facts).length;
    if (this.#facts.size + count > mostFacts || this.#shapes.size >= mostShapes) {
      lines = '-\n';
      this.#facts.clear();
      this.#shapes.clear();
      this.#last = null;
    }
    let shape = names === null ? undefined : this.#last?.shape;
    if (shape === undefined) {
      const own = Object.keys(facts);
      const key = `${kind} ${own.join(' ')}`;
      shape = this.#shapes.get(key);
      if (shape === undefined) {
        shape = { number: this.#shapes.size, names: own, last: [] };
        this.#shapes.set(key, shape);
        lines += `#${JSON.stringify([kind, own])}\n`;
      }
      this.#last = { kind, shape };
    }
    const { last } = shape;
    let line = `[${shape.number},${JSON.stringify(id)},${JSON.stringify(name)},${JSON.stringify(aliases ?? 0)}`;
    for (let place = 0; place < shape.names.length; place += 1) {
      const fact = facts[shape.names[place] as keyof FactMap] as Fact;
      if (last[place] === fact) continue;
      last[place] = fact;
      let number = this.#facts.get(fact);
      if (number === undefined) {
        number = this.#facts.size;
        this.#facts.set(fact, number);
        lines += `+${JSON.stringify(fact)}\n`;
      }
      line += `,${place},${number}`;
    }
    return `${lines}${line}]\n`;
  }
}

/** These names, in this order. */
function hasNames(facts: FactMap, names: readonly string[]): boolean {
  let place = 0;
  for (const name in facts) {
    if (names[place] !== name) return false;
    place += 1;
  }
  return place === names.length;
}

type Row = [shape: number, id: string, name: string | null, aliases: string[] | 0, ...changes: number[]];

/** The same records again; facts that were one object are one again. @throws {RoomwardenError} RW1014 */
export async function* readSpool(
  chunks: AsyncIterable<string | Uint8Array>,
  file: string,
): AsyncGenerator<ScanRecord> {
  const reader = new SpoolReader();
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let number = 0;
  for await (const chunk of chunks) {
    const lines = (
      rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))
    ).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      number += 1;
      let record: ScanRecord | null;
      try {
        record = reader.read(line);
      } catch (cause) {
        throw new RoomwardenError(
          'RW1014',
          { file, line: number, detail: 'not as it was written' },
          { cause },
        );
      }
      if (record !== null) yield record;
    }
  }
  if (rest !== '') throw new RoomwardenError('RW1014', { file, line: number + 1, detail: 'cut off' });
}

class SpoolReader {
  #header: Pick<ScanHeader, 'target' | 'vendor'> | null = null;
  #shapes: (Shape<Record<string, Fact>> & { kind: SubjectRecord['kind'] })[] = [];
  #facts: Fact[] = [];

  read(line: string): ScanRecord | null {
    switch (line[0]) {
      case '[':
        return this.#subject(JSON.parse(line) as Row);
      case '+':
        this.#facts.push(JSON.parse(line.slice(1)) as Fact);
        return null;
      case '#': {
        const [kind, names] = JSON.parse(line.slice(1)) as [SubjectRecord['kind'], string[]];
        // All names at once: an object that grows name by name becomes a slow one, and all are copies of it.
        const last = Object.fromEntries(names.map((name) => [name, undefined])) as unknown;
        this.#shapes.push({
          kind,
          number: this.#shapes.length,
          names,
          last: last as Record<string, Fact>,
        });
        return null;
      }
      case '-':
        this.#shapes = [];
        this.#facts = [];
        return null;
      default: {
        const record = JSON.parse(line) as ScanRecord;
        if (record.schema === 'roomwarden.scan/1') this.#header = record;
        return record;
      }
    }
  }

  #subject(row: Row): SubjectRecord {
    const [number, id, name, aliases] = row;
    const shape = this.#shapes[number];
    const header = this.#header;
    if (shape === undefined || header === null) throw new Error('a subject before its shape');
    const facts = { ...shape.last };
    for (let at = 4; at < row.length; at += 2) {
      facts[shape.names[row[at] as number] as string] = known(this.#facts[row[at + 1] as number]);
    }
    shape.last = facts;
    return {
      schema: 'roomwarden.subject/1',
      target: header.target,
      vendor: header.vendor,
      kind: shape.kind,
      id,
      name,
      ...(aliases === 0 ? {} : { aliases }),
      facts: facts as FactMap,
    };
  }
}

function known(fact: Fact | undefined): Fact {
  if (fact === undefined) throw new Error('a fact before it was written');
  return fact;
}
