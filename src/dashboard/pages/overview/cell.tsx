import { number } from '../../format.ts';
import { Glyph } from '../../parts/glyph.tsx';
import { violationsHref } from '../../router.ts';
import { t } from '../../texts/index.ts';
import type { MatrixCell } from '../../views.ts';
import type { RolledUp } from './rollup.ts';

interface CellProps {
  cell: MatrixCell;
  policy: string;
  /** Filters that name the column. */
  where: Readonly<Record<string, string>>;
}

/** Sign, count, and hatched what was not seen in addition: three fixed tracks. */
export function Cell({ cell, policy, where }: CellProps) {
  const { status, count, unseen, system_unseen } = cell;
  return (
    <a class={`cell s-${status}`} href={hrefOf(status, { policy, ...where })} data-stop tabIndex={-1}>
      <Glyph status={status} />
      <span class="count" aria-hidden="true">
        {count === null ? '' : number(count)}
      </span>
      {(unseen > 0 || system_unseen) && status !== 'unknown' && status !== 'stale' && (
        <span class="more" aria-hidden="true">
          {unseen > 0 ? number(unseen) : ''}
        </span>
      )}
      <span class="sr">{described(cell)}</span>
    </a>
  );
}

export function described({ status, count, unseen, system_unseen }: MatrixCell): string {
  const word = t(`status.${status}`);
  return [
    count === null ? word : t('cell.count', { status: word, n: number(count) }),
    ...(unseen > 0 ? [t('cell.unseen', { n: number(unseen) })] : []),
    ...(system_unseen && status !== 'unknown' && status !== 'stale' ? [t('cell.system')] : []),
  ].join(', ');
}

function hrefOf(status: MatrixCell['status'], filter: Readonly<Record<string, string>>): string {
  if (status === 'unknown' || status === 'stale') return violationsHref({ ...filter, verdict: 'unknown' });
  if (status === 'waived') return violationsHref({ ...filter, status: 'waived' });
  if (status === 'violation' || status === 'violation_minor') return violationsHref(filter);
  return `/policies/${filter['policy']}`;
}

export function ThemeCell({ of: { status, count, unseen } }: { of: RolledUp }) {
  const word = t(`status.${status}`);
  const counted = status !== 'pass' && status !== 'not_applicable';
  const hatched = status === 'unknown' || status === 'stale';
  return (
    <span class="cell theme">
      <Glyph status={status} />
      <span class="count" aria-hidden="true">
        {counted && !hatched ? number(count) : ''}
      </span>
      {(unseen > 0 || hatched) && (
        <span class="more" aria-hidden="true">
          {number(hatched ? count + unseen : unseen)}
        </span>
      )}
      <span class="sr">
        {t('theme.rules', { status: word, n: count })}
        {unseen > 0 && `, ${t('theme.unseen', { n: unseen })}`}
      </span>
    </span>
  );
}
