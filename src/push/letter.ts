import type { EventKind } from '../findings/types.ts';
import { severities } from '../policy/types.ts';
import { type Language, text } from '../texts/index.ts';
import type { Gap } from './state.ts';
import type { Change, Tally } from './tally.ts';

const order: readonly EventKind[] = [
  'opened',
  'reopened',
  'unknown',
  'changed',
  'waiver_expired',
  'waived',
  'resolved',
  'closed',
  'baseline',
  'heartbeat',
];

export interface LetterContext {
  language: Language;
  host: string;
  timezone: string;
  /** Milliseconds; null where no digest was sent before. */
  since: number | null;
  until: number;
  gap: Gap | null;
}

/** Subject and plain text of a digest. Rooms appear by their ref alone: a mail goes far. */
export function digestLetter(tally: Tally, context: LetterContext): { subject: string; text: string } {
  const { language, host, since, until, gap } = context;
  const time = (ms: number): string => localTime(ms, context);
  const fresh = tally.count('opened') + tally.count('reopened');
  const subject = text(language, 'digest.subject', {
    opened: fresh,
    resolved: tally.count('resolved'),
    day: time(until).slice(0, 10),
  });
  const worst = tally.worst();
  const lines = [
    since === null
      ? text(language, 'digest.until', { host, until: time(until) })
      : text(language, 'digest.between', { host, since: time(since), until: time(until) }),
    '',
    ...order.flatMap((kind) => countLine(tally, kind, language)),
    '',
    text(language, 'digest.targets'),
    ...[...tally.targets].sort().map(([target, count]) => `  ${target}: ${count}`),
    ...(gap === null ? [] : ['', text(language, 'digest.gap', { from: gap.from, to: gap.to })]),
    ...(worst.length === 0 ? [] : ['', text(language, 'digest.worst', { count: worst.length })]),
    ...worst.flatMap((change) => ['', ...changeLines(change, context)]),
    '',
    text(language, 'digest.end'),
  ];
  return { subject, text: `${lines.join('\n')}\n` };
}

function countLine(tally: Tally, kind: EventKind, language: Language): string[] {
  const counts = tally.kinds.get(kind);
  if (counts === undefined) return [];
  const parts = severities.toReversed().flatMap((severity) => {
    const count = counts.get(severity);
    return count === undefined ? [] : [`${text(language, `severity.${severity}`)} ${count}`];
  });
  const detail = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return [`${text(language, `event.${kind}`)}: ${tally.count(kind)}${detail}`];
}

function changeLines({ event, at, finding }: Change, context: LetterContext): string[] {
  const { language } = context;
  const { target, subject } = finding;
  const place = subject.kind === 'deployment' || subject.ref === undefined ? '' : ` / ${subject.ref}`;
  return [
    `[${text(language, `severity.${finding.severity}`)}] ${finding.title[language]}`,
    `  ${target}${place}`,
    `  ${text(language, `event.${event}`)}, ${localTime(Date.parse(at), context)}, ${finding.uid}`,
  ];
}

function localTime(ms: number, { timezone }: Pick<LetterContext, 'timezone'>): string {
  const options = { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat('sv-SE', options).format(ms);
}
