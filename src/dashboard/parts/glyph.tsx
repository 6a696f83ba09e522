import type { JSX } from 'preact';
import { t } from '../texts/index.ts';

export type Status =
  | 'violation'
  | 'violation_minor'
  | 'stale'
  | 'unknown'
  | 'waived'
  | 'pass'
  | 'not_applicable'
  | 'resolved';

const shapes: Record<Status, JSX.Element> = {
  violation: (
    <>
      <path d="M6 0 12 6 6 12 0 6Z" />
      <path class="knock" d="M6 2.9v3.7M6 7.9v1.4" />
    </>
  ),
  violation_minor: (
    <>
      <path d="M6 .6 12 11.4H0Z" />
      <path class="knock" d="M6 4.4v3.1M6 8.7v1.4" />
    </>
  ),
  stale: (
    <>
      <rect width="12" height="12" rx="1" />
      <circle class="knock" cx="6" cy="6" r="4.1" />
      <path class="knock" d="M6 3.4V6l1.9 1.2" />
    </>
  ),
  unknown: (
    <>
      <rect width="12" height="12" rx="1" />
      <path class="knock" d="M3.9 4.5c0-2.6 4.2-2.5 4.2-.1 0 1.6-2.1 1.5-2.1 3.1M6 8.9v1.4" />
    </>
  ),
  waived: (
    <>
      <circle class="line" cx="6" cy="6" r="5.25" />
      <path d="M6 .75a5.25 5.25 0 0 0 0 10.5Z" />
    </>
  ),
  pass: (
    <>
      <circle cx="6" cy="6" r="6" />
      <path class="knock" d="M3 6.2 5.2 8.4 9.1 4" />
    </>
  ),
  not_applicable: <path class="line" d="M2 6h8" />,
  resolved: <path class="line" d="M1.5 6.4 4.6 9.5 10.6 2.8" />,
};

/** Its word stands beside it or under a visible legend. */
export function Glyph({ status, large }: { status: Status; large?: boolean }) {
  return (
    <svg
      class={`glyph mark-${status}${large === true ? ' large' : ''}`}
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      {shapes[status]}
    </svg>
  );
}

export function StatusWord({ status }: { status: Status }) {
  return (
    <span class="statusword">
      <Glyph status={status} /> {t(`status.${status}`)}
    </span>
  );
}

const order = ['info', 'low', 'medium', 'high', 'critical'];

/** Four bars of ink, as many filled as it weighs. */
export function Weight({ severity }: { severity: string }) {
  const filled = Math.max(0, order.indexOf(severity));
  return (
    <svg class="weight" viewBox="0 0 14 12" aria-hidden="true">
      {[0, 1, 2, 3].map((bar) => (
        <rect
          key={bar}
          class={bar < filled ? 'full' : 'rest'}
          x={bar * 3.6}
          y={9 - bar * 3}
          width="2.6"
          height={3 + bar * 3}
        />
      ))}
    </svg>
  );
}

/** How a finding stands, as a sign. */
export function statusOf(finding: {
  verdict: string;
  severity: string;
  status?: string | undefined;
  stale?: boolean | undefined;
}): Status {
  if (finding.status === 'waived') return 'waived';
  if (finding.status === 'resolved' || finding.status === 'closed') return 'resolved';
  if (finding.verdict === 'unknown') return finding.stale === true ? 'stale' : 'unknown';
  if (finding.verdict === 'pass') return 'pass';
  if (finding.verdict === 'not_applicable') return 'not_applicable';
  return finding.severity === 'critical' || finding.severity === 'high' ? 'violation' : 'violation_minor';
}
