import { age, number, scoreSpan, share } from '../../format.ts';
import { live } from '../../live.ts';
import { Glyph } from '../../parts/glyph.tsx';
import { ScoreBar } from '../../parts/hatch.tsx';
import { t } from '../../texts/index.ts';
import { vendorName } from '../../vendors.ts';
import type { MatrixTarget } from '../../views.ts';

/** How far the target's scan is; undefined while none runs. */
export function progressOf(target: string): string | undefined {
  const scan = live.value.scans.find((each) => each.target === target);
  if (scan === undefined) return undefined;
  if (scan.phase === 'queued') return t('row.queued');
  return scan.phase === 'recording' ? t('row.recording') : t('row.running', { n: number(scan.subjects) });
}

export function Age({ target, now }: { target: MatrixTarget; now: number }) {
  const running = progressOf(target.id);
  if (running !== undefined) return <b>{running}</b>;
  if (target.seen_at === null) return <>{t('row.never')}</>;
  if (target.vendor === 'declared') return <>{t('row.inventory')}</>;
  return (
    <>
      {!target.fresh && (
        <>
          <Glyph status="stale" /> <span class="sr">{t('status.stale')}</span>
        </>
      )}
      <time dateTime={target.seen_at}>{age(target.seen_at, now)}</time>
    </>
  );
}

export function Score({ of: score }: { of: MatrixTarget['score'] }) {
  if (score === null || score.low === null || score.high === null) return <>–</>;
  return (
    <>
      <b>{scoreSpan(score.low, score.high)}</b>
      <ScoreBar low={score.low} high={score.high} />
    </>
  );
}

/** Products, targets and what is known of each as a whole. */
export function HeadRows({ groups, now }: { groups: readonly MatrixTarget[][]; now: number }) {
  const all = groups.flatMap((group) => group.map((target, at) => ({ target, first: at === 0 })));
  const edge = (first: boolean): string => (first ? 'first' : '');
  return (
    <thead>
      <tr class="products">
        <td />
        {groups.map((group) => (
          <th key={group[0]?.id} colSpan={group.length} scope="colgroup" class="first">
            <span>{vendorName(group[0]?.vendor ?? '', group[0]?.product)}</span>
          </th>
        ))}
      </tr>
      <tr class="names">
        <td />
        {all.map(({ target, first }) => (
          <th key={target.id} scope="col" class={edge(first)}>
            <a href={`/targets/${encodeURIComponent(target.id)}`}>{target.id}</a>
          </th>
        ))}
      </tr>
      <tr class="facts">
        <th scope="row">{t('row.rooms')}</th>
        {all.map(({ target, first }) => (
          <td key={target.id} class={edge(first)}>
            {target.rooms === null || target.vendor === 'declared' ? '–' : number(target.rooms)}
          </td>
        ))}
      </tr>
      <tr class="facts">
        <th scope="row">{t('row.asof')}</th>
        {all.map(({ target, first }) => (
          <td key={target.id} class={edge(first)}>
            <Age target={target} now={now} />
          </td>
        ))}
      </tr>
      <tr class="facts">
        <th scope="row">{t('row.seen')}</th>
        {all.map(({ target, first }) => (
          <td key={target.id} class={edge(first)}>
            {target.score === null ? '–' : share(target.score.seen)}
          </td>
        ))}
      </tr>
      <tr class="facts">
        <th scope="row">
          {t('row.score')} <small>{t('row.score.note')}</small>
        </th>
        {all.map(({ target, first }) => (
          <td key={target.id} class={edge(first)}>
            <Score of={target.score} />
          </td>
        ))}
      </tr>
    </thead>
  );
}
