import { Readable } from 'node:stream';
import type { NativeFinding } from '../findings/types.ts';
import type { Shape } from './shapes.ts';

interface Part {
  findings: readonly NativeFinding[];
}

/** Text of one database page at a time; the first page is read before anything is sent, so that its failure can be told. */
export function streamFindings(first: Part, rest: AsyncIterable<Part>, shape: Shape): Readable {
  async function* pieces(): AsyncGenerator<string> {
    let text = shape.head;
    let begun = false;
    for await (const { findings } of parts(first, rest)) {
      const lines = await shape.write(findings);
      if (lines.length > 0) text += `${begun ? shape.between : ''}${lines.join(shape.between)}`;
      begun ||= lines.length > 0;
      if (text !== '') yield text;
      text = '';
    }
    yield text + shape.tail;
  }
  return Readable.from(pieces(), { objectMode: false });
}

async function* parts(first: Part, rest: AsyncIterable<Part>): AsyncGenerator<Part> {
  yield first;
  yield* rest;
}
