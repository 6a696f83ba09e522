import type { MatrixCell, MatrixTarget, MatrixView } from '../../views.ts';
import { byProduct, ranks, sumOf, type Totals } from './rollup.ts';

export interface Product {
  /** Of the address. */
  key: string;
  vendor: string;
  product: string | null;
  targets: readonly MatrixTarget[];
  rooms: number;
  totals: Totals;
  cells: Readonly<Record<string, MatrixCell>>;
}

export const keyOf = ({ vendor, product }: Pick<MatrixTarget, 'vendor' | 'product'>): string =>
  product === null ? vendor : `${vendor}:${product}`;

/** All systems of a product as one column, each cell with the worst that is in any of them. */
export function productsOf(data: MatrixView): Product[] {
  return byProduct(data.targets).flatMap((targets) => {
    const [first] = targets;
    if (first === undefined) return [];
    const cells = data.policies.map(({ id }) => [
      id,
      merged(targets.flatMap(({ cells: own }) => own[id] ?? [])),
    ]);
    return {
      key: keyOf(first),
      vendor: first.vendor,
      product: first.product,
      targets,
      rooms: targets.reduce((sum, { rooms }) => sum + (rooms ?? 0), 0),
      totals: sumOf(targets),
      cells: Object.fromEntries(cells) as Product['cells'],
    };
  });
}

const isUnseen = ({ status }: MatrixCell): boolean => status === 'unknown' || status === 'stale';
const sizeOf = ({ count }: MatrixCell): number => count ?? 0;

/** What one system did not see stands beside what another has, and is never lost in it. */
function merged(cells: readonly MatrixCell[]): MatrixCell {
  const status = ranks.find((rank) => cells.some((cell) => cell.status === rank)) ?? 'not_applicable';
  const same = cells.filter((cell) => cell.status === status);
  const others = cells.filter((cell) => isUnseen(cell) && cell.status !== status);
  const count = same.reduce((sum, cell) => sum + sizeOf(cell), 0);
  return {
    status,
    count: count === 0 ? null : count,
    unseen:
      cells.reduce((sum, { unseen }) => sum + unseen, 0) +
      others.reduce((sum, cell) => sum + sizeOf(cell), 0),
    system_unseen:
      cells.some(({ system_unseen }) => system_unseen) || others.some(({ count: own }) => own === null),
  };
}
