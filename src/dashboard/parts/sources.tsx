import { number, time } from '../format.ts';
import { say, t } from '../texts/index.ts';
import type { ScanView, TargetView } from '../views.ts';
import { Glyph } from './glyph.tsx';
import { TableCell } from './tablecell.tsx';
import { Hole } from './value.tsx';

const signs = { complete: 'pass', partial: 'unknown', failed: 'unknown', skipped: 'unknown' } as const;
const order = ['failed', 'partial', 'skipped', 'complete'];

type Source = ScanView['sources'][number] | TargetView['sources'][number];

const answered = (source: Source): string | null | undefined =>
  'answered_at' in source ? source.answered_at : undefined;

/** What did not answer comes first, each with exactly what fills it. */
export function SourcesTable({ sources }: { sources: readonly Source[] }) {
  const timed = sources.some((source) => answered(source) !== undefined);
  const sorted = sources.toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  return (
    <table class="evidence cards">
      <thead>
        <tr>
          <th scope="col">{t('targets.source')}</th>
          <th scope="col">{t('targets.state')}</th>
          <th scope="col">{t('targets.fill')}</th>
          <th scope="col" class="end">
            {t('targets.count')}
          </th>
          {timed && <th scope="col">{t('targets.answered')}</th>}
        </tr>
      </thead>
      <tbody>
        {sorted.map((source) => {
          const at = answered(source);
          const key = source.source;
          return (
            <tr key={key} class={source.state === 'complete' ? '' : 'hatched'}>
              <th scope="row">
                {source.adds === undefined ? source.source : upper(say(source.adds))}
                <code>
                  {source.source}
                  {(source.calls ?? []).length > 0 && ` · ${source.calls?.join(', ')}`}
                </code>
              </th>
              <TableCell label={t('targets.state')} class="nowrap">
                <Glyph status={signs[source.state]} /> {t(`source.${source.state}`)}
              </TableCell>
              <TableCell label={t('targets.fill')} class="words">
                {source.reason !== undefined && <Hole of={source.reason} />}
              </TableCell>
              <TableCell label={t('targets.count')} class="end">
                {number(source.count)}
              </TableCell>
              {timed && (
                <TableCell label={t('targets.answered')} class="nowrap">
                  {at == null ? t('row.never') : time(at)}
                </TableCell>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const upper = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);
