import { type Finding, Life, rank, type Seen } from './life.ts';
import { type Absence, type Subject, Subjects } from './subjects.ts';
import {
  type Action,
  type Attestation,
  keyOf,
  type Policy,
  type Population,
  policies,
  type Recording,
  type Room,
  type ScanPlan,
  type Standing,
  type Told,
} from './world.ts';

/**
 * The ledger once more, written from the table of transitions and not from the code: no database, no expressions, one
 * target. Slow and plain, so that it can be read.
 */

interface Basis {
  version: number;
  age: number;
  attested: string;
}

export class Model {
  readonly #life = new Life();
  readonly #subjects: Subjects;
  readonly #attestations = new Map<string, Attestation>();
  #age = 7 * 86_400;
  #configured = true;
  /** What the verdicts were last made by; null before the first scan. */
  #basis: Basis | null = null;
  #lastScan: ScanPlan | null = null;
  #presence: boolean | 'lost' = 'lost';

  get findings(): ReadonlyMap<string, Finding> {
    return this.#life.findings;
  }

  get told(): readonly Told[] {
    return this.#life.told;
  }

  standings(): Map<string, Standing> {
    return this.#life.standings();
  }

  constructor(population: Population) {
    this.#subjects = new Subjects(population);
  }

  act(action: Action, now: number): void {
    this.#life.now = now;
    this.#life.told = [];
    this.#carryOut(action);
  }

  #carryOut(action: Action): void {
    switch (action.do) {
      case 'scan':
        this.#configured = true;
        this.#scan(action.plan, action.rooms, action.recordings, action.presence);
        return;
      case 'waive':
        this.#life.waivers.set(action.waiver.name, action.waiver);
        this.#life.settle();
        return;
      case 'revoke waiver':
        this.#life.waivers.delete(action.name);
        this.#life.settle();
        return;
      case 'attest':
        this.#attestations.set(action.attestation.name, action.attestation);
        this.#rejudge();
        return;
      case 'revoke attestation':
        this.#attestations.delete(action.name);
        this.#rejudge();
        return;
      case 'parameter':
        this.#age = action.age;
        this.#rejudge();
        return;
      case 'version':
        this.#life.version = action.version;
        this.#rejudge();
        return;
      case 'remove target':
        this.#configured = false;
        for (const key of this.#life.findings.keys()) this.#life.observe(key, 'out', 'scope');
        return;
      case 'return target':
        return;
      case 'wait':
        this.#life.settle();
        this.#rejudge();
        return;
    }
  }

  // --- scans

