import type { SourceOutcome } from '../../adapters/contract/subject.ts';
import { describeFill, reasonTexts } from '../findings/reasonTexts.ts';
import { text } from '../texts/index.ts';
import type { TargetState } from './state.ts';
import type { Block, Cell, Mark, Table } from './types.ts';
import type { Writer } from './writer.ts';

type Items = Extract<Block, { type: 'facts' }>['items'];

/** What is audited, for whom it runs, and how fresh the look is. Contact data only for the organisation itself. */
export function identityOf(writer: Writer, target: TargetState): Items {
  const { configured, last_scan_at, seen_at } = target;
  const { owner, hosting } = configured.settings;
  const items: { term: string; text: Cell }[] = [
    { term: writer.say('target'), text: { code: target.id } },
    { term: writer.say('vendor'), text: writer.vendor(target) },
    {
      term: writer.say('owner'),
      text:
        owner === undefined
          ? writer.say('undeclared')
          : owner === null
            ? writer.say('nobody')
            : writer.foreign(owner.name),
    },
  ];
  const contact = owner?.contact;
  if (writer.asked.audience === 'organisation' && contact !== undefined) {
    const lines = Object.values(contact).filter((line): line is string => typeof line === 'string');
    items.push({ term: writer.say('contact'), text: lines.map((line) => writer.foreign(line)) });
  }
  const model = hosting?.model;
  const place = [model, hosting?.country, hosting?.provider?.name].filter((part) => typeof part === 'string');
  items.push(
    {
      term: writer.say('hosting'),
      text: place.length === 0 ? writer.say('undeclared') : writer.foreign(place.join(', ')),
    },
    {
      term: writer.say('last_scan'),
      text: last_scan_at === null ? writer.say('never') : writer.time(last_scan_at),
    },
    { term: writer.say('last_seen'), text: seen_at === null ? '–' : writer.time(seen_at) },
    { term: writer.say('freshness'), text: writer.format.duration(configured.freshness) },
    {
      term: writer.say('live'),
      text:
        configured.live === null
          ? writer.say('live_off')
          : writer.say('live_on', { purpose: configured.live.purpose }),
    },
    { term: writer.say('seen'), text: scoreText(writer, target) },
  );
  return items;
}

/** Never the score without the share that it rests on. */
export function scoreText(writer: Writer, { score, fresh }: TargetState): string {
  if (!fresh || score === null || score.low === null || score.high === null) return writer.format.share(0);
  const span = writer.format.spread({ low: score.low, high: score.high });
  return `${writer.format.share(score.seen)}, ${writer.say('score')} ${span}`;
}

const marks: Readonly<Record<SourceOutcome['state'], Mark>> = {
  complete: 'pass',
  partial: 'unknown',
  failed: 'unknown',
  skipped: 'not_applicable',
};

export function sourcesTable(writer: Writer, target: TargetState): Table {
  const rows = target.sources
    .toSorted((one, other) => (one.source < other.source ? -1 : 1))
    .map(({ source, state, reason, answered_at }) => ({
      source: { code: source },
      state: { mark: marks[state], text: text(writer.language, `state.${state}`) },
      reason: reason === undefined ? null : reasonTexts[reason.code][writer.language],
      remedy: reason?.fill === undefined ? null : describeFill(reason.fill)[writer.language],
      answered: writer.time(answered_at),
    }));
  return writer.table('sources', 'sources', {
    columns: [
      writer.column('source', 'source', 'start', { head: true }),
      writer.column('state', 'source_state'),
      writer.column('reason', 'reason'),
      writer.column('remedy', 'remedy'),
      writer.column('answered', 'answered', 'end'),
    ],
    rows,
    empty: writer.say('never_scanned'),
  });
}
