import { useLoaded } from '../api.ts';
import { duration, number, scoreSpan, share, time } from '../format.ts';
import { Glyph } from '../parts/glyph.tsx';
import { ScoreBar } from '../parts/hatch.tsx';
import { LoadState, Panel } from '../parts/panel.tsx';
import { Head } from '../parts/shell.tsx';
import { SourcesTable } from '../parts/sources.tsx';
import { violationsHref } from '../router.ts';
import { t } from '../texts/index.ts';
import { vendorName } from '../vendors.ts';
import type { TargetsView, TargetView } from '../views.ts';

/** Systems with their sources; each hole with exactly what fills it. */
export function Targets({ only }: { only: string | null }) {
  const loaded = useLoaded<TargetsView>('/api/v1/targets');
  const shown = loaded.data?.targets.filter(({ id }) => only === null || id === only) ?? [];
  return (
    <>
      <Head title={only ?? t('nav.targets')}>
        {only === null ? (
          <a href="/setup">{t('targets.setup')}</a>
        ) : (
          <a href="/targets">{t('nav.targets')}</a>
        )}
      </Head>
      <LoadState of={loaded} />
      {shown.map((target) => (
        <TargetPanel key={target.id} target={target} />
      ))}
    </>
  );
}

function TargetPanel({ target }: { target: TargetView }) {
  const { id, vendor, score, sources, owner, last_scan, rooms } = target;
  return (
    <Panel title={id} note={vendorName(vendor)} class="scroll">
      <dl class="facts">
        <div>
          <dt>{t('row.score')}</dt>
          <dd>
            {score === null || score.low === null || score.high === null ? (
              '–'
            ) : (
              <>
                <b>{scoreSpan(score.low, score.high)}</b> <ScoreBar low={score.low} high={score.high} />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('row.seen')}</dt>
          <dd>{score === null ? '–' : share(score.seen)}</dd>
        </div>
        <div>
          <dt>{t('row.rooms')}</dt>
          <dd>
            {rooms === null ? (
              '–'
            ) : (
              <a href={`/rooms?target=${encodeURIComponent(id)}`}>{number(rooms.seen)}</a>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('row.asof')}</dt>
          <dd>
            {last_scan?.finished_at == null ? t('row.never') : time(last_scan.finished_at)}
            {!target.fresh && (
              <>
                {' '}
                <Glyph status="stale" /> {t('status.stale')}
              </>
            )}
            {target.late !== null && target.late > 0 && (
              <>
                {' '}
                <Glyph status="stale" />{' '}
                {t('targets.late', { by: duration(Math.ceil(target.late / 60) * 60) })}
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('targets.owner')}</dt>
          <dd>{owner?.name ?? '–'}</dd>
        </div>
        <div>
          <dt>{t('nav.violations')}</dt>
          <dd>
            <a href={violationsHref({ target: id })}>{number(target.verdicts?.violation ?? 0)}</a> ·{' '}
            <Glyph status="unknown" /> {number(target.verdicts?.unknown ?? 0)} {t('status.unknown')}
          </dd>
        </div>
      </dl>
      <SourcesTable sources={sources} />
    </Panel>
  );
}
