import { type Fact, reason } from '../../adapters/contract/fact.ts';
import type { FactName } from '../../adapters/contract/vocabulary.ts';
import type { Config, ConfiguredTarget } from '../config/types.ts';
import { detailOf, evidenceLine } from '../findings/detail.ts';
import { type IdView, toNative, withoutId } from '../findings/native.ts';
import type { EvidenceLine, NativeFinding } from '../findings/types.ts';
import { findingUid } from '../findings/uid.ts';
import { attestationsOf } from '../inventory/attestations.ts';
import { attestationFacts, inventoryFacts } from '../inventory/declared.ts';
import { readFacts } from '../inventory/facts.ts';
import { FactReader } from '../inventory/kept.ts';
import { coveredRoom, findRoom, type RoomView, roomView } from '../inventory/queries.ts';
import { sourcesOf } from '../inventory/targets.ts';
import type { Catalogue } from '../policy/catalogue.ts';
import { scopeOf } from '../policy/scope.ts';
import type { FactMap, Scope } from '../policy/types.ts';
import type { Store, SubjectsTable } from '../store/index.ts';
import { attestingPolicies, type Bind } from './bind.ts';

export interface RoomDeps {
  store: Store;
  catalogue: Catalogue;
  bind: Bind;
  config: Pick<Config, 'attestations' | 'policies'>;
  now(): number;
}

export interface RoomDetail {
  room: Omit<RoomView, 'violations' | 'unknowns'>;
  /** Everything that was last seen of it, too old values as holes. */
  facts: EvidenceLine[];
  /** Every verdict, computed from those facts now; none for a room that is gone or does not run. */
  verdicts: NativeFinding[];
}

/** One room with everything known of it; live facts are not kept and live rules not judged here. */
export async function readRoom(
  deps: RoomDeps,
  target: ConfiguredTarget,
  idOrRef: string,
  view: IdView,
): Promise<RoomDetail | null> {
  const row = await findRoom(deps.store, target.id, idOrRef);
  if (row === null) return null;
  const facts = await lastFacts(deps, target, row);
  const lines = Object.entries(facts).map(([name, fact]) => evidenceLine(name, fact));
  const detail = { facts: {}, evidence: lines, reasons: [], met: [] };
  const hidden = view === 'plain' ? detail : withoutId(detail, row.id, row.ref);
  return {
    room: roomView(row, await coveredRoom(deps.store, target.id), view),
    facts: hidden.evidence,
    verdicts: await verdictsOf(deps, target, row, facts, view),
  };
}

async function lastFacts(deps: RoomDeps, target: ConfiguredTarget, row: SubjectsTable): Promise<FactMap> {
  const known = await deps.store.db
    .selectFrom('targets')
    .select('sources_json')
    .where('id', '=', target.id)
    .executeTakeFirst();
  return readFacts(await new FactReader(deps.store.db).one(row), {
    sources: known === undefined ? {} : sourcesOf(known),
    lastMet: row.unseen === 1 ? row.last_seen_at : null,
    now: deps.now(),
    freshness: target.freshness,
  });
}

async function verdictsOf(
  deps: RoomDeps,
  target: ConfiguredTarget,
  row: SubjectsTable,
  facts: FactMap,
  view: IdView,
): Promise<NativeFinding[]> {
  if (row.state === 'gone' || row.state === 'ended') return [];
  const now = deps.now();
  const deployment = await deps.store.db
    .selectFrom('subjects')
    .selectAll()
    .where('target', '=', target.id)
    .where('kind', '=', 'deployment')
    .executeTakeFirst();
  const held = await attestationsOf(deps.store.db, deps.config.attestations, target.id);
  const whole: Scope = {
    deployment: deployment === undefined ? {} : await lastFacts(deps, target, deployment),
    inventory: inventoryFacts(target.settings, now),
    attestations: attestationFacts(target, attestingPolicies(deps.catalogue), held, now),
  };
  const scope = scopeOf(whole, 'room', row.state === 'no_longer_visible' ? unseen(facts) : facts);
  const policies = deps.bind({ vendor: target.vendor, parameters: deps.config.policies, live: false });
  return policies.judge('room', scope).map((judgement) =>
    toNative(
      {
        uid: findingUid(target.id, 'room', row.id, judgement.policy),
        policy: judgement.policy,
        policyVersion: judgement.policyVersion,
        severity: judgement.severity,
        verdict: judgement.verdict,
        confidence: judgement.confidence,
        target: target.id,
        vendor: target.vendor,
        kind: 'room',
        id: row.id,
        ref: row.ref,
        name: row.name,
        detail: detailOf(judgement, scope),
      },
      deps.catalogue,
      view,
    ),
  );
}

function unseen(facts: FactMap): FactMap {
  const holes: Partial<Record<FactName, Fact>> = {};
  for (const [name, fact] of Object.entries(facts) as [FactName, Fact][]) {
    holes[name] = { unavailable: reason('no_longer_visible'), evidence: fact.evidence };
  }
  return holes;
}
