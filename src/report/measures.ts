import { attestationState, attestationsOf, countingOne } from '../inventory/attestations.ts';
import { waiversTable } from './audit.ts';
import { policiesOf } from './evidence.ts';
import { rulesTable } from './parts.ts';
import { ReportProblem } from './problem.ts';
import { sumOf, type TargetState } from './state.ts';
import { holesOf, policyMatrix } from './tracking.ts';
import type { Block, Document, Row } from './types.ts';
import type { Writer } from './writer.ts';

const clauseId = 'S2-10';
const noClause = {
  de: `Das Regelwerk hat keinen Satz ${clauseId}.`,
  en: `The rules have no clause ${clauseId}.`,
};

/** The roll-up of what is to be done besides when a conference system is introduced. */
export async function measuresReport(writer: Writer): Promise<Document> {
  const { targets, deps } = writer.state;
  const clause = deps.catalogue.clauseById.get(clauseId);
  if (clause === undefined) throw new ReportProblem('kind', noClause);
  const policies = policiesOf(writer, clause);
  const ids = targets.map(({ id }) => id);
  const whole = targets.filter((target) => isWhole(target, policies));
  const blocks: Block[] = [
    {
      type: 'text',
      text: writer.say('measures_intro', { parts: (clause.aggregateOf ?? []).join(', ') }),
    },
    {
      type: 'statements',
      items: [
        {
          mark: whole.length === targets.length ? 'pass' : 'unknown',
          strong: writer.say('measures_all', { n: writer.n(whole.length), all: writer.n(targets.length) }),
          rest: writer.say('measures_open', { n: writer.n(targets.length - whole.length) }),
        },
      ],
    },
    policyMatrix(writer, policies, 'measures', 'measures_table'),
    await heldTable(writer, policies),
    ...targets
      .filter((target) => target.last_scan_at === null || countsOf(target, policies).unknown > 0)
      .map((target) => holesOf(writer, target, policies)),
    await waiversTable(writer, ids, policies),
    rulesTable(writer, policies),
  ];
  return writer.document('measures', writer.of(title), writer.extent(), blocks);
}

const title = {
  de: 'Weitere Maßnahmen bei der Einführung',
  en: 'Further measures on introduction',
};

const countsOf = (target: TargetState, policies: readonly string[]) =>
  sumOf(policies.flatMap((id) => target.counts.get(id) ?? []));

const isWhole = (target: TargetState, policies: readonly string[]): boolean =>
  policies.every((id) => ['pass', 'not_applicable'].includes(target.cells[id]?.status ?? 'unknown'));

/** What is on file; by whom is left out, the reference finds it. */
async function heldTable(writer: Writer, policies: readonly string[]): Promise<Block> {
  const { deps, targets, at } = writer.state;
  const rows: Row[] = [];
  for (const { id } of targets) {
    const held = await attestationsOf(deps.store.db, deps.config.attestations, id);
    for (const policy of policies) {
      const entry = countingOne(
        held.filter((each) => each.policy === policy),
        at,
      );
      if (entry === undefined) continue;
      const state = attestationState(entry, deps.config.attestations_due, at);
      const denied = entry.fields['value'] === false;
      const { reference } = entry.fields;
      rows.push({
        target: id,
        policy: writer.title(policy),
        reference: typeof reference === 'string' ? writer.foreign(reference) : null,
        attested: entry.attestedAt === null ? null : writer.format.day(entry.attestedAt),
        until: entry.validUntil === null ? null : writer.format.day(entry.validUntil),
        standing: denied
          ? { mark: 'violation_minor', text: writer.say('denied') }
          : { mark: state === 'expired' ? 'stale' : 'pass', text: writer.say(state) },
      });
    }
  }
  return writer.table('held', 'held', {
    columns: [
      writer.column('target', 'target', 'start', { head: true }),
      writer.column('policy', 'attestation'),
      writer.column('reference', 'reference'),
      writer.column('attested', 'attested', 'end'),
      writer.column('until', 'until', 'end'),
      writer.column('standing', 'standing'),
    ],
    rows,
    empty: writer.say('no_held'),
  });
}
