import { severityRank } from '../findings/severity.ts';
import type { EventKind, NativeFinding } from '../findings/types.ts';
import type { PushEvent } from './types.ts';

/** Changes for the worse. */
const bad: readonly EventKind[] = ['opened', 'reopened', 'unknown', 'changed', 'waiver_expired'];

export interface Change {
  event: EventKind;
  at: string;
  finding: NativeFinding;
}

/** What happened in a stretch of the feed. */
export class Tally {
  readonly #most: number;
  readonly #worst = new Map<string, Change>();
  /** Events by kind, then by severity; what has no finding counts under ''. */
  readonly kinds = new Map<EventKind, Map<string, number>>();
  readonly targets = new Map<string, number>();
  events = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add({ event, at, target, uid, finding }: PushEvent): void {
    this.events += 1;
    const severities = this.kinds.get(event) ?? new Map<string, number>();
    const severity = finding?.severity ?? '';
    severities.set(severity, (severities.get(severity) ?? 0) + 1);
    this.kinds.set(event, severities);
    if (target !== null) this.targets.set(target, (this.targets.get(target) ?? 0) + 1);
    if (uid === null || finding === undefined) return;
    // What has been settled since is not among the worst.
    this.#worst.delete(uid);
    if (bad.includes(event)) this.#worst.set(uid, { event, at, finding });
    if (this.#worst.size > 20 * (this.#most + 10)) this.#keep(10 * (this.#most + 10));
  }

  count(event: EventKind): number {
    return [...(this.kinds.get(event)?.values() ?? [])].reduce((sum, each) => sum + each, 0);
  }

  /** Violations before what cannot be told, then by severity, newest first. */
  worst(): Change[] {
    return this.#sorted()
      .slice(0, this.#most)
      .map(([, change]) => change);
  }

  #sorted(): [string, Change][] {
    const rank = ({ finding }: Change): number =>
      (finding.verdict === 'violation' ? 10 : 0) + severityRank(finding.severity);
    return [...this.#worst].sort(([, a], [, b]) => rank(b) - rank(a) || (a.at < b.at ? 1 : -1));
  }

  #keep(most: number): void {
    for (const [uid] of this.#sorted().slice(most)) this.#worst.delete(uid);
  }
}