  #scan(plan: ScanPlan, rooms: Room[], recordings: Recording[], presence: boolean): void {
    if (plan.kind === 'broken off') return;
    const before = this.#basis;
    this.#basis = this.#currentBasis();
    this.#lastScan = plan;
    this.#presence = plan.site === 'failed' ? 'lost' : presence;
    const known = new Set(this.#subjects.all.keys());
    const steady = new Set<string>();
    if (plan.list !== 'failed') {
      for (const room of rooms) {
        if (plan.list === 'complete' || plan.listed.has(room.id))
          this.#subjects.meetRoom(room, plan, this.#life.now);
      }
    }
    if (plan.recordings === 'complete') {
      for (const recording of recordings) {
        const key = `recording ${recording.id}`;
        const old = this.#subjects.all.get(key);
        if (old?.made === recording.made && old.room === recording.room) steady.add(key);
        this.#subjects.meetRecording(recording, this.#life.now);
      }
    }
    const met = new Set(
      [...this.#subjects.all].filter(([, one]) => one.readAt === this.#life.now).map(([key]) => key),
    );
    const why = (policy: Policy): string => this.#causeBetween(before, policy) ?? 'facts';
    this.#deployment(policies, why);
    for (const kind of ['recording', 'room'] as const) {
      const policy = kind === 'room' ? 'access' : 'recordings';
      const shared: Finding['severity'][] = [];
      const own = [...this.#subjects.all.values()].filter((one) => one.kind === kind);
      for (const one of own.filter((each) => met.has(`${kind} ${each.id}`))) {
        const aged = kind === 'recording' && steady.has(`recording ${one.id}`);
        const grown = aged && why(policy) === 'facts' ? 'time' : why(policy);
        shared.push(...this.#judge(one, false, grown));
      }
      const anyMet = own.some((one) => met.has(`${kind} ${one.id}`));
      const absence = this.#subjects.absence(kind, plan);
      if (absence !== 'nothing' || anyMet) {
        for (const one of own) {
          const key = `${kind} ${one.id}`;
          if (!met.has(key) && known.has(key)) this.#miss(one, absence, why(policy));
        }
      }
      for (const one of own) one.met = met.has(`${kind} ${one.id}`);
      this.#share(kind, policy, shared, anyMet, absence, why(policy));
    }
  }

  #miss(one: Subject, absence: Absence, cause: string): void {
    if (absence === 'nothing' || one.where === 'gone' || one.where === 'ended') return;
    if (absence === 'hidden') {
      if (one.where === 'hidden') return;
      one.where = 'hidden';
      this.#judge(one, false, cause);
      return;
    }
    one.missed += 1;
    if (absence === 'gone' && one.missed < 2) return;
    one.where = absence;
    this.#life.observe(
      keyOf(one.kind, one.id, one.kind === 'room' ? 'access' : 'recordings'),
      'out',
      'scope',
    );
  }

  #share(
    kind: 'room' | 'recording',
    policy: Policy,
    shared: readonly Finding['severity'][],
    anyMet: boolean,
    absence: string,
    cause: string,
  ): void {
    const key = keyOf(kind, '*', policy);
    const unlisted = !anyMet && absence === 'nothing';
    if (shared.length > 0 || unlisted) {
      const was = this.#life.findings.get(key);
      this.#life.observe(key, 'unknown', was?.state === 'closed' ? 'scope' : cause, {
        policy,
        kind,
        severity: worstOf(policy === 'access' ? 'high' : 'medium', shared),
        affected: shared.length,
      });
    } else if (anyMet || absence !== 'nothing') this.#life.observe(key, 'clear', cause);
  }

  // --- verdicts

  #deployment(which: readonly Policy[], why: (policy: Policy) => string): void {
    if (which.includes('presence')) {
      const seen = this.#presence === 'lost' ? 'unknown' : this.#presence ? 'violation' : 'clear';
      const key = keyOf('deployment', '-', 'presence');
      this.#life.observe(key, seen, this.#scoped(key, why('presence')), {
        policy: 'presence',
        kind: 'deployment',
        severity: 'critical',
      });
    }
    if (which.includes('record-kept')) {
      const said = this.#inForce();
      const seen = said === 'yes' ? 'clear' : said === 'no' ? 'violation' : 'unknown';
      const key = keyOf('deployment', '-', 'record-kept');
      this.#life.observe(key, seen, this.#scoped(key, why('record-kept')), {
        policy: 'record-kept',
        kind: 'deployment',
        severity: 'medium',
      });
    }
  }

  /** @returns its severity where it only adds to what is told once for all */
  #judge(one: Subject, byHeart: boolean, cause: string): Finding['severity'][] {
    const policy: Policy = one.kind === 'room' ? 'access' : 'recordings';
    const key = keyOf(one.kind, one.id, policy);
    const severity = policy === 'recordings' ? 'medium' : one.recordable ? 'critical' : 'high';
    let seen: Seen;
    if (one.where === 'hidden') seen = 'unknown';
    else if (one.kind === 'recording') {
      seen = (one.readAt - one.made) / 1000 <= this.#age ? 'clear' : 'violation';
    } else if (one.password === 'lost' || (one.lostNow && !byHeart)) seen = 'shared';
    else if (one.password === 'torn') seen = 'unknown';
    else seen = one.password ? 'clear' : 'violation';
    if (byHeart && (seen === 'unknown' || seen === 'shared')) return [];
    this.#life.observe(key, seen, this.#scoped(key, cause), {
      policy,
      kind: one.kind,
      severity,
      room: one.room,
      tagged: one.tagged,
    });
    return seen === 'shared' ? [severity] : [];
  }

  #scoped(key: string, cause: string): string {
    return this.#life.findings.get(key)?.state === 'closed' ? 'scope' : cause;
  }

  #inForce(): 'missing' | 'expired' | 'yes' | 'no' {
    const begun = [...this.#attestations.values()].filter((one) => one.from <= this.#life.now);
    const valid = begun.filter((one) => this.#life.now <= one.until).sort((a, b) => b.from - a.from)[0];
    if (valid !== undefined) return valid.value ? 'yes' : 'no';
    return begun.length > 0 ? 'expired' : 'missing';
  }

  #currentBasis(): Basis {
    return { version: this.#life.version, age: this.#age, attested: this.#inForce() };
  }

  #causeBetween(before: Basis | null, policy: Policy): string | null {
    const now = this.#currentBasis();
    if (before === null) return null;
    if (policy === 'access' && before.version !== now.version) return 'policy';
    if (policy === 'recordings' && before.age !== now.age) return 'parameter';
    if (policy === 'record-kept' && before.attested !== now.attested) return 'attestation';
    return null;
  }

  // --- without a scan

  #rejudge(): void {
    const before = this.#basis;
    if (before === null || !this.#configured || this.#lastScan === null) return;
    const changed = policies.filter((policy) => this.#causeBetween(before, policy) !== null);
    if (changed.length === 0) return;
    const why = (policy: Policy): string => this.#causeBetween(before, policy) ?? 'time';
    this.#deployment(changed, why);
    for (const kind of ['room', 'recording'] as const) {
      const policy = kind === 'room' ? 'access' : 'recordings';
      if (!changed.includes(policy)) continue;
      const shared: Finding['severity'][] = [];
      const own = [...this.#subjects.all.values()].filter((one) => one.kind === kind);
      const absence = this.#subjects.absence(kind, this.#lastScan);
      const anyMet = own.some((one) => one.met && one.where === 'present');
      for (const one of own) {
        if (one.where === 'gone' || one.where === 'ended') continue;
        const met = one.met || one.where === 'hidden';
        shared.push(...this.#judge(one, !met, why(policy)));
      }
      this.#share(kind, policy, shared, anyMet, absence, why(policy));
    }
    this.#basis = this.#currentBasis();
  }
}

const worstOf = (least: Finding['severity'], all: readonly Finding['severity'][]): Finding['severity'] =>
  [least, ...all].sort((a, b) => rank[b] - rank[a])[0] as Finding['severity'];
