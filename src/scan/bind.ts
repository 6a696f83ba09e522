import type { Adapter } from '../../adapters/contract/adapter.ts';
import { type Reason, reason } from '../../adapters/contract/fact.ts';
import type { SourceOutcome, SubjectKind } from '../../adapters/contract/subject.ts';
import { absenceOf, listingSources } from '../inventory/absence.ts';
import type { Catalogue, Policy } from '../policy/catalogue.ts';
import type { CompiledCatalogue } from '../policy/compiled.ts';
import {
  type Bound,
  bindVendor,
  compileCatalogue,
  judgeSubjects,
  unjudged,
  unlisted,
} from '../policy/evaluate.ts';
import { factsOf } from '../policy/scope.ts';
import type { FactMap, Judgement, Scope } from '../policy/types.ts';
import type { ScanHeader } from './records.ts';

/** The catalogue as it holds for one vendor, one set of parameters and one choice about live facts. */
export interface BoundPolicies {
  readonly bound: Bound;
  /** A deployment also carries what is said of the target as a whole. */
  judge(kind: SubjectKind, scope: Scope): readonly Judgement[];
  /** Many of a kind at once; what `scope` holds of the kind itself is not looked at. */
  judgeAll(kind: SubjectKind, scope: Scope, subjects: readonly FactMap[]): (readonly Judgement[])[];
  /** What is to be said of rooms or recordings when none was seen and their list was not read to the end. */
  unlisted(kind: SubjectKind, outcomes: readonly SourceOutcome[]): Judgement[];
  listing(kind: SubjectKind): ReadonlySet<string>;
  /** One policy by itself, with these parameters; not remembered. @throws {SettingsError} */
  only(policy: Policy, parameters: Readonly<Record<string, unknown>>): BoundPolicies;
}

export type BindHeader = Pick<ScanHeader, 'vendor' | 'parameters' | 'live'>;
export type Bind = (header: BindHeader) => BoundPolicies;

/** Remembers what it compiled. Its function throws `SettingsError` on parameters that the catalogue refuses. */
export function binder(
  catalogue: Catalogue,
  adapters: ReadonlyMap<string, Pick<Adapter, 'facts' | 'sources'>>,
): Bind {
  const compiled = new Map<string, CompiledCatalogue>();
  const done = new Map<string, BoundPolicies>();
  return (header) => {
    const settings = JSON.stringify(header.parameters);
    const key = JSON.stringify([header.vendor, header.live, settings]);
    const before = done.get(key);
    if (before !== undefined) return before;
    const rules = compiled.get(settings) ?? compileCatalogue(catalogue, header.parameters);
    compiled.set(settings, rules);
    const adapter = adapters.get(header.vendor) ?? { facts: [], sources: [] };
    const options = { declaredOnly: header.vendor === 'declared', live: header.live };
    const policies = policiesOf(bindVendor(rules, adapter.facts, options), adapter, (policy, parameters) => {
      const alone = { ...catalogue, policies: [policy], policyById: new Map([[policy.id, policy]]) };
      const own = compileCatalogue(alone, { [policy.id]: { parameters } });
      return policiesOf(bindVendor(own, adapter.facts, options), adapter, policies.only);
    });
    done.set(key, policies);
    return policies;
  };
}

function policiesOf(
  bound: Bound,
  adapter: Pick<Adapter, 'sources'>,
  only: BoundPolicies['only'],
): BoundPolicies {
  const whole = unjudged(bound);
  const lists = {
    deployment: new Set<string>(),
    room: listingSources(adapter, 'room'),
    recording: listingSources(adapter, 'recording'),
  };
  const judgeAll: BoundPolicies['judgeAll'] = (kind, scope, subjects) => {
    const lists = judgeSubjects(bound, kind, scope, subjects);
    return kind === 'deployment' ? lists.map((list) => [...list, ...whole]) : lists;
  };
  return {
    bound,
    judgeAll,
    judge: (kind, scope) => judgeAll(kind, scope, [factsOf(scope, kind, '')])[0] as readonly Judgement[],
    unlisted(kind, outcomes) {
      if (kind === 'deployment' || absenceOf(lists[kind], outcomes) !== 'nothing') return [];
      return unlisted(bound, kind, whyUnlisted(lists[kind], outcomes));
    },
    listing: (kind) => lists[kind],
    only,
  };
}

/** Of the sources that list this kind: why the first that was asked failed, else what would make one answer. */
function whyUnlisted(listing: ReadonlySet<string>, outcomes: readonly SourceOutcome[]): Reason {
  const lists = outcomes.filter((outcome) => listing.has(outcome.source));
  const asked = lists.find((outcome) => outcome.state !== 'skipped' && outcome.reason !== undefined);
  return (
    asked?.reason ?? lists.find((outcome) => outcome.reason !== undefined)?.reason ?? reason('not_observable')
  );
}

/** Policies that read an attestation: for them the configuration is asked. */
export function attestingPolicies(catalogue: Catalogue): string[] {
  return catalogue.policies
    .filter((policy) =>
      policy.judge.some((entry) => entry.reads.some((name) => name.startsWith('attestation.'))),
    )
    .map((policy) => policy.id);
}
