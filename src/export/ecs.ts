import type { NativeFinding } from '../findings/types.ts';
import type { Severity } from '../policy/types.ts';
import type { ExportContext } from './context.ts';
import type { ExportEvent } from './event.ts';
import { createdAt, describeReason, mappingsOf, plain, productName, subjectPath } from './parts.ts';
import { sentenceOf } from './words.ts';

const outcomes = {
  pass: 'success',
  violation: 'failure',
  unknown: 'unknown',
  not_applicable: 'unknown',
} as const satisfies Record<NativeFinding['verdict'], string>;

/** The scale of Elastic's own rules. */
const severityNumbers: Readonly<Record<Severity, number>> = {
  info: 1,
  low: 21,
  medium: 47,
  high: 73,
  critical: 99,
};

/** Elastic Common Schema 9.4, nested. What it has no field for stands under `roomwarden`. */
export function toEcs(event: ExportEvent, context: ExportContext): Record<string, unknown> {
  const { at, finding, counts } = event;
  const { language } = context;
  const host = event.target === null ? null : context.hostOf(event.target);
  return {
    '@timestamp': at,
    ecs: { version: '9.4.0' },
    message: sentenceOf(event, language),
    event: eventOf(event),
    ...(finding === undefined
      ? {}
      : {
          rule: {
            id: finding.policy,
            name: finding.title[language],
            version: String(finding.policy_version),
            ruleset: 'roomwarden',
          },
        }),
    ...(event.target === null
      ? {}
      : {
          service: {
            name: event.target,
            ...(finding === undefined ? {} : { type: finding.vendor }),
            ...(host === null ? {} : { address: host }),
          },
        }),
    ...(host === null ? {} : { related: { hosts: [host] } }),
    observer: {
      vendor: productName,
      product: productName,
      type: 'configuration-auditor',
      version: context.version,
      hostname: context.host,
    },
    tags: ['video-conference', 'configuration-audit'],
    roomwarden: finding === undefined ? { counts: counts ?? {} } : own(finding, context),
  };
}

/** What tells of a finding is a change, what sums up is a state. */
function eventOf({ id, seq, event, at, cause, finding, ...rest }: ExportEvent): object {
  const created = createdAt({ at, ...(finding === undefined ? {} : { finding }) });
  return {
    id,
    ...(seq === null ? {} : { sequence: seq }),
    kind: finding === undefined && rest.counts !== undefined ? 'state' : 'event',
    category: ['configuration'],
    type: ['info'],
    action: `finding-${event}`.replaceAll('_', '-'),
    ...(cause === null ? {} : { reason: cause }),
    created: at,
    start: created,
    dataset: 'roomwarden.events',
    module: 'roomwarden',
    provider: 'roomwarden',
    ...(finding === undefined
      ? {}
      : {
          outcome: outcomeOf(event, finding),
          severity: severityNumbers[finding.severity],
          code: finding.policy,
        }),
  };
}

function outcomeOf(event: ExportEvent['event'], finding: NativeFinding): string {
  if (event === 'resolved') return finding.verdict === 'unknown' ? 'unknown' : 'success';
  return event === 'closed' || event === 'unknown' ? 'unknown' : outcomes[finding.verdict];
}

/** Facts are texts: one and the same name may be a number here and a list there, and an index takes only one type. */
function own(finding: NativeFinding, context: ExportContext): object {
  const { uid, verdict, status, confidence, clauses, subject, affected } = finding;
  return {
    finding: {
      uid,
      verdict,
      ...(status === undefined ? {} : { status }),
      confidence,
      clauses,
      references: mappingsOf(finding.policy, context).map(
        ({ standard, control }) => `${standard.id}:${control}`,
      ),
      ...(affected === undefined ? {} : { affected }),
      ...(finding.waiver === undefined
        ? {}
        : { waiver: finding.waiver.id, waived_until: finding.waiver.until }),
      ...(finding.resolved_at === undefined ? {} : { resolved_at: finding.resolved_at }),
      ...(finding.last_seen_at === undefined ? {} : { last_seen_at: finding.last_seen_at }),
      remediation: finding.remediation[context.language],
    },
    subject: {
      kind: subject.kind,
      path: subjectPath(finding),
      ...(subject.name === null ? {} : { name: subject.name }),
    },
    facts: Object.entries(finding.facts).map(([name, value]) => `${name}=${plain(value)}`),
    reasons: finding.reasons.map(describeReason),
  };
}
