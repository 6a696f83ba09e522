import { Glyph } from '../parts/glyph.tsx';
import { Panel } from '../parts/panel.tsx';
import { say, t } from '../texts/index.ts';
import { vendorName } from '../vendors.ts';
import type { CoverageView } from '../views.ts';

/** What no set-up makes visible: said by product, because only another product or a look by people helps. */
export function Never({ data }: { data: CoverageView }) {
  const products = new Map<string, readonly string[]>();
  for (const { vendor, never, coverage } of data.targets) {
    if (vendor === 'declared') continue;
    // What a system of this product does not have is nothing that could be seen.
    const own = never.filter((id) => coverage.some(({ clause, span }) => clause === id && span !== null));
    const known = products.get(vendor) ?? [];
    products.set(
      vendor,
      never.filter((id) => known.includes(id) || own.includes(id)),
    );
  }
  const duties = new Map(data.clauses.map(({ id, duty }) => [id, say(duty)]));
  if ([...products.values()].every((never) => never.length === 0)) return null;
  return (
    <Panel title={t('coverage.never')} note={t('coverage.never.note')} class="never">
      <dl class="facts wide">
        {[...products].map(([vendor, never]) => (
          <div key={vendor}>
            <dt>{vendorName(vendor)}</dt>
            <dd>
              {never.length === 0 && t('coverage.never.none')}
              <ul>
                {never.map((id) => (
                  <li key={id}>
                    <Glyph status="unknown" /> <b>{id}</b> {duties.get(id)}
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
