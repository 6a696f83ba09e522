import { type Epochs, eventId, type FindingsTable } from '../store/index.ts';
import type { Bytes } from './bytes.ts';
import { isErased } from './erased.ts';
import type { ToldEvent } from './eventRows.ts';
import { quoted, type Telling, timeText, writeNative } from './nativeText.ts';
import { eventKinds } from './types.ts';

const kinds = new Set<string>(eventKinds);

const textOrNull = (text: string | null): string => (text === null ? 'null' : quoted(text));

/** Writes `JSON.stringify(viewOf(...))` of a row of the feed without making the object. */
export function writeEvent(out: Bytes, row: ToldEvent, epochs: Epochs, telling: Telling): void {
  if (!kinds.has(row.kind)) throw new Error(`event ${row.seq}: kind is none that there is`);
  out.text(
    `{"id":"${eventId(epochs, row.seq)}","seq":${row.seq},"event":"${row.kind}","at":${timeText(row.at)},` +
      `"cause":${textOrNull(row.cause)},"policy_version":${row.policy_version},` +
      `"target":${textOrNull(row.target)},"uid":${textOrNull(row.uid)}`,
  );
  if (isErased(row)) out.text(',"erased":true}');
  else if (row.uid === null) out.text(`,"counts":${row.snapshot_json}}`);
  else {
    out.text(',"finding":');
    writeNative(out, JSON.parse(row.snapshot_json) as FindingsTable, null, telling);
    out.text('}');
  }
}
