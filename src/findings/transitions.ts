import type { EventKind } from './types.ts';

/** Where a finding stands; `unconfirmed` is a violation that the last look could not see again. */
export type Standing = 'none' | 'violation' | 'unconfirmed' | 'unknown' | 'resolved' | 'closed';

/**
 * What a scan says of it: `aggregated` is an unknown that is told once per target; `clear` is pass or not applicable;
 * `superseded` is `aggregated` for good, not for a passing failure; `out` is gone, ended or taken out of scope.
 */
export type Observation = 'violation' | 'unknown' | 'aggregated' | 'superseded' | 'clear' | 'out';

export interface Move {
  event: EventKind;
  to: Exclude<Standing, 'none'>;
}

/** `null`: nothing is written. `same`: written, and told as `changed`, only where facts or severity differ. */
export type Step = Move | 'same' | null;

const resolved: Move = { event: 'resolved', to: 'resolved' };
const closed: Move = { event: 'closed', to: 'closed' };
const opened: Move = { event: 'opened', to: 'violation' };
const reopened: Move = { event: 'reopened', to: 'violation' };
const unknown: Move = { event: 'unknown', to: 'unknown' };
const unconfirmed: Move = { event: 'unknown', to: 'unconfirmed' };

/** Table of the ledger: from where, by what, to where. */
export const transitions: Readonly<Record<Standing, Readonly<Record<Observation, Step>>>> = {
  none: { violation: opened, unknown, aggregated: null, superseded: null, clear: null, out: null },
  violation: {
    violation: 'same',
    unknown: unconfirmed,
    aggregated: null,
    superseded: null,
    clear: resolved,
    out: closed,
  },
  unconfirmed: {
    violation: opened,
    unknown: null,
    aggregated: null,
    superseded: null,
    clear: resolved,
    out: closed,
  },
  unknown: {
    violation: opened,
    unknown: 'same',
    aggregated: null,
    superseded: resolved,
    clear: resolved,
    out: closed,
  },
  resolved: { violation: reopened, unknown, aggregated: null, superseded: null, clear: null, out: null },
  closed: { violation: reopened, unknown, aggregated: null, superseded: null, clear: null, out: null },
};
