import { day, number, scoreSpan } from '../../format.ts';
import { Glyph } from '../../parts/glyph.tsx';
import { t } from '../../texts/index.ts';
import type { TrendsView } from '../../views.ts';

type Point = TrendsView['points'][number];

const columns = ['violation', 'waived', 'unknown', 'pass'] as const;

/** The same numbers as in the pictures, newest first. */
export function TrendTable({ points, scores }: { points: readonly Point[]; scores: boolean }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="numbers" tabIndex={0} aria-label={t('trends.table')}>
      <table class="daily">
        <thead>
          <tr>
            <th scope="col">{t('trends.day')}</th>
            {columns.map((column) => (
              <th key={column} scope="col" class="end">
                <Glyph status={column} /> {t(`status.${column}`)}
              </th>
            ))}
            {scores && (
              <th scope="col" class="end">
                {t('row.score')}
              </th>
            )}
            <th scope="col" class="end">
              {t('trends.scanned')}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...points].reverse().map((point) => (
            <tr key={point.day} class={point.stale > 0 ? 'hatched' : ''}>
              <th scope="row">{day(point.day)}</th>
              {columns.map((column) => (
                <td key={column} class="end">
                  {number(point[column])}
                </td>
              ))}
              {scores && (
                <td class="end">
                  {point.score === null ? '–' : scoreSpan(point.score.low, point.score.high)}
                </td>
              )}
              <td class="end">
                {t('coverage.of', { n: point.scanned, total: point.targets })}
                {point.stale > 0 && ` · ${t('trends.stale.short', { n: point.stale })}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
