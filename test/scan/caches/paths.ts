import { z } from 'zod';
import type { Adapter } from '../../../adapters/contract/adapter.ts';
import type { SourceOutcome, Subject } from '../../../adapters/contract/subject.ts';
import type { Config, ConfiguredTarget } from '../../../src/config/types.ts';
import { FactReader, storedColumns } from '../../../src/inventory/kept.ts';
import type { Catalogue } from '../../../src/policy/catalogue.ts';
import { unjudged } from '../../../src/policy/evaluate.ts';
import { judgeAnew } from '../../../src/policy/explain.ts';
import { factsOf, scopeOf } from '../../../src/policy/scope.ts';
import { AlikeFacts } from '../../../src/scan/alike.ts';
import { attestingPolicies, type Bind, type BoundPolicies, binder } from '../../../src/scan/bind.ts';
import { type CollectDeps, headerOf, recordOf } from '../../../src/scan/collect.ts';
import { applyScan } from '../../../src/scan/record.ts';
import type { ScanEnd, ScanHeader, ScanRecord } from '../../../src/scan/records.ts';
import { type RejudgeDeps, rejudgeTarget } from '../../../src/scan/rejudge.ts';
import { readSpool, SpoolWriter } from '../../../src/scan/spool.ts';
import type { Store } from '../../../src/store/index.ts';
import { everyRow } from '../../policy/helper.ts';
import { quiet } from '../toy.ts';

const adapter: Adapter = {
  vendor: 'toy',
  configuration: z.object({}),
  sources: [
    { id: 'list', calls: [], population: 'all', lists: ['room'], adds: { de: '', en: '' } },
    { id: 'recordings', calls: [], population: 'all', lists: ['recording'], adds: { de: '', en: '' } },
  ],
  facts: [...everyRow],
  async *check() {},
  async *collect() {},
};
const adapters = new Map([['toy', adapter]]);

export const cachedBind = (catalogue: Catalogue): Bind => binder(catalogue, adapters);

/** Each subject alone by the closures, nothing remembered and nothing frozen: no later cache takes it. */
export function naiveBind(catalogue: Catalogue): Bind {
  return (header): BoundPolicies => {
    const policies = binder(catalogue, adapters)(header);
    const { bound } = policies;
    const judgeAll: BoundPolicies['judgeAll'] = (kind, scope, subjects) =>
      subjects.map((facts) => {
        const own = bound.judged[kind].map((entry) => judgeAnew(entry, scopeOf(scope, kind, facts)));
        return structuredClone(kind === 'deployment' ? [...own, ...unjudged(bound)] : own);
      });
    return {
      ...policies,
      judgeAll,
      judge: (kind, scope) => judgeAll(kind, scope, [factsOf(scope, kind, '')])[0] ?? [],
    };
  };
}

export interface Asked {
  id: string;
  now: number;
  target: ConfiguredTarget;
  config: Config;
  catalogue: Catalogue;
  subjects: readonly Subject[];
  sources: SourceOutcome[];
}

export class Path {
  readonly store: Store;
  readonly #isNaive: boolean;
  #bind: { catalogue: Catalogue; bind: Bind } | null = null;

  constructor(store: Store, isNaive: boolean) {
    this.store = store;
    this.#isNaive = isNaive;
  }

  /** As a process that begins anew. */
  restart(): void {
    this.#bind = null;
  }

  async rejudge(asked: Asked): Promise<void> {
    await this.#forget();
    await rejudgeTarget(this.#deps(asked), asked.target, asked.now);
  }

  async scan(asked: Asked): Promise<void> {
    await this.#forget();
    const { id, now, target, config, catalogue, sources } = asked;
    const header = headerOf(target, config, { now: () => now, attesting: attestingPolicies(catalogue) });
    const end: ScanEnd = { schema: 'roomwarden.scan-end/1', target: target.id, sources };
    const records = this.#isNaive ? naiveRecords(asked) : cachedRecords(asked, header);
    await applyScan(this.#deps(asked), {
      id,
      header,
      end,
      finishedAt: now,
      async *records(): AsyncGenerator<ScanRecord> {
        yield header;
        yield* records;
        yield end;
      },
    });
  }

  #deps({ catalogue, config }: Asked): RejudgeDeps {
    const isKnown = this.#bind?.catalogue === catalogue && !this.#isNaive;
    const make = this.#isNaive ? naiveBind : cachedBind;
    this.#bind = isKnown ? this.#bind : { catalogue, bind: make(catalogue) };
    const bind = this.#bind?.bind as Bind;
    return { store: this.store, key: 'k'.repeat(32), config, catalogue, bind };
  }

  async #forget(): Promise<void> {
    if (this.#isNaive) await this.store.db.updateTable('subjects').set({ judged: null }).execute();
  }
}

const deps = { log: quiet } as CollectDeps;

function* naiveRecords({ subjects, target }: Asked): Generator<ScanRecord> {
  for (const subject of subjects) yield recordOf(target, structuredClone(subject), new AlikeFacts(), deps);
}

async function* cachedRecords({ subjects, target }: Asked, header: ScanHeader): AsyncGenerator<ScanRecord> {
  const writer = new SpoolWriter();
  const alike = new AlikeFacts();
  async function* lines(): AsyncGenerator<string> {
    yield writer.lines(header);
    for (const subject of subjects) yield writer.lines(recordOf(target, subject, alike, deps));
  }
  for await (const record of readSpool(lines(), 'spool')) {
    if (record.schema !== 'roomwarden.scan/1') yield record;
  }
}

/** Everything that is told of rooms, and not how it is stored. */
export async function storedIn({ db }: Store) {
  const rows = await db.selectFrom('subjects').selectAll().orderBy('kind').orderBy('id').execute();
  const facts = await new FactReader(db).read(
    await db.selectFrom('subjects').select(storedColumns).orderBy('kind').orderBy('id').execute(),
  );
  return {
    findings: await db.selectFrom('findings').selectAll().orderBy('uid').execute(),
    subjects: rows.map(({ book: _, facts_json: __, judged: ___, ...row }, at) => ({ row, facts: facts[at] })),
    targets: (await db.selectFrom('targets').selectAll().execute()).map(({ report_json, ...row }) => ({
      row,
      report: withSortedTally(report_json),
    })),
    events: await db.selectFrom('events').selectAll().orderBy('seq').execute(),
  };
}

/** What is counted by policy has no order. */
function withSortedTally(json: string | null): unknown {
  const { tally, ...report } = JSON.parse(json ?? '{}') as { tally?: Record<string, unknown> };
  return { ...report, tally: Object.entries(tally ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)) };
}
