import type { EvidenceLine, NativeFinding } from '../findings/types.ts';
import type { Severity } from '../policy/types.ts';
import type { ExportContext } from './context.ts';
import type { ExportEvent } from './event.ts';
import { createdAt, detailLines, documentsOf, mappingsOf, productName, subjectPath } from './parts.ts';
import { sentenceOf } from './words.ts';

/** OCSF 1.8.0, Compliance Finding (2003), profile datetime. An id and its caption always stand together. */
const classId = 2003;

type Id = readonly [id: number, caption: string];
const create: Id = [1, 'Create'];
const update: Id = [2, 'Update'];
const close: Id = [3, 'Close'];

const severityIds: Readonly<Record<Severity, Id>> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};
const confidenceIds: Readonly<Record<NativeFinding['confidence'], Id>> = {
  low: [1, 'Low'],
  medium: [2, 'Medium'],
  high: [3, 'High'],
};
const kindNames = { deployment: 'Deployment', room: 'Room', recording: 'Recording' } as const;

export function toOcsf(event: ExportEvent, context: ExportContext): Record<string, unknown> {
  const { finding, at } = event;
  const [activity, activityName] = activityOf(event);
  const [severity, severityName] = severityIds[finding?.severity ?? 'info'];
  const [status, statusName] = statusOf(event);
  const message = sentenceOf(event, context.language);
  const start = Date.parse(createdAt(event));
  return {
    metadata: metadataOf(event, context),
    category_uid: 2,
    category_name: 'Findings',
    class_uid: classId,
    class_name: 'Compliance Finding',
    activity_id: activity,
    activity_name: activityName,
    type_uid: classId * 100 + activity,
    type_name: `Compliance Finding: ${activityName}`,
    severity_id: severity,
    severity: severityName,
    status_id: status,
    status: statusName,
    status_code: (finding?.verdict ?? event.event).toUpperCase(),
    status_detail: message,
    ...stamp('time', start),
    ...stamp('start_time', start),
    ...stamp('end_time', Date.parse(at)),
    timezone_offset: 0,
    message,
    finding_info: infoOf(event, context),
    compliance: complianceOf(event, context),
    ...(finding === undefined ? {} : aboutFinding(finding, context)),
    unmapped: unmappedOf(event),
  };
}

/** A finding is created once, also when it was unknown first; an event without a finding is no activity of one. */
function activityOf(event: ExportEvent): Id {
  if (event.finding === undefined) return [99, captionOf(event)];
  switch (event.event) {
    case 'resolved':
    case 'closed':
      return close;
    case 'opened':
    case 'unknown':
      return createdAt(event) === event.at ? create : update;
    default:
      return update;
  }
}

function statusOf(event: ExportEvent): Id {
  const { finding } = event;
  if (finding === undefined) return [99, captionOf(event)];
  switch (event.event) {
    case 'resolved':
      return [4, 'Resolved'];
    case 'closed':
      return [5, 'Archived'];
    default:
  }
  if (finding.status === 'waived') return [3, 'Suppressed'];
  if (finding.verdict === 'pass') return [99, 'Compliant'];
  if (finding.verdict === 'not_applicable') return [99, 'Not Applicable'];
  return activityOf(event) === create ? [1, 'New'] : [2, 'In Progress'];
}

/**
 * Unknown is Warning: "no result because information is missing"; 0 would mean that the status itself is not known.
 * A violation that is resolved was seen to be over. An unknown that is resolved may only be told elsewhere now: no Pass.
 */
function resultOf({ event, finding }: ExportEvent): Id {
  if (event === 'closed' || finding === undefined) return notApplicable;
  if (event === 'resolved' && finding.verdict === 'violation') return [1, 'Pass'];
  if (event === 'resolved' && finding.verdict === 'unknown') return [99, 'No Longer Open'];
  switch (finding.verdict) {
    case 'pass':
      return [1, 'Pass'];
    case 'unknown':
      return [2, 'Warning'];
    case 'not_applicable':
      return notApplicable;
    case 'violation':
      return event === 'unknown' ? [2, 'Warning'] : [3, 'Fail'];
  }
}

const captionOf = ({ event, counts }: ExportEvent): string => {
  if (counts === undefined) return 'Erased';
  return event === 'baseline' ? 'Baseline' : 'Heartbeat';
};

const notApplicable: Id = [99, 'Not Applicable'];

