import type { ExportContext } from './context.ts';
import type { ExportEvent } from './event.ts';
import { toFlat } from './flat.ts';
import { toNative } from './native.ts';

export { type ExportContext, exportContext } from './context.ts';
export { type ExportEvent, stateEvent } from './event.ts';
export { toFlat } from './flat.ts';
export { toNative } from './native.ts';

/** Formats of events that are JSON objects: feed and violations over REST. */
export const eventFormats = ['native', 'flat'] as const;
export type EventFormat = (typeof eventFormats)[number];

export function formatEvent(format: EventFormat, _context: ExportContext): (event: ExportEvent) => object {
  switch (format) {
    case 'native':
      return toNative;
    case 'flat':
      return toFlat;
  }
}
