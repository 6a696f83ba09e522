import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { detailOf } from '../findings/detail.ts';
import { type IdView, toNative } from '../findings/native.ts';
import type { NativeFinding } from '../findings/types.ts';
import { findingUid } from '../findings/uid.ts';
import { asScanned, type KeptFacts, readFacts } from '../inventory/facts.ts';
import { FactReader } from '../inventory/kept.ts';
import { coveredOf, sourcesOf } from '../inventory/targets.ts';
import { scopeOf } from '../policy/scope.ts';
import type { FactMap, Scope } from '../policy/types.ts';
import { attestingPolicies, type BoundPolicies } from '../scan/bind.ts';
import { headerOf } from '../scan/collect.ts';
import { currentHeader } from '../scan/declared.ts';
import type { SubjectsTable, TargetsTable } from '../store/index.ts';
import { turn } from './holes.ts';
import type { TargetState } from './state.ts';
import type { ReportDeps } from './types.ts';

const page = 500;

/**
 * Every verdict of some policies on one target, with what it rests on, from the stored facts as of the report's time: also
 * those that are met, of which the ledger keeps nothing. Live rules are not judged; what they saw is not kept.
 */
export class TargetVerdicts {
  readonly #deps: ReportDeps;
  readonly #target: TargetState;
  readonly #policies: BoundPolicies;
  readonly #wanted: ReadonlySet<string>;
  readonly #view: IdView;

  constructor(deps: ReportDeps, target: TargetState, wanted: Iterable<string>, view: IdView) {
    this.#deps = deps;
    this.#target = target;
    this.#wanted = new Set(wanted);
    this.#view = view;
    const { vendor } = target.configured;
    this.#policies = deps.bind({ vendor, parameters: deps.config.policies, live: false });
  }

  /** The system itself first, then rooms and recordings by id. */
  async *read(): AsyncGenerator<NativeFinding> {
    const { store, config, now, catalogue } = this.#deps;
    const { configured } = this.#target;
    const row = await store.db
      .selectFrom('targets')
      .selectAll()
      .where('id', '=', configured.id)
      .executeTakeFirst();
    if (row === undefined) return;
    const attesting = attestingPolicies(catalogue);
    const declared = headerOf(configured, config, { now, attesting });
    const header = await currentHeader(store.db, this.#deps, declared, now());
    const { inventory, attestations } = header;
    let scope: Scope = { deployment: {}, inventory, attestations };
    for (const kind of ['deployment', 'room', 'recording'] as const) {
      const judged = this.#policies.bound.judged[kind].some(({ policy }) => this.#wanted.has(policy.id));
      if (kind !== 'deployment' && !judged) continue;
      for await (const [subject, stored] of this.#subjects(kind)) {
        const facts = this.#facts(subject, stored, row);
        if (kind === 'deployment') scope = { ...scope, deployment: facts };
        yield* this.#judge(subject, scopeOf(scope, kind, facts));
      }
    }
  }

  async *#subjects(kind: SubjectKind): AsyncGenerator<[SubjectsTable, KeptFacts]> {
    const reader = new FactReader(this.#deps.store.db);
    for (let after = ''; ; ) {
      let query = this.#deps.store.db
        .selectFrom('subjects')
        .selectAll()
        .where('target', '=', this.#target.id)
        .where('kind', '=', kind)
        .where('state', '=', 'present')
        .orderBy('id')
        .limit(page);
      if (after !== '') query = query.where('id', '>', after);
      const rows = await query.execute();
      const facts = await reader.read(rows);
      for (const [index, each] of rows.entries()) yield [each, facts[index] ?? {}];
      const last = rows.at(-1);
      if (last === undefined || rows.length < page) return;
      after = last.id;
      await turn();
    }
  }

  #facts(subject: SubjectsTable, stored: KeptFacts, row: TargetsTable): FactMap {
    const sources = sourcesOf(row);
    const met = subject.unseen === 0;
    const covered = coveredOf(row)[subject.kind] ?? 0;
    return readFacts(met ? asScanned(stored, sources) : stored, {
      sources,
      lastMet: met ? null : Math.min(subject.last_seen_at, covered),
      now: this.#deps.now(),
      freshness: this.#target.configured.freshness,
    });
  }

  *#judge(subject: SubjectsTable, scope: Scope): Generator<NativeFinding> {
    const { vendor } = this.#target.configured;
    for (const judgement of this.#policies.judge(subject.kind, scope)) {
      if (!this.#wanted.has(judgement.policy)) continue;
      const { policy, policyVersion, severity, verdict, confidence } = judgement;
      yield toNative(
        {
          uid: findingUid(this.#target.id, subject.kind, subject.id, policy),
          policy,
          policyVersion,
          severity,
          verdict,
          confidence,
          target: this.#target.id,
          vendor,
          kind: subject.kind,
          id: subject.id,
          ref: subject.ref,
          name: subject.name,
          detail: detailOf(judgement, scope),
        },
        this.#deps.catalogue,
        this.#view,
      );
    }
  }
}
