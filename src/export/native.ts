import type { ExportEvent } from './event.ts';

/** The event as it is: the one shape that loses nothing. */
export function toNative(event: ExportEvent): ExportEvent {
  return event;
}
