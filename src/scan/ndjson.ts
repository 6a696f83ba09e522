import { RoomwardenError } from '../errors.ts';
import { notJson, parseRecord, type ScanEnd, type ScanRecord } from './records.ts';
import { failureOf } from './state.ts';

/**
 * Records of one or more scans, one after the other. A scan without its last line ends with RW2009 as its error, also where
 * the writer was stopped within a line. No scan at all is refused: an empty report would look like a clean one.
 * @throws {RoomwardenError} RW1014 with file and line
 */
export async function* readRecords(
  chunks: AsyncIterable<string | Uint8Array>,
  file: string,
): AsyncGenerator<ScanRecord> {
  let current: string | null = null;
  let number = 0;
  let scans = 0;
  for await (const { line, whole } of linesOf(chunks)) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = parseRecord(line);
    if ('problem' in parsed) {
      if (!whole && parsed.problem === notJson && current !== null) break;
      throw wrong(file, number, parsed.problem);
    }
    const { record } = parsed;
    if (record.schema === 'roomwarden.scan/1') {
      if (current !== null) yield cutOff(file, current);
      current = record.target;
      scans += 1;
    } else if (record.target !== current) {
      throw wrong(file, number, `target ${record.target} without a first line`);
    }
    yield record;
    if (record.schema === 'roomwarden.scan-end/1') current = null;
  }
  if (current !== null) yield cutOff(file, current);
  if (scans === 0) throw wrong(file, number, 'no scan in it');
}

function wrong(file: string, line: number, detail: string): RoomwardenError {
  return new RoomwardenError('RW1014', { file, line, detail });
}

function cutOff(file: string, target: string): ScanEnd {
  const error = failureOf(new RoomwardenError('RW2009', { file, target }));
  return { schema: 'roomwarden.scan-end/1', target, sources: [], error };
}

interface Line {
  line: string;
  /** With its line end. */
  whole: boolean;
}

async function* linesOf(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield { line, whole: true };
  }
  rest += decoder.decode();
  if (rest !== '') yield { line: rest, whole: false };
}
