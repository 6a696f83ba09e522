import { Readable } from 'node:stream';
import { csvHeader, csvLine } from '../export/csv.ts';
import { flatten } from '../export/flat.ts';
import type { NativeFinding } from '../findings/types.ts';
import type { Form } from './negotiate.ts';
import { Finding, FlatFinding } from './schemas/finding.ts';

interface Part {
  findings: readonly NativeFinding[];
}

/** Lines of one database page at a time; the first page is read before anything is sent, so that its failure can be told. */
export function streamFindings(
  first: Part,
  rest: AsyncIterable<Part>,
  { media, format }: Form,
  at: string,
): Readable {
  const write = (finding: NativeFinding): string => {
    if (format === 'native') return `${JSON.stringify(Finding.parse(finding))}\n`;
    const flat = flatten(finding, at);
    return media === 'csv' ? csvLine(flat) : `${JSON.stringify(FlatFinding.parse(flat))}\n`;
  };
  async function* lines(): AsyncGenerator<string> {
    yield (media === 'csv' ? csvHeader : '') + first.findings.map(write).join('');
    for await (const { findings } of rest) yield findings.map(write).join('');
  }
  return Readable.from(lines(), { objectMode: false });
}
