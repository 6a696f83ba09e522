import type { NativeFinding, Report, TargetReport } from '../findings/types.ts';
import type { ExportContext } from './context.ts';
import { line, markup, namespace, oscalVersion, property, some } from './oscal.ts';
import { detailLines, productName, subjectPath } from './parts.ts';
import { nameUuid } from './uuid.ts';

/** OSCAL 1.2.2 assessment results: one result a target, one observation and one finding a verdict. */
export function oscalResults(report: Report, context: ExportContext): object {
  const { language } = context;
  const at = report.generated_at;
  const plan = nameUuid('plan', context.version);
  const title =
    language === 'de' ? 'Prüfung von Videokonferenzsystemen' : 'Audit of video-conference systems';
  return {
    'assessment-results': {
      uuid: nameUuid('results', at, ...report.targets.map(({ id }) => id)),
      metadata: { title, 'last-modified': at, version: at, 'oscal-version': oscalVersion },
      'import-ap': { href: `#${plan}` },
      results:
        report.targets.length === 0
          ? [emptyResult(at, context)]
          : report.targets.map((target) => resultOf(target, report, context)),
      'back-matter': {
        resources: [
          {
            uuid: plan,
            title: `${productName} ${context.version}`,
            description:
              language === 'de'
                ? 'Der Prüfplan ist der Katalog der Richtlinien.'
                : 'The plan is the catalogue of policies.',
            rlinks: [{ href: 'catalog.json', 'media-type': 'application/oscal+json' }],
          },
        ],
      },
    },
  };
}

function emptyResult(at: string, context: ExportContext): object {
  const { language } = context;
  const description = language === 'de' ? 'Es wurde kein Ziel geprüft.' : 'No target was scanned.';
  return {
    uuid: nameUuid('result', at),
    title: description,
    description,
    start: at,
    'reviewed-controls': { 'control-selections': [selectionOf([], context)] },
  };
}

function resultOf(target: TargetReport, report: Report, context: ExportContext): object {
  const { language } = context;
  const findings = report.findings.filter((finding) => finding.target === target.id);
  const start = target.started_at ?? report.generated_at;
  const items = new Map(findings.map((finding) => [subjectPath(finding), finding]));
  items.delete(target.id);
  const failed = target.error?.message[language];
  const incomplete = language === 'de' ? 'Unvollständig geprüft' : 'Not scanned completely';
  return {
    uuid: nameUuid('result', target.id, start),
    title: target.id,
    description:
      failed === undefined ? markup(`${target.vendor} ${target.id}`) : markup(`${incomplete}: ${failed}`),
    props: [...property('scan-state', target.state), ...property('rooms-seen', target.rooms.seen)],
    start,
    ...(target.finished_at === undefined ? {} : { end: target.finished_at }),
    'local-definitions': {
      components: [componentOf(target, context)],
      ...some(
        'inventory-items',
        [...items].map(([path, finding]) => itemOf(path, finding)),
      ),
    },
    'reviewed-controls': { 'control-selections': [selectionOf(target.coverage, context)] },
    ...some(
      'observations',
      findings.map((finding) => observationOf(finding, target, report, context)),
    ),
    ...some(
      'risks',
      findings.flatMap((finding) => riskOf(finding, context)),
    ),
    ...some(
      'findings',
      findings.flatMap((finding) => findingOf(finding, report.generated_at, context)),
    ),
  };
}

/** Clauses that this target lets nobody decide are not among those reviewed. "None" is "all without all". */
function selectionOf(coverage: TargetReport['coverage'], { catalogue }: ExportContext): object {
  const ids = (clauses: readonly string[]): object[] => clauses.map((clause) => ({ 'control-id': clause }));
  const reviewed = coverage.filter(({ status }) => status !== 'not_observable' && status !== 'advisory');
  if (reviewed.length > 0) return { 'include-controls': ids(reviewed.map(({ clause }) => clause)) };
  return { 'include-all': {}, ...some('exclude-controls', ids(catalogue.clauses.map(({ id }) => id))) };
}

