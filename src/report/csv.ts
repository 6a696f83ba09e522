import { csvRow } from '../export/csv.ts';
import { Format } from './format.ts';
import type { Cell, Document, ReportKind, Table } from './types.ts';
import { say } from './words.ts';

/** Which table of a report is the one to calculate with. */
const mainTable: Readonly<Record<Exclude<ReportKind, 'action-plan'>, string>> = {
  summary: 'targets',
  audit: 'policies',
  evidence: 'results',
  tracking: 'functions',
  measures: 'measures',
  comparison: 'changes',
};

/** One table for a spreadsheet; every row says of which state it is. */
export function* documentCsv(document: Document, timezone: string): Generator<string> {
  const { language, kind, state } = document;
  const table = tableOf(document, kind);
  if (table === undefined) return;
  const separator = language === 'de' ? ';' : ',';
  const format = new Format(language, timezone);
  const titles = table.columns.map(({ title }) => title);
  const stamp = [say(language, 'as_of'), say(language, 'state', { hash: '' }).trim()];
  yield `\uFEFF${csvRow([...titles, ...stamp], separator)}`;
  for (const row of table.rows) {
    const cells = table.columns.map(({ id }) => plain(row[id] ?? null, format));
    yield csvRow([...cells, state.as_of ?? '', state.hash], separator);
  }
}

function tableOf({ blocks }: Document, kind: ReportKind): Table | undefined {
  if (kind === 'action-plan') return undefined;
  return blocks.find((block): block is Table => block.type === 'table' && block.id === mainTable[kind]);
}

function plain(cell: Cell, format: Format): string | number {
  if (cell === null) return '';
  if (typeof cell === 'string' || typeof cell === 'number') return cell;
  if (isList(cell)) return cell.map((part) => plain(part, format)).join(' ');
  if ('text' in cell) return cell.text;
  if ('name' in cell) return cell.name;
  if ('code' in cell) return cell.code;
  if ('low' in cell) return format.spread(cell);
  if ('share' in cell) return format.share(cell.share);
  return '';
}

export const isList = (cell: Cell): cell is readonly Cell[] => Array.isArray(cell);
