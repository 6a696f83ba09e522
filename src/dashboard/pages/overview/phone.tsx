import { useState } from 'preact/hooks';
import { number, scoreSpan, share } from '../../format.ts';
import { Glyph } from '../../parts/glyph.tsx';
import { ScoreBar } from '../../parts/hatch.tsx';
import { violationsHref } from '../../router.ts';
import { say, t } from '../../texts/index.ts';
import { vendorName } from '../../vendors.ts';
import type { MatrixTarget, MatrixView } from '../../views.ts';
import { Age } from './columns.tsx';
import { cellsOf, worstFirst } from './rollup.ts';

const counted = ['violation', 'violation_minor', 'unknown', 'pass'] as const;

function Counts({ of }: { of: Readonly<Record<(typeof counted)[number], number>> }) {
  return (
    <ul class="counts">
      {counted.map((name) => (
        <li key={name} class={of[name] === 0 ? 'zero' : ''}>
          <Glyph status={name} />
          <span class="sr">{t(`status.${name}`)}</span> {number(of[name])}
        </li>
      ))}
    </ul>
  );
}

/** The matrix on a narrow screen: systems or themes as a list, worst first. */
export function PhoneList({ data, now }: { data: MatrixView; now: number }) {
  const [shown, show] = useState<'targets' | 'themes'>('targets');
  return (
    <section class="phonelist" aria-label={t('overview.matrix')}>
      <div class="tabs">
        <button type="button" aria-pressed={shown === 'targets'} onClick={() => show('targets')}>
          {t('nav.targets')}
        </button>
        <button type="button" aria-pressed={shown === 'themes'} onClick={() => show('themes')}>
          {t('overview.themes')}
        </button>
      </div>
      <ul>
        {shown === 'targets'
          ? worstFirst(data.targets).map((target) => <TargetLine key={target.id} of={target} now={now} />)
          : data.themes.map((theme) => (
              <li key={theme.id}>
                <p class="line">
                  <b>{say(theme.title)}</b>
                </p>
                <Counts of={ruleCounts(data.targets, theme.policies)} />
              </li>
            ))}
      </ul>
    </section>
  );
}

function ruleCounts(targets: readonly MatrixTarget[], policies: readonly string[]) {
  const cells = targets.flatMap((target) => cellsOf(target, policies));
  const number = (...names: string[]): number => cells.filter(({ status }) => names.includes(status)).length;
  return {
    violation: number('violation'),
    violation_minor: number('violation_minor'),
    unknown: number('unknown', 'stale'),
    pass: number('pass'),
  };
}

function TargetLine({ of: target, now }: { of: MatrixTarget; now: number }) {
  const { score } = target;
  return (
    <li>
      <p class="line">
        <a href={violationsHref({ target: target.id })}>{target.id}</a>
        <span>{vendorName(target.vendor, target.product)}</span>
        <span class="end">
          <Age target={target} now={now} />
        </span>
      </p>
      <Counts of={target.totals} />
      {score !== null && score.low !== null && score.high !== null && (
        <>
          <ScoreBar low={score.low} high={score.high} />
          <p class="line small">
            <span>{t('overview.seenpart', { share: share(score.seen) })}</span>
            <span class="end">
              {t('row.score')} <b>{scoreSpan(score.low, score.high)}</b>
            </span>
          </p>
        </>
      )}
    </li>
  );
}
