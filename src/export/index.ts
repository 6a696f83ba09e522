import type { ExportContext } from './context.ts';
import { toEcs } from './ecs.ts';
import type { ExportEvent } from './event.ts';
import { toFlat } from './flat.ts';
import { toNative } from './native.ts';
import { toOcsf } from './ocsf.ts';

export { toCef } from './cef.ts';
export { type ExportContext, exportContext } from './context.ts';
export { toEcs } from './ecs.ts';
export { type ExportEvent, stateEvent } from './event.ts';
export { toFlat } from './flat.ts';
export { toNative } from './native.ts';
export { toOcsf } from './ocsf.ts';
export { toSyslog5424 } from './syslog.ts';

/** Formats of events that are JSON objects: feed, receivers and violations over REST. */
export const eventFormats = ['native', 'flat', 'ocsf', 'ecs'] as const;
export type EventFormat = (typeof eventFormats)[number];

export function formatEvent(format: EventFormat, context: ExportContext): (event: ExportEvent) => object {
  switch (format) {
    case 'native':
      return toNative;
    case 'flat':
      return toFlat;
    case 'ocsf':
      return (event) => toOcsf(event, context);
    case 'ecs':
      return (event) => toEcs(event, context);
  }
}
