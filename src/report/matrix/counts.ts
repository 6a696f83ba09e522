import type { FeedDeps } from './types.ts';

export interface OpenCount {
  target: string;
  policy: string;
  status: 'open' | 'waived';
  verdict: string;
  severity: string;
  /** Of the system itself and, apart from that, of everything. */
  system: number;
  number: number;
}

/** Open and waived findings, counted once per change of the feed, however often they are asked for. */
export class OpenCounts {
  readonly #deps: FeedDeps;
  #kept: { change: string; counts: Promise<OpenCount[]> } | null = null;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  async read(): Promise<OpenCount[]> {
    const { store } = this.#deps;
    const { epoch, head } = await store.feed();
    const change = `${epoch}:${head}`;
    if (this.#kept?.change !== change) this.#kept = { change, counts: count(this.#deps) };
    try {
      return (await this.#kept?.counts) ?? [];
    } catch (error) {
      this.#kept = null;
      throw error;
    }
  }
}

const columns = ['target', 'policy', 'status', 'verdict', 'severity'] as const;

/** The first query reads an index only; the second few rows, because a system has one finding per policy and reason. */
async function count({ store, config }: FeedDeps): Promise<OpenCount[]> {
  const all = await store.db
    .selectFrom('findings')
    .select([...columns, (expression) => expression.fn.countAll<number>().as('number')])
    .where('status', 'in', ['open', 'waived'])
    .groupBy([...columns])
    .execute();
  const targets = config.targets.map(({ id }) => id);
  const systems = await store.db
    .selectFrom('findings')
    .select([...columns, (expression) => expression.fn.countAll<number>().as('number')])
    .where('target', 'in', targets.length === 0 ? [''] : targets)
    .where('kind', '=', 'deployment')
    .where('status', 'in', ['open', 'waived'])
    .groupBy([...columns])
    .execute();
  const key = (row: (typeof all)[number]): string => columns.map((name) => row[name]).join('\n');
  const own = new Map(systems.map((row) => [key(row), Number(row.number)]));
  return all.map((row) => ({
    ...row,
    status: row.status as OpenCount['status'],
    number: Number(row.number),
    system: own.get(key(row)) ?? 0,
  }));
}