const componentId = (target: string): string => nameUuid('target', target);
const observationId = (uid: string, at: string): string => nameUuid('observation', uid, at);
const itemId = (path: string): string => nameUuid('subject', path);

function componentOf({ id, vendor, error }: TargetReport, context: ExportContext): object {
  return {
    uuid: componentId(id),
    type: 'service',
    title: markup(id),
    description: markup(vendor),
    props: [...property('vendor', vendor), ...property('host', context.hostOf(id) ?? '')],
    status: { state: error === undefined ? 'operational' : 'other' },
  };
}

function itemOf(path: string, { subject, target }: NativeFinding): object {
  return {
    uuid: itemId(path),
    description: markup(subject.name ?? path) || subject.kind,
    props: [
      ...property('subject-kind', subject.kind),
      ...property('subject', path),
      ...property('subject-name', subject.name ?? undefined),
    ],
    'implemented-components': [{ 'component-uuid': componentId(target) }],
  };
}

function observationOf(
  finding: NativeFinding,
  target: TargetReport,
  report: Report,
  { catalogue, language }: ExportContext,
): object {
  const path = subjectPath(finding);
  const whole = path === finding.target;
  const form = catalogue.policyById.get(finding.policy)?.form;
  const evidence = finding.evidence.flatMap(({ fact, locator, path: place }) =>
    locator === undefined ? [] : [markup(`${fact}: ${locator} ${place ?? ''}`)],
  );
  return {
    uuid: observationId(finding.uid, report.generated_at),
    title: markup(finding.title[language]),
    description: detailLines(finding).map(markup).join('\n\n') || markup(finding.message[language]),
    props: [
      ...property('verdict', finding.verdict),
      ...property('confidence', finding.confidence),
      ...property('affected', finding.affected),
    ],
    methods: [form === 'attestation' ? 'EXAMINE' : 'TEST'],
    types: ['control-objective'],
    subjects: [
      whole
        ? { 'subject-uuid': componentId(finding.target), type: 'component' }
        : { 'subject-uuid': itemId(path), type: 'inventory-item' },
    ],
    ...some(
      'relevant-evidence',
      evidence.map((description) => ({ description })),
    ),
    collected: finding.last_seen_at ?? target.finished_at ?? report.generated_at,
  };
}

/** The format knows satisfied and not satisfied only: unknown is not satisfied for another reason than failing. */
function findingOf(finding: NativeFinding, at: string, { language }: ExportContext): object[] {
  const { uid, policy, verdict, waiver } = finding;
  if (verdict === 'not_applicable') return [];
  const status = {
    pass: { state: 'satisfied', reason: 'pass' },
    violation: { state: 'not-satisfied', reason: 'fail' },
    unknown: { state: 'not-satisfied', reason: 'other' },
  }[verdict];
  return [
    {
      uuid: nameUuid('finding', uid),
      title: markup(finding.title[language]),
      description: markup(finding.message[language]),
      props: [
        ...property('finding-uid', uid),
        ...property('verdict', verdict),
        ...property('severity', finding.severity),
        ...property('status', finding.status),
        ...property('waived-until', waiver?.until),
        ...finding.clauses.flatMap((clause) => property('clause', clause)),
      ],
      target: { type: 'objective-id', 'target-id': `${policy}_obj`, status },
      'related-observations': [{ 'observation-uuid': observationId(uid, at) }],
      ...(waiver === undefined ? {} : { 'related-risks': [{ 'risk-uuid': riskId(uid) }] }),
    },
  ];
}

const riskId = (uid: string): string => nameUuid('risk', uid);

/** An accepted risk, with its end as deadline. */
function riskOf(finding: NativeFinding, { language }: ExportContext): object[] {
  const { uid, waiver } = finding;
  if (waiver === undefined) return [];
  return [
    {
      uuid: riskId(uid),
      title: markup(finding.title[language]),
      description: markup(finding.message[language]),
      statement: markup(waiver.reason),
      props: [{ name: 'waiver', ns: namespace, value: line(waiver.id) }],
      status: 'deviation-approved',
      deadline: waiver.until,
    },
  ];
}
