import type { ReasonCode } from '../../adapters/contract/fact.ts';
import type { SourceOutcome } from '../../adapters/contract/subject.ts';
import { type ErrorCode, RoomwardenError } from '../errors.ts';
import type { TargetReport } from '../findings/types.ts';
import type { ScanEnd, ScanFailure } from './records.ts';

/** Failures of a source that make a scan incomplete; what lies in the product or in missing keys does not. */
const failing = {
  unreachable: 'RW2001',
  not_permitted: 'RW2002',
  throttled: 'RW2003',
  invalid_answer: 'RW2004',
  too_large: 'RW2005',
} as const satisfies Partial<Record<ReasonCode, ErrorCode>>;

export interface ScanOutcome {
  state: TargetReport['state'];
  error?: ScanFailure;
}

/** How completely a target was scanned. The error names every failed source under the code of the first. */
export function outcomeOf(target: string, end: Pick<ScanEnd, 'sources' | 'error'>): ScanOutcome {
  if (end.error !== undefined) return { state: 'failed', error: end.error };
  const asked = end.sources.filter((outcome) => outcome.state !== 'skipped');
  const failed = asked.filter(hasFailed);
  const [first] = failed;
  if (first === undefined) return { state: 'complete' };
  const code = failing[(first.reason?.code ?? 'unreachable') as keyof typeof failing];
  const detail = failed.map(describe).join(', ');
  const error = new RoomwardenError(code, { target, detail });
  const remote = asked.filter((outcome) => outcome.local !== true);
  const none = remote.length > 0 && remote.every((outcome) => outcome.state === 'failed');
  return { state: none ? 'failed' : 'partial', error: failureOf(error) };
}

function hasFailed(outcome: SourceOutcome): boolean {
  if (outcome.state !== 'failed' && outcome.state !== 'partial') return false;
  return outcome.reason === undefined || outcome.reason.code in failing;
}

function describe({ source, reason }: SourceOutcome): string {
  return `${source} ${reason?.code ?? ''}${reason?.detail === undefined ? '' : ` (${reason.detail})`}`;
}

export function failureOf(error: RoomwardenError): ScanFailure {
  return { code: error.code, message: { de: error.what('de'), en: error.what('en') } };
}
