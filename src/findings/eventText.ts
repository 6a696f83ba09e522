import type { Catalogue } from '../policy/catalogue.ts';
import { type Epochs, eventId, type FindingsTable } from '../store/index.ts';
import { isErased } from './erased.ts';
import type { ToldEvent } from './eventRows.ts';
import type { IdView } from './native.ts';
import { nativeText, quoted, timeText } from './nativeText.ts';
import { eventKinds } from './types.ts';

const kinds = new Set<string>(eventKinds);

const textOrNull = (text: string | null): string => (text === null ? 'null' : quoted(text));

/** `JSON.stringify(viewOf(...))` of a row of the feed without making the object. */
export function eventText(row: ToldEvent, epochs: Epochs, catalogue: Catalogue, view: IdView): string {
  if (!kinds.has(row.kind)) throw new Error(`event ${row.seq}: kind is none that there is`);
  const head =
    `{"id":"${eventId(epochs, row.seq)}","seq":${row.seq},"event":"${row.kind}","at":${timeText(row.at)},` +
    `"cause":${textOrNull(row.cause)},"policy_version":${row.policy_version},` +
    `"target":${textOrNull(row.target)},"uid":${textOrNull(row.uid)}`;
  if (isErased(row)) return `${head},"erased":true}`;
  if (row.uid === null) return `${head},"counts":${row.snapshot_json}}`;
  const finding = JSON.parse(row.snapshot_json) as FindingsTable;
  return `${head},"finding":${nativeText(finding, null, catalogue, view)}}`;
}
