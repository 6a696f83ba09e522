import type { Policy, Standing, Told, Waiver } from './world.ts';

export type Seen = 'violation' | 'unknown' | 'clear' | 'shared' | 'out';
type State = 'none' | 'violation' | 'unconfirmed' | 'unknown' | 'resolved' | 'closed';

export interface Finding {
  policy: Policy;
  kind: string;
  room: string | null;
  tagged: boolean;
  state: State;
  severity: 'medium' | 'high' | 'critical';
  version: number;
  opened: number;
  waiver: string | null;
  affected: number | null;
  /** What each waiver was first used for, and whether it was outgrown. */
  used: Map<string, { severity: number; version: number; over: boolean }>;
}

export const rank = { medium: 2, high: 3, critical: 4 };
const must: readonly Policy[] = ['presence', 'record-kept'];

/** The table of transitions, and waivers over it: what becomes of findings that are observed. */
export class Life {
  readonly findings = new Map<string, Finding>();
  readonly waivers = new Map<string, Waiver>();
  told: Told[] = [];
  now = 0;
  /** Of the policy `access`. */
  version = 1;

  standings(): Map<string, Standing> {
    const shown = new Map<string, Standing>();
    for (const [key, finding] of this.findings) {
      const { state, waiver, severity, version, affected, opened } = finding;
      const ended = state === 'resolved' || state === 'closed';
      shown.set(key, {
        status: ended ? state : waiver === null ? 'open' : 'waived',
        verdict: this.#verdicts.get(key) ?? '',
        confirmed: state !== 'unconfirmed' && !(ended && this.#unconfirmedEnd.has(key)),
        severity,
        version,
        waiver,
        affected,
        opened,
      });
    }
    return shown;
  }

  /** A finding that ended keeps the verdict that it had. */
  readonly #verdicts = new Map<string, string>();
  readonly #unconfirmedEnd = new Set<string>();

  settle(): void {
    for (const [key, finding] of this.findings) this.#waive(key, finding);
  }

  observe(
    key: string,
    seen: Seen,
    cause: string,
    now?: {
      policy: Policy;
      kind: string;
      severity: Finding['severity'];
      room?: string;
      tagged?: boolean;
      affected?: number;
    },
  ): void {
    const old = this.findings.get(key);
    const state = old?.state ?? 'none';
    const to = nextState(state, seen);
    if (old === undefined && to === null) return;
    const finding = old ?? this.#fresh(now as NonNullable<typeof now>);
    const severity = finding.severity;
    if (now?.room !== undefined) finding.room = now.room;
    const confirmedAnew = to !== null && (to.state === 'violation' || to.state === 'unknown');
    if (now !== undefined && confirmedAnew) {
      Object.assign(finding, {
        severity: now.severity,
        version: now.policy === 'access' ? this.version : 1,
        tagged: now.tagged ?? false,
        affected: now.affected ?? null,
      });
      this.#verdicts.set(key, to.state);
      this.#unconfirmedEnd.delete(key);
    }
    this.findings.set(key, finding);
    if (to === null) {
      this.#waive(key, finding);
      return;
    }
    if (state === 'unconfirmed' && (to.state === 'resolved' || to.state === 'closed'))
      this.#unconfirmedEnd.add(key);
    const again = state === 'violation' || state === 'unconfirmed' || state === 'unknown';
    if (to.event !== null && confirmedAnew && !(state === 'unconfirmed')) finding.opened = this.now;
    if (to.event !== null) this.told.push({ key, event: to.event, cause });
    else if (to.state === 'violation' && severity !== finding.severity)
      this.told.push({ key, event: 'changed', cause });
    finding.state = to.state;
    if (!again) finding.waiver = null;
    this.#waive(key, finding);
  }

  #fresh(now: { policy: Policy; kind: string; severity: Finding['severity']; room?: string }): Finding {
    return {
      policy: now.policy,
      kind: now.kind,
      room: now.room ?? null,
      tagged: false,
      state: 'none',
      severity: now.severity,
      version: 1,
      opened: this.now,
      waiver: null,
      affected: null,
      used: new Map(),
    };
  }

  #waive(key: string, finding: Finding): void {
    if (['none', 'resolved', 'closed'].includes(finding.state)) {
      finding.waiver = null;
      return;
    }
    const holding = [...this.waivers.values()]
      .filter((waiver) => this.#holds(waiver, key, finding))
      .sort((a, b) => b.until - a.until || (a.name < b.name ? -1 : 1))[0];
    for (const first of finding.used.values()) {
      if (rank[finding.severity] > first.severity || finding.version !== first.version) first.over = true;
    }
    const was = finding.waiver;
    finding.waiver = holding?.name ?? null;
    if (holding !== undefined && !finding.used.has(holding.name)) {
      finding.used.set(holding.name, {
        severity: rank[finding.severity],
        version: finding.version,
        over: false,
      });
    }
    if (was === null && finding.waiver !== null) this.told.push({ key, event: 'waived', cause: 'waiver' });
    if (was !== null && finding.waiver === null)
      this.told.push({ key, event: 'waiver_expired', cause: 'waiver' });
  }

  #holds(waiver: Waiver, key: string, finding: Finding): boolean {
    if (waiver.policy !== finding.policy || this.now > waiver.until) return false;
    if (must.includes(finding.policy) && !waiver.approved) return false;
    if (waiver.finding !== undefined && waiver.finding !== key) return false;
    if (waiver.room !== undefined && waiver.room !== finding.room) return false;
    if (waiver.tag === true && !(finding.kind === 'room' && finding.tagged)) return false;
    const first = finding.used.get(waiver.name);
    if (first === undefined) return true;
    return !first.over && rank[finding.severity] <= first.severity && finding.version === first.version;
  }
}

/** From what it was and what is seen now; `event` null: nothing is told. Null: nothing happens. */
function nextState(state: State, seen: Seen): { state: State; event: string | null } | null {
  const open = state === 'violation' || state === 'unconfirmed' || state === 'unknown';
  switch (seen) {
    case 'violation':
      if (state === 'violation') return { state, event: null };
      if (state === 'resolved' || state === 'closed') return { state: 'violation', event: 'reopened' };
      return { state: 'violation', event: 'opened' };
    case 'unknown':
      if (state === 'violation') return { state: 'unconfirmed', event: 'unknown' };
      if (state === 'unconfirmed') return null;
      return { state: 'unknown', event: state === 'unknown' ? null : 'unknown' };
    case 'clear':
      return open ? { state: 'resolved', event: 'resolved' } : null;
    case 'out':
      return open ? { state: 'closed', event: 'closed' } : null;
    case 'shared':
      return null;
  }
}
