import { useState } from 'preact/hooks';
import { mayOperate, send } from '../../api.ts';
import { time } from '../../format.ts';
import { Glyph, statusOf } from '../../parts/glyph.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Subject } from '../../parts/subject.tsx';
import { violationsHref } from '../../router.ts';
import { t, tOr } from '../../texts/index.ts';
import { vendorName } from '../../vendors.ts';
import type { FindingDetail, FindingView } from '../../views.ts';

export async function rescan(target: string): Promise<void> {
  await send('POST', `/api/v1/targets/${encodeURIComponent(target)}/scans`, {});
}

export function Actions({ finding, waive }: { finding: FindingView; waive: () => void }) {
  const [said, say] = useState('');
  return (
    <section class="panel actions" aria-label={t('finding.title')}>
      {mayOperate() && (
        <>
          <button type="button" class="main" onClick={waive}>
            {t('finding.waive')} <kbd>w</kbd>
          </button>
          <button
            type="button"
            onClick={() =>
              void rescan(finding.target).then(
                () => say(t('finding.started')),
                (error: Error) => say(error.message),
              )
            }
          >
            {t('finding.rescan')} <kbd>r</kbd>
          </button>
        </>
      )}
      <button
        type="button"
        onClick={() => void navigator.clipboard.writeText(location.href).then(() => say(t('finding.copied')))}
      >
        {t('finding.copy')}
      </button>
      <p role="status">{said}</p>
    </section>
  );
}

export function About({ finding }: { finding: FindingView }) {
  const room = finding.subject.kind === 'room' ? (finding.subject.ref ?? finding.subject.id) : undefined;
  const target = encodeURIComponent(finding.target);
  return (
    <section class="panel about" aria-label={t('finding.status')}>
      <dl>
        <dt>{t('filter.target')}</dt>
        <dd>
          <a href={`/targets/${target}`}>{finding.target}</a>
        </dd>
        <dt>{t('finding.product')}</dt>
        <dd>{vendorName(finding.vendor)}</dd>
        <dt>{t(`kind.${finding.subject.kind}`)}</dt>
        <dd>
          {room === undefined ? (
            <Subject of={finding} />
          ) : (
            <a href={`/rooms/${target}/${encodeURIComponent(room)}`}>
              <Subject of={finding} />
            </a>
          )}
        </dd>
        <dt>{t('finding.policy')}</dt>
        <dd>
          <a href={`/policies/${finding.policy}`}>{finding.policy}</a>
        </dd>
        <dt>{t('finding.status')}</dt>
        <dd>{tOr('life', finding.status ?? 'open')}</dd>
        <dt>{t('finding.confidence')}</dt>
        <dd>{t(`confidence.${finding.confidence}`)}</dd>
        <dt>{t('finding.id')}</dt>
        <dd>
          <code>{finding.uid}</code>
        </dd>
      </dl>
      <p>
        <a
          href={violationsHref({
            policy: finding.policy,
            target: finding.target,
            verdict: 'all',
            status: 'all',
          })}
        >
          {t('finding.same', { target: finding.target })}
        </a>
      </p>
    </section>
  );
}

export function History({ finding, history }: FindingDetail) {
  return (
    <Panel title={t('finding.history')} class="history">
      <ol>
        {[...history].reverse().map(({ seq, event, at, cause, verdict, severity, status }) => (
          <li key={seq}>
            <time dateTime={at}>{time(at)}</time>
            <Glyph
              status={statusOf({
                verdict: verdict ?? '',
                severity: severity ?? '',
                status: status ?? undefined,
              })}
            />
            <span>
              {tOr('event', event)}
              {cause !== null && <small>{tOr('cause', cause)}</small>}
            </span>
          </li>
        ))}
        {history.length === 0 && finding.first_opened_at !== undefined && (
          <li>
            <time dateTime={finding.first_opened_at}>{time(finding.first_opened_at)}</time>
            <Glyph status={statusOf({ ...finding, status: 'open' })} />
            <span>{t('event.baseline')}</span>
          </li>
        )}
      </ol>
    </Panel>
  );
}
