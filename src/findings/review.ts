import type { Catalogue } from '../policy/catalogue.ts';
import { type Severity, severities } from '../policy/types.ts';
import type { FindingsTable, Store } from '../store/index.ts';
import { type IdView, toNative } from './native.ts';
import { coreOf, forceOf } from './row.ts';
import { roomsByFinding } from './settle.ts';
import type { FindingStatus, NativeFinding } from './types.ts';
import { type HoldableWaiver, type WhyNot, whyNot } from './waivers.ts';
import { memoryOf, waivableOf } from './waiving.ts';

export interface WaiverReview {
  holds: {
    violations: number;
    unknowns: number;
    severities: Record<Severity, number>;
    already_waived: number;
  };
  not: { why: WhyNot; findings: number }[];
  findings: (Pick<NativeFinding, 'uid' | 'severity' | 'verdict' | 'subject'> & { status: FindingStatus })[];
}

const shown = 100;
const batch = 1_000;

/** What a waiver hides or would hide, decided as everywhere by `whyNot`. Nothing is written. */
export async function reviewWaiver(
  { store, catalogue }: { store: Store; catalogue: Catalogue },
  waiver: HoldableWaiver,
  now: number,
  view: IdView,
): Promise<WaiverReview> {
  const force = forceOf(catalogue.policyById.get(waiver.policy));
  const none = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
  const holds = { violations: 0, unknowns: 0, severities: none, already_waived: 0 };
  const not = new Map<WhyNot, number>();
  const findings: WaiverReview['findings'] = [];
  for await (const rows of openFindings(store, waiver)) {
    const rooms = await roomsByFinding(store.db, rows);
    for (const row of rows) {
      const why = whyNot(waiver, waivableOf(row, force, rooms(row)), memoryOf(row), now);
      if (why === 'elsewhere') continue;
      if (why !== null) not.set(why, (not.get(why) ?? 0) + 1);
      else {
        holds[row.verdict === 'unknown' ? 'unknowns' : 'violations'] += 1;
        holds.severities[row.severity as Severity] += 1;
        if (row.status === 'waived') holds.already_waived += 1;
        if (findings.length < shown) findings.push(shortOf(row, catalogue, view));
      }
    }
  }
  return { holds, not: [...not].map(([why, number]) => ({ why, findings: number })), findings };
}

async function* openFindings(
  store: Store,
  { target, policy }: Pick<HoldableWaiver, 'target' | 'policy'>,
): AsyncGenerator<FindingsTable[]> {
  for (let after = ''; ; ) {
    const rows = await store.db
      .selectFrom('findings')
      .selectAll()
      .where('target', '=', target)
      .where('policy', '=', policy)
      .where('status', 'in', ['open', 'waived'])
      .where('uid', '>', after)
      .orderBy('uid')
      .limit(batch)
      .execute();
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch) return;
    after = last.uid;
  }
}

function shortOf(row: FindingsTable, catalogue: Catalogue, view: IdView): WaiverReview['findings'][number] {
  const { uid, severity, verdict, subject } = toNative(coreOf(row), catalogue, view);
  return { uid, severity, verdict, status: row.status as FindingStatus, subject };
}
