import type { ReceiverOf } from '../config/push.ts';
import { formatEvent, toCef, toSyslog5424 } from '../export/index.ts';
import type { PushDeps, PushEvent } from './types.ts';

/** One RFC 5424 message without framing; other formats stand as its text, behind the same header. */
export function syslogLine(
  event: PushEvent,
  format: ReceiverOf<'syslog'>['format'],
  context: PushDeps['context'],
): string {
  const message = toSyslog5424(event, context);
  if (format === 'syslog') return message;
  const header = message.split(' ', 6).join(' ');
  // Receivers write control characters in forms of their own; a tab is the only one that CEF leaves.
  const text =
    format === 'cef'
      ? toCef(event, context).replaceAll('\t', ' ')
      : JSON.stringify(formatEvent(format, context)(event));
  return `${header} - ${text}`;
}
