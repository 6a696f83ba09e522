import {
  type Evidence,
  type Fact,
  known,
  type Layer,
  type Reason,
  reason,
} from '../../adapters/contract/fact.ts';
import type { SourceState, SubjectKind } from '../../adapters/contract/subject.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { Judged } from '../../src/findings/judged.ts';
import { type LedgerInput, LedgerPass } from '../../src/findings/ledger.ts';
import type { Cause } from '../../src/findings/types.ts';
import type { HoldableWaiver } from '../../src/findings/waivers.ts';
import type { Catalogue, Policy } from '../../src/policy/catalogue.ts';
import type { Judgement, Severity, Verdict } from '../../src/policy/types.ts';
import type { Store } from '../../src/store/index.ts';

export const t0 = Date.UTC(2026, 10, 1, 8);

export const evidence = (source = 'list', path = 'p'): Evidence => ({
  source,
  locator: 'GET /rooms',
  path,
  observed_at: t0,
  provenance: 'direct',
  force: 'enforced',
});

const policy = (id: string, force: Policy['force'] = 'should'): Policy =>
  ({
    id,
    version: 1,
    form: 'rule',
    clauses: ['S2-06'],
    resolvedClauses: ['S2-06'],
    basis: 'document',
    force,
    texts: {
      de: { title: 'Zugang', why: '', violation: { room: 'Offen.' } },
      en: { title: 'Access', why: '', violation: { room: 'Open.' } },
    },
    parameters: {},
    judge: [],
    severityIf: [],
    remediation: { any: { de: 'Schließen.', en: 'Close it.' }, demo: { de: 'Dort.', en: 'There.' } },
    mappings: {},
    cases: [],
    file: `${id}.yaml`,
  }) as Policy;

export const catalogue: Catalogue = {
  policies: [policy('access'), policy('strict', 'must')],
  clauses: [],
  policyById: new Map([
    ['access', policy('access')],
    ['strict', policy('strict', 'must')],
  ]),
  clauseById: new Map(),
  standards: new Map(),
};

export interface Look {
  id?: string;
  kind?: SubjectKind;
  policy?: string;
  version?: number;
  verdict: Verdict;
  severity?: Severity;
  /** Value of the fact that the rule read. */
  value?: boolean;
  /** Settings that are stacked behind that value. */
  chain?: Layer[];
  hole?: Reason;
  source?: string;
  tags?: string[];
  aliases?: string[];
  name?: string | null;
}

/** One subject with one judgement. */
export function look(spec: Look): Judged {
  const { id = 'room-1', kind = 'room', verdict } = spec;
  const name: FactName = 'room_password_required';
  const why = spec.hole ?? reason('unreachable');
  const fact: Fact =
    verdict === 'unknown'
      ? { unavailable: why, evidence: [evidence(spec.source)] }
      : known(spec.value ?? verdict === 'pass', {
          ...evidence(spec.source),
          ...(spec.chain === undefined ? {} : { chain: spec.chain }),
        });
  const facts = {
    [name]: fact,
    room_tags: known({ items: spec.tags ?? [], complete: true as const }, evidence('configuration')),
  };
  const judgement: Judgement = {
    policy: spec.policy ?? 'access',
    policyVersion: spec.version ?? 1,
    kind,
    verdict,
    severity: spec.severity ?? 'high',
    confidence: 'high',
    facts: verdict === 'unknown' ? [] : [name],
    holes: verdict === 'unknown' ? [{ fact: name, reason: why }] : [],
    met: [],
  };
  return {
    kind,
    id,
    name: spec.name === undefined ? 'Room' : spec.name,
    aliases: spec.aliases ?? [],
    facts,
    scope: { deployment: {}, room: facts, inventory: {}, attestations: {} },
    judgements: [judgement],
  };
}

export interface PassOptions {
  now?: number;
  states?: Record<string, SourceState>;
  waivers?: readonly HoldableWaiver[];
  cause?: Cause;
  baseline?: SubjectKind[];
  covered?: SubjectKind[];
  out?: string[];
}

/** One scan's worth of ledger in one transaction. */
export async function pass(store: Store, looks: readonly Look[], options: PassOptions = {}): Promise<void> {
  await store.transaction(async (tx) => {
    const input: LedgerInput = {
      tx,
      catalogue,
      target: 't',
      vendor: 'demo',
      scan: null,
      now: options.now ?? t0,
      states: new Map(Object.entries(options.states ?? { list: 'complete' })),
      waivers: options.waivers ?? [],
      baseline: new Set(options.baseline ?? []),
      causeOf: () => options.cause ?? 'facts',
      refOf: (id) => `ref-${id}`,
      nameOf: (name) => name,
    };
    const ledger = new LedgerPass(input);
    for (const kind of ['deployment', 'room', 'recording'] as const) {
      const items = looks.filter((spec) => (spec.kind ?? 'room') === kind);
      await ledger.take(
        kind,
        items.map((spec) => ({ judged: look(spec), unchanged: false })),
      );
    }
    await ledger.out('room', options.out ?? []);
    await ledger.finish(new Set(options.covered ?? ['deployment', 'room', 'recording']));
  });
}

export async function rows(store: Store) {
  return store.db.selectFrom('findings').selectAll().orderBy('uid').execute();
}

export async function told(store: Store): Promise<string[]> {
  const events = await store.db.selectFrom('events').select(['kind', 'cause']).orderBy('seq').execute();
  return events.map((event) => `${event.kind}:${event.cause}`);
}

export function waiver(spec: Partial<HoldableWaiver> = {}): HoldableWaiver {
  return { id: 'w1', policy: 'access', target: 't', reason: 'r', owner: 'o', until: t0 + 1_000_000, ...spec };
}
