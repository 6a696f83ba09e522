import { number, signed } from '../../format.ts';
import { Glyph } from '../../parts/glyph.tsx';
import { Shares } from '../../parts/hatch.tsx';
import { violationsHref } from '../../router.ts';
import { t } from '../../texts/index.ts';
import type { Visit } from '../../visit.ts';
import type { Totals } from './rollup.ts';

const figures = [
  ['violation', 'legend.violation', violationsHref({ severity: 'high' })],
  ['violation_minor', 'legend.violation_minor', violationsHref({})],
  ['unknown', 'status.unknown', violationsHref({ verdict: 'unknown' })],
  ['pass', 'status.pass', '/coverage'],
  ['waived', 'status.waived', violationsHref({ status: 'waived', verdict: 'all' })],
  ['not_applicable', 'status.not_applicable', '/coverage'],
] as const;

/** What was not seen stands as large as what is wrong. */
export function Figures({ totals, before }: { totals: Totals; before: Visit | null }) {
  return (
    <section class="panel figures">
      <ul>
        {figures.map(([name, label, href]) => {
          const old = before?.totals[name];
          const delta = old === undefined ? null : signed(totals[name] - old);
          return (
            <li key={name} class={`figure-${name}`}>
              <p class="label">
                <Glyph status={name} /> {t(label)}
              </p>
              <p class="value">
                <a href={href}>{number(totals[name])}</a>
                {delta !== null && (
                  <small>
                    <span class="sr">{t('overview.delta', { n: '' })}</span>
                    {delta}
                  </small>
                )}
              </p>
              {name === 'unknown' && totals.stale > 0 && (
                <p class="note">{t('overview.critical', { n: number(totals.stale) })}</p>
              )}
            </li>
          );
        })}
      </ul>
      <Shares label={t('overview.bar')} parts={figures.map(([name]) => ({ name, value: totals[name] }))} />
    </section>
  );
}