function metadataOf({ id, seq, event, at, finding }: ExportEvent, context: ExportContext): object {
  return {
    version: '1.8.0',
    profiles: ['datetime'],
    product: {
      name: productName,
      vendor_name: productName,
      version: context.version,
      lang: context.language,
    },
    uid: id,
    ...(seq === null ? {} : { sequence: seq }),
    event_code: finding?.policy ?? event,
    log_name: 'events',
    log_provider: context.host,
    ...stamp('logged_time', Date.parse(at)),
    labels: ['video-conference', 'configuration-audit'],
  };
}

function infoOf(event: ExportEvent, context: ExportContext): object {
  const { uid, at, finding } = event;
  const created = Date.parse(createdAt(event));
  const policy = finding === undefined ? undefined : context.catalogue.policyById.get(finding.policy);
  return {
    uid: uid ?? `${event.event}:${event.target ?? ''}`,
    title: finding?.title[context.language] ?? sentenceOf(event, context.language),
    ...(policy === undefined ? {} : { desc: policy.texts[context.language].why }),
    types: ['configuration'],
    ...stamp('created_time', created),
    ...stamp('first_seen_time', created),
    ...(finding?.last_seen_at === undefined ? {} : stamp('last_seen_time', Date.parse(finding.last_seen_at))),
    ...stamp('modified_time', Date.parse(at)),
    ...(finding === undefined
      ? {}
      : {
          data_sources: [...new Set(finding.evidence.flatMap((line) => line.source ?? []))],
          analytic: {
            uid: finding.policy,
            name: finding.policy,
            type_id: 1,
            type: 'Rule',
            version: String(finding.policy_version),
          },
        }),
  };
}

function complianceOf(event: ExportEvent, context: ExportContext): object {
  const { finding } = event;
  const [status, caption] = resultOf(event);
  const result = { status_id: status, status: caption };
  if (finding === undefined) return { ...result, control: event.event };
  const mappings = mappingsOf(finding.policy, context);
  const standards = [
    ...documentsOf(finding, context),
    ...new Set(mappings.map(({ standard }) => `${standard.title[context.language]} (${standard.edition})`)),
  ];
  return {
    ...result,
    control: finding.policy,
    desc: finding.title[context.language],
    standards,
    requirements: [
      ...finding.clauses,
      ...mappings.map(({ standard, control }) => `${standard.id}:${control}`),
    ],
    status_code: finding.verdict.toUpperCase(),
    status_details: detailLines(finding),
  };
}

function aboutFinding(finding: NativeFinding, context: ExportContext): object {
  const [confidence, confidenceName] = confidenceIds[finding.confidence];
  const host = context.hostOf(finding.target);
  const path = subjectPath(finding);
  const remedy = finding.remediation[context.language];
  return {
    confidence_id: confidence,
    confidence: confidenceName,
    ...(finding.affected === undefined ? {} : { count: finding.affected }),
    resources: [
      {
        uid: path,
        ...(finding.subject.name === null ? {} : { name: finding.subject.name }),
        type: kindNames[path === finding.target ? 'deployment' : finding.subject.kind],
        namespace: finding.target,
        ...(host === null ? {} : { hostname: host }),
        role_id: 1,
        role: 'Target',
        labels: [`vendor:${finding.vendor}`],
      },
    ],
    evidences: finding.evidence.map(evidenceOf),
    observables: [
      ...(host === null ? [] : [{ name: 'resources[].hostname', type_id: 1, type: 'Hostname', value: host }]),
      { name: 'resources[].uid', type_id: 10, type: 'Resource UID', value: path },
    ],
    ...(remedy === '' ? {} : { remediation: { desc: remedy } }),
  };
}

function evidenceOf({ fact, ...line }: EvidenceLine, index: number): object {
  return { uid: `ev-${index + 1}`, name: fact, data: line };
}

/** What the class has no place for. Who waived and why stays out: no names of persons leave this way. */
function unmappedOf({ event, cause, counts, finding }: ExportEvent): object {
  return {
    event,
    cause,
    ...(counts === undefined ? {} : { counts }),
    ...(finding?.status === undefined ? {} : { life: finding.status }),
    ...(finding === undefined ? {} : { facts: finding.facts }),
    ...(finding?.stale === true ? { stale: true } : {}),
    ...(finding?.waiver === undefined
      ? {}
      : { waived_until: finding.waiver.until, waiver: finding.waiver.id }),
  };
}

/** The number, and its twin as text that the profile allows. */
function stamp(name: string, ms: number): Record<string, number | string> {
  return { [name]: ms, [`${name}_dt`]: new Date(ms).toISOString() };
}
