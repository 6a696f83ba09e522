import { number } from '../../format.ts';
import { withQuery } from '../../router.ts';
import { say, t } from '../../texts/index.ts';
import { vendorName } from '../../vendors.ts';
import type { MatrixView } from '../../views.ts';
import { Cell, ThemeCell } from './cell.tsx';
import { useRoving, useTurned } from './grid.ts';
import { Legend } from './matrix.tsx';
import { type Product, productsOf } from './products.ts';
import { rollUp } from './rollup.ts';

/** Where there are too many systems for one column each: themes against products, and from there to the systems. */
export function ProductMatrix({ data }: { data: MatrixView }) {
  const products = productsOf(data);
  const table = useRoving<HTMLTableElement>();
  const [open, fold] = useTurned();
  return (
    <section class="panel matrix">
      <header>
        <h2>{t('overview.products')}</h2>
        <Legend />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard */}
      <section class="sideways" tabIndex={0} aria-label={t('overview.products')}>
        <table ref={table} class={products.length <= 8 ? 'few' : ''}>
          <colgroup>
            <col class="label" />
            {products.map(({ key }) => (
              <col key={key} class="target" />
            ))}
          </colgroup>
          <Heads products={products} />
          {data.themes.map((theme) => (
            <tbody key={theme.id}>
              <tr class="theme">
                <th scope="row">
                  <button
                    type="button"
                    data-stop
                    tabIndex={-1}
                    aria-expanded={open.has(theme.id)}
                    onClick={() => fold(theme.id)}
                  >
                    {say(theme.title)} <small>{theme.policies.length}</small>
                  </button>
                </th>
                {products.map(({ key, cells }) => (
                  <td key={key}>
                    <ThemeCell of={rollUp(theme.policies.flatMap((id) => cells[id] ?? []))} />
                  </td>
                ))}
              </tr>
              {open.has(theme.id) &&
                theme.policies.map((id) => <Row key={id} id={id} data={data} products={products} />)}
            </tbody>
          ))}
        </table>
      </section>
      <footer>
        <p>{t('overview.many', { n: number(data.targets.length) })}</p>
      </footer>
    </section>
  );
}

function Heads({ products }: { products: readonly Product[] }) {
  return (
    <thead>
      <tr class="names">
        <td />
        {products.map(({ key, vendor, product }) => (
          <th key={key} scope="col">
            <a href={withQuery({ product: key })}>{vendorName(vendor, product)}</a>
          </th>
        ))}
      </tr>
      <tr class="facts">
        <th scope="row">{t('nav.targets')}</th>
        {products.map(({ key, targets }) => (
          <td key={key}>{number(targets.length)}</td>
        ))}
      </tr>
      <tr class="facts">
        <th scope="row">{t('row.rooms')}</th>
        {products.map(({ key, rooms, vendor }) => (
          <td key={key}>{vendor === 'declared' ? '–' : number(rooms)}</td>
        ))}
      </tr>
    </thead>
  );
}

function Row({ id, data, products }: { id: string; data: MatrixView; products: readonly Product[] }) {
  const policy = data.policies.find((each) => each.id === id);
  if (policy === undefined) return null;
  return (
    <tr>
      <th scope="row">
        <span class="policy">
          <a href={`/policies/${id}`} data-stop tabIndex={-1}>
            {say(policy.title)}
          </a>
          <small>{policy.clauses[0]}</small>
        </span>
      </th>
      {products.map(({ key, cells, vendor }) => {
        const cell = cells[id];
        return <td key={key}>{cell !== undefined && <Cell cell={cell} policy={id} where={{ vendor }} />}</td>;
      })}
    </tr>
  );
}
