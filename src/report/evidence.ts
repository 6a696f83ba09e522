import type { NativeFinding } from '../findings/types.ts';
import type { Clause } from '../policy/catalogue.ts';
import { text } from '../texts/index.ts';
import { waiversTable } from './audit.ts';
import { decidingFacts, exhibitColumns, exhibitOf, markOf } from './exhibit.ts';
import { scoreText } from './identity.ts';
import { countColumns, holesTable, rulesTable, statusRow } from './parts.ts';
import { sumOf, type TargetState } from './state.ts';
import type { Block, Document, Exhibit, Row, Table } from './types.ts';
import { TargetVerdicts } from './verdicts.ts';
import type { Writer } from './writer.ts';

/** Rooms and recordings listed for one system: violated and unseen ones before those that are met. */
const mostListed = 500;

/** One clause of the documents with everything that it is judged by, system by system. */
export async function evidenceReport(writer: Writer, clause: Clause): Promise<Document> {
  const { targets } = writer.state;
  const policies = policiesOf(writer, clause);
  const blocks: Block[] = [{ type: 'facts', items: clauseItems(writer, clause, policies) }];
  const title = `${clause.id}: ${writer.of(clause.duty)}`;
  if (clause.check.every((way) => way === 'advice')) {
    blocks.push({ type: 'text', text: writer.say('advice_only') });
    return writer.document('evidence', title, writer.extent(), blocks);
  }
  blocks.push(resultTable(writer, clause, policies));
  for (const target of targets) blocks.push(...(await targetBlocks(writer, target, policies)));
  blocks.push(
    await waiversTable(
      writer,
      targets.map(({ id }) => id),
      policies,
    ),
    rulesTable(writer, policies),
  );
  return writer.document('evidence', title, writer.extent(), blocks);
}

/** Policies of the clause; of a roll-up, those of the clauses that it sums up. */
export function policiesOf(writer: Writer, clause: Clause): string[] {
  const clauses = clause.aggregateOf ?? [clause.id];
  return writer.state.deps.catalogue.policies
    .filter((policy) => policy.form !== 'advisory')
    .filter((policy) => policy.resolvedClauses.some((id) => clauses.includes(id)))
    .map(({ id }) => id);
}

function clauseItems(writer: Writer, clause: Clause, policies: readonly string[]) {
  const items = [
    { term: writer.say('document'), text: `${clause.document}: ${writer.of(clause.documentTitle)}` },
    { term: writer.say('place'), text: clause.place },
    { term: writer.say('force'), text: text(writer.language, `force.${clause.force}`) },
    {
      term: writer.say('judged_by'),
      text:
        policies.length === 0
          ? writer.say('none')
          : policies.map((id) => `${writer.title(id)} (${id}, ${writer.version(id)})`).join('; '),
    },
  ];
  if (clause.aggregateOf !== undefined) {
    items.push({ term: writer.say('sums_up'), text: clause.aggregateOf.join(', ') });
  }
  return items;
}

function resultTable(writer: Writer, clause: Clause, policies: readonly string[]): Table {
  const { targets } = writer.state;
  const rows = targets.map((target) => {
    const line = target.coverage.find((each) => each.clause === clause.id);
    const shown = target.fresh && line?.span != null;
    return {
      target: target.id,
      how: line === undefined ? writer.say('never') : text(writer.language, `coverage.${line.status}`),
      ...statusRow(countsOf(target, policies)),
      seen: { share: shown ? (line.span?.seen ?? 0) : 0 },
      score:
        shown && line.span !== null && line.span.seen > 0
          ? { low: line.span.low, high: line.span.high }
          : null,
    };
  });
  const sum = sumOf(targets.map((target) => countsOf(target, policies)));
  return writer.table('results', 'evidence_systems', {
    columns: [
      writer.column('target', 'target', 'start', { head: true, strong: true }),
      writer.column('how', 'how'),
      ...countColumns(writer),
      writer.column('seen', 'seen', 'end'),
      writer.column('score', 'score', 'end'),
    ],
    rows,
    total: { target: writer.say('sum'), how: null, ...statusRow(sum), seen: null, score: null },
    notes: [writer.say('span_note')],
  });
}

const countsOf = (target: TargetState, policies: readonly string[]) =>
  sumOf(policies.flatMap((id) => target.counts.get(id) ?? []));

async function targetBlocks(
  writer: Writer,
  target: TargetState,
  policies: readonly string[],
): Promise<Block[]> {
  const blocks: Block[] = [
    {
      type: 'section',
      title: writer.say('evidence_of', { target: target.id }),
      text: [`${writer.vendor(target)}. ${writer.say('seen')}: ${scoreText(writer, target)}.`],
    },
  ];
  if (target.last_scan_at === null) {
    blocks.push({ type: 'text', text: writer.say('never_scanned') });
    return blocks;
  }
  const { system, rooms, counted } = await gathered(writer, target, policies);
  if (system.length > 0) blocks.push({ type: 'exhibits', columns: exhibitColumns(writer), items: system });
  if (rooms.length > 0) {
    const notes =
      counted > rooms.length
        ? [writer.say('more_listed', { shown: writer.n(rooms.length), all: writer.n(counted) })]
        : [];
    blocks.push({
      type: 'table',
      id: `subjects-${target.id}`,
      title: writer.say('subjects_of', { policy: target.id }),
      columns: [
        writer.column('subject', 'affected', 'start', { head: true }),
        writer.column('result', 'result'),
        writer.column('policy', 'policy'),
        writer.column('facts', 'fact'),
        writer.column('read_at', 'read_at'),
      ],
      rows: rooms,
      ...(notes.length === 0 ? {} : { notes }),
    });
  }
  blocks.push(holesTable(writer, target, policies));
  return blocks;
}

interface Gathered {
  system: Exhibit[];
  rooms: Row[];
  counted: number;
}

async function gathered(writer: Writer, target: TargetState, policies: readonly string[]): Promise<Gathered> {
  const { deps } = writer.state;
  const system: Exhibit[] = [];
  const groups: Record<string, NativeFinding[]> = { violation: [], unknown: [], pass: [] };
  let counted = 0;
  for await (const finding of new TargetVerdicts(deps, target, policies, writer.asked.view).read()) {
    if (finding.subject.kind === 'deployment') {
      system.push(exhibitOf(writer, finding));
      continue;
    }
    const group = groups[finding.verdict];
    if (group === undefined) continue;
    counted += 1;
    if (group.length < mostListed) group.push(finding);
  }
  const listed = Object.values(groups).flat().slice(0, mostListed);
  return { system, rooms: listed.map((finding) => subjectRow(writer, finding)), counted };
}

function subjectRow(writer: Writer, finding: NativeFinding): Row {
  const read = finding.evidence.flatMap(({ observed_at }) => observed_at ?? []).toSorted();
  return {
    subject: writer.subject(finding),
    result: writer.mark(markOf(finding)),
    policy: writer.of(finding.title),
    facts: decidingFacts(writer, finding),
    read_at: read[0] === undefined ? '–' : writer.time(read[0]),
  };
}
