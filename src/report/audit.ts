import { decidingFacts, exhibitColumns, exhibitOf } from './exhibit.ts';
import { findingsOf } from './holes.ts';
import { identityOf, sourcesTable } from './identity.ts';
import { coverageTable, holesTable, policiesTable, rulesTable } from './parts.ts';
import type { TargetState } from './state.ts';
import type { Block, Document, Exhibit, Row } from './types.ts';
import type { Writer } from './writer.ts';

/** Rooms listed under one policy; the action plan has them all. */
const mostListed = 500;

/** One system in full. */
export async function auditReport(writer: Writer, target: TargetState): Promise<Document> {
  const { totals } = target;
  const grave = totals.violation;
  const found = await violations(writer, target);
  const scope = `${target.id}, ${writer.vendor(target)}, ${writer.count('rooms', target.rooms ?? 0)}`;
  const never: Block[] =
    target.last_scan_at === null ? [{ type: 'text', text: writer.say('never_scanned') }] : [];
  return writer.document('audit', writer.say('audit_title', { product: writer.vendor(target) }), scope, [
    {
      type: 'statements',
      items: [
        {
          mark: grave > 0 ? 'violation' : 'violation_minor',
          strong: writer.count('grave', grave),
          rest: writer.say('minor', { n: writer.n(totals.violation_minor) }),
        },
        {
          mark: 'unknown',
          strong: writer.count('unseen', totals.unknown),
          rest: writer.say('unseen_rest'),
        },
        {
          mark: 'pass',
          strong: writer.count('met', totals.pass),
          rest: writer.say('not_counted', {
            waived: writer.n(totals.waived),
            na: writer.n(totals.not_applicable),
          }),
        },
      ],
    },
    ...never,
    { type: 'section', title: writer.say('identity') },
    { type: 'facts', items: identityOf(writer, target) },
    holesTable(writer, target),
    ...found,
    await waiversTable(writer, [target.id]),
    policiesTable(writer, target),
    coverageTable(writer, target),
    sourcesTable(writer, target),
    rulesTable(writer),
  ]);
}

interface Listed {
  exhibits: Exhibit[];
  rows: Row[];
  count: number;
  message: string;
  fix: string;
}

async function violations(writer: Writer, target: TargetState): Promise<Block[]> {
  const groups = new Map<string, Listed>();
  const { deps } = writer.state;
  const filter = { target: [target.id], verdict: 'violation', status: 'open' } as const;
  for await (const finding of findingsOf(deps, filter, writer.asked.view)) {
    const group = groups.get(finding.policy) ?? {
      exhibits: [],
      rows: [],
      count: 0,
      message: writer.of(finding.message),
      fix: writer.of(finding.remediation),
    };
    groups.set(finding.policy, group);
    if (finding.subject.kind === 'deployment') {
      group.exhibits.push(exhibitOf(writer, finding));
      continue;
    }
    group.count += 1;
    group.message = writer.of(finding.message);
    if (group.rows.length >= mostListed) continue;
    group.rows.push({
      subject: writer.subject(finding),
      facts: decidingFacts(writer, finding),
      severity: writer.severity(finding.severity),
      since: finding.opened_at === undefined ? null : writer.format.day(finding.opened_at),
    });
  }
  const blocks: Block[] = [
    {
      type: 'section',
      title: writer.say('findings'),
      text: groups.size === 0 ? [writer.say('no_findings', { n: writer.n(target.totals.unknown) })] : [],
    },
  ];
  for (const [policy, group] of groups) blocks.push(...groupBlocks(writer, policy, group));
  return blocks;
}

function groupBlocks(writer: Writer, policy: string, group: Listed): Block[] {
  const blocks: Block[] = [];
  if (group.exhibits.length > 0) {
    blocks.push({ type: 'exhibits', columns: exhibitColumns(writer), items: group.exhibits });
  }
  if (group.rows.length === 0) return blocks;
  const known = writer.state.deps.catalogue.policyById.get(policy);
  const clauses = known?.resolvedClauses.join(', ') ?? '';
  blocks.push({
    type: 'table',
    id: `rooms-${policy}`,
    title: `${writer.title(policy)} (${writer.n(group.count)})`,
    columns: [
      writer.column('subject', 'affected', 'start', { head: true }),
      writer.column('facts', 'fact'),
      writer.column('severity', 'severity'),
      writer.column('since', 'since', 'end'),
    ],
    rows: group.rows,
    notes: [
      group.message,
      `${writer.say('fix')}: ${group.fix}`,
      `${writer.say('clauses')}: ${clauses}`,
      ...(group.count > group.rows.length
        ? [
            writer.say('more_listed', {
              shown: writer.n(group.rows.length),
              all: writer.n(group.count),
            }),
          ]
        : []),
    ],
  });
  return blocks;
}

/** Dated exceptions that hold, and what they are for. */
export async function waiversTable(
  writer: Writer,
  targets: readonly string[],
  policies?: readonly string[],
): Promise<Block> {
  const rows: Row[] = [];
  const filter = {
    target: targets,
    verdict: 'all',
    status: 'waived',
    ...(policies === undefined ? {} : { policy: policies }),
  } as const;
  for await (const finding of findingsOf(writer.state.deps, filter, writer.asked.view)) {
    const { waiver } = finding;
    rows.push({
      target: finding.target,
      subject: writer.subject(finding),
      policy: writer.of(finding.title),
      why: waiver === undefined ? null : writer.foreign(waiver.reason),
      reference: waiver?.ticket === undefined ? null : writer.foreign(waiver.ticket),
      until: waiver === undefined ? null : writer.format.day(waiver.until),
    });
    if (rows.length >= mostListed) break;
  }
  return writer.table('waivers', 'waivers', {
    columns: [
      ...(targets.length > 1 ? [writer.column('target', 'target')] : []),
      writer.column('subject', 'affected', 'start', { head: true }),
      writer.column('policy', 'policy'),
      writer.column('why', 'why'),
      writer.column('reference', 'reference'),
      writer.column('until', 'until', 'end'),
    ],
    rows,
    empty: writer.say('no_waivers'),
  });
}
