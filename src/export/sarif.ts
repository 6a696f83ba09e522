import type { NativeFinding, Report } from '../findings/types.ts';
import type { Policy, Standard } from '../policy/catalogue.ts';
import { type Severity, severities } from '../policy/types.ts';
import type { ExportContext } from './context.ts';
import { mappingsOf, productName, subjectPath } from './parts.ts';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  info: 'note',
  low: 'note',
  medium: 'warning',
  high: 'error',
  critical: 'error',
};
const kinds = {
  pass: 'pass',
  violation: 'fail',
  unknown: 'open',
  not_applicable: 'notApplicable',
} as const satisfies Record<NativeFinding['verdict'], string>;

/** SARIF 2.1.0 of a report, in pieces: one log with one run. */
export function* sarifReport(report: Report, context: ExportContext): Generator<string> {
  const failures = report.targets.flatMap(({ id, error }) =>
    error === undefined
      ? []
      : [
          {
            level: 'error',
            message: { text: `${id}: ${error.message[context.language]}` },
            descriptor: { id: error.code },
          },
        ],
  );
  const invocations = [
    {
      executionSuccessful: failures.length === 0,
      endTimeUtc: report.generated_at,
      toolExecutionNotifications: failures,
    },
  ];
  yield sarifStart(context, { invocations });
  yield report.findings.map((finding) => sarifResult(finding, context)).join(',\n');
  yield sarifEnd;
}

/** Everything of the log before its results; `sarifResult`s follow, with commas between. */
export function sarifStart(context: ExportContext, more: object = {}): string {
  const { catalogue, language } = context;
  const taxonomies = taxonomiesOf(context);
  const index = new Map(taxonomies.map(({ id }, position) => [id, position]));
  const run = {
    tool: {
      driver: {
        name: productName,
        version: context.version,
        language,
        rules: catalogue.policies.map((policy) => ruleOf(policy, context, index)),
      },
    },
    taxonomies: taxonomies.map(({ component }) => component),
    ...more,
  };
  const head = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
  };
  return `${JSON.stringify(head).slice(0, -1)},"runs":[${JSON.stringify(run).slice(0, -1)},"results":[\n`;
}

export const sarifEnd = '\n]}]}\n';

export function sarifResult(finding: NativeFinding, context: ExportContext): string {
  const { language } = context;
  const failed = finding.verdict === 'violation';
  return JSON.stringify({
    ruleId: finding.policy,
    ruleIndex: context.catalogue.policies.findIndex(({ id }) => id === finding.policy),
    kind: kinds[finding.verdict],
    // Anything but a failure has no level.
    level: failed ? levels[finding.severity] : 'none',
    ...(finding.status === 'resolved' || finding.status === 'closed' ? { baselineState: 'absent' } : {}),
    message: { text: finding.message[language] },
    partialFingerprints: { 'findingUid/v1': finding.uid },
    locations: [
      {
        logicalLocations: [
          {
            fullyQualifiedName: subjectPath(finding),
            kind: finding.subject.kind,
            ...(finding.subject.name === null ? {} : { name: finding.subject.name }),
          },
        ],
      },
    ],
    ...(finding.affected === undefined || finding.affected < 1 ? {} : { occurrenceCount: finding.affected }),
    ...(finding.waiver === undefined
      ? {}
      : {
          suppressions: [{ kind: 'external', status: 'accepted', justification: finding.waiver.reason }],
        }),
    properties: {
      severity: finding.severity,
      confidence: finding.confidence,
      target: finding.target,
      vendor: finding.vendor,
      ...(finding.status === undefined ? {} : { status: finding.status }),
      clauses: finding.clauses,
      facts: finding.facts,
      reasons: finding.reasons,
      remediation: finding.remediation[language],
      ...(finding.waiver === undefined ? {} : { waivedUntil: finding.waiver.until }),
    },
  });
}

function ruleOf(policy: Policy, context: ExportContext, index: ReadonlyMap<string, number>): object {
  const { catalogue, language } = context;
  const { title, why } = policy.texts[language];
  const worst = severities.findLast((severity) => policy.judge.some((entry) => entry.severity === severity));
  const help = policy.remediation['any']?.[language];
  const clauses = policy.resolvedClauses.map((id) => ({
    id,
    taxonomy: catalogue.clauseById.get(id)?.document ?? '',
  }));
  const mapped = mappingsOf(policy.id, context).map(({ standard, control }) => ({
    id: control,
    taxonomy: standard.id,
  }));
  return {
    id: policy.id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    ...(help === undefined ? {} : { help: { text: help } }),
    defaultConfiguration: { level: levels[worst ?? 'info'] },
    relationships: [...clauses, ...mapped].flatMap(({ id, taxonomy }) => {
      const position = index.get(taxonomy);
      if (position === undefined) return [];
      return [{ target: { id, toolComponent: { index: position } }, kinds: ['relevant'] }];
    }),
    properties: { version: policy.version, form: policy.form, force: policy.force, basis: policy.basis },
  };
}

/** The documents with their clauses, then the standards with the controls that some policy names. */
function taxonomiesOf(context: ExportContext): { id: string; component: object }[] {
  const { catalogue, language } = context;
  const documents = Map.groupBy(catalogue.clauses, (clause) => clause.document);
  const named = new Map<Standard, Set<string>>();
  for (const { id } of catalogue.policies) {
    for (const { standard, control } of mappingsOf(id, context)) {
      named.set(standard, (named.get(standard) ?? new Set()).add(control));
    }
  }
  return [
    ...[...documents].map(([id, clauses]) => ({
      id,
      component: {
        name: id,
        ...(clauses[0] === undefined
          ? {}
          : {
              shortDescription: { text: clauses[0].documentTitle[language] },
              organization: clauses[0].publisher,
            }),
        taxa: clauses.map((clause) => ({ id: clause.id, shortDescription: { text: clause.duty[language] } })),
      },
    })),
    ...[...named].map(([standard, controls]) => ({
      id: standard.id,
      component: {
        name: standard.id,
        version: standard.edition,
        shortDescription: { text: standard.title[language] },
        organization: standard.publisher,
        ...(standard.url === undefined ? {} : { informationUri: standard.url }),
        taxa: [...controls].sort().map((id) => ({ id })),
      },
    })),
  ];
}
