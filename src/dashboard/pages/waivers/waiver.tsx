import { useState } from 'preact/hooks';
import { mayOperate, send, useLoaded } from '../../api.ts';
import { number, time } from '../../format.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { LoadState, Panel } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { go } from '../../router.ts';
import { say, t } from '../../texts/index.ts';
import type { PoliciesView, WaiverDetailView } from '../../views.ts';
import { WaiverEditor } from './editor.tsx';
import { Review } from './review.tsx';
import { Managed, WaiverScope } from './scope.tsx';
import { State } from './waivers.tsx';

/** One exception: what it says, what it hides now, and where it no longer holds. */
export function Waiver({ id }: { id: string }) {
  const url = `/api/v1/waivers/${encodeURIComponent(id)}`;
  const [ended, end] = useState(0);
  const loaded = useLoaded<WaiverDetailView>(url, ended);
  const [changing, change] = useState(false);
  const waiver = loaded.data;
  const policies = useLoaded<PoliciesView>('/api/v1/policies').data?.policies ?? [];
  const policy = policies.find((each) => each.id === waiver?.policy);
  const own = waiver?.managed_by === 'api' && mayOperate();
  return (
    <>
      <Head title={t('status.waived')}>
        <a href="/waivers">{t('nav.waivers')}</a>
        {policy !== undefined && ` · ${say(policy.title)}`}
      </Head>
      <LoadState of={loaded} />
      {waiver !== null && (
        <div class="split">
          <div>
            {changing && (
              <WaiverEditor
                instead={waiver}
                onDone={(made) => {
                  change(false);
                  if (made !== null) go(`/waivers/${encodeURIComponent(made.id)}`, true);
                }}
              />
            )}
            <Panel title={t('review.title')}>
              <Review of={waiver.review} future={false} />
            </Panel>
            <About waiver={waiver} title={policy === undefined ? waiver.policy : say(policy.title)} />
          </div>
          <aside>
            <section class="panel actions" aria-label={t('waivers.actions')}>
              {own && waiver.state !== 'revoked' && (
                <button type="button" class="main" onClick={() => change(true)}>
                  {t(waiver.state === 'active' ? 'waivers.change' : 'waivers.renew')}
                </button>
              )}
              {own && waiver.state === 'active' && (
                <Confirm
                  label={t('waivers.end')}
                  question={t('waivers.sure')}
                  act={() => send('DELETE', url).then(() => end(ended + 1))}
                />
              )}
              {waiver.managed_by === 'file' && (
                <p>{t('managed.there', { file: waiver.file ?? '', line: waiver.line ?? '' })}</p>
              )}
              {waiver.state === 'revoked' && <p>{t('waivers.stays')}</p>}
            </section>
          </aside>
        </div>
      )}
    </>
  );
}

function About({ waiver, title }: { waiver: WaiverDetailView; title: string }) {
  const { aftercare } = waiver;
  return (
    <Panel title={t('waivers.about')}>
      <dl class="lines-of">
        <dt>{t('targets.state')}</dt>
        <dd>
          <State of={waiver} now={Date.now()} />
        </dd>
        <dt>{t('finding.policy')}</dt>
        <dd>
          <a href={`/policies/${waiver.policy}`}>{title}</a>
        </dd>
        <dt>{t('waivers.scope')}</dt>
        <dd>
          <WaiverScope of={waiver} />
        </dd>
        <dt>{t('waiver.until')}</dt>
        <dd>{time(waiver.until)}</dd>
        <dt>{t('waiver.reason')}</dt>
        <dd>{waiver.reason}</dd>
        {waiver.purpose !== null && (
          <>
            <dt>{t('waivers.purpose')}</dt>
            <dd>{waiver.purpose}</dd>
          </>
        )}
        <dt>{t('waiver.owner')}</dt>
        <dd>{waiver.owner}</dd>
        {waiver.ticket !== null && (
          <>
            <dt>{t('waivers.ticket')}</dt>
            <dd>{waiver.ticket}</dd>
          </>
        )}
        {waiver.approved_by !== undefined && (
          <>
            <dt>{t('waiver.approved')}</dt>
            <dd>{waiver.approved_by}</dd>
          </>
        )}
        <dt>{t('managed.label')}</dt>
        <dd>
          <Managed of={waiver} />
        </dd>
        {waiver.created_at !== undefined && (
          <>
            <dt>{t('waivers.created')}</dt>
            <dd>
              {time(waiver.created_at)} {waiver.created_by !== undefined && <code>{waiver.created_by}</code>}
            </dd>
          </>
        )}
        {waiver.revoked_at !== undefined && (
          <>
            <dt>{t('waivers.revoked')}</dt>
            <dd>
              {time(waiver.revoked_at)} {waiver.revoked_by !== undefined && <code>{waiver.revoked_by}</code>}
            </dd>
          </>
        )}
        {aftercare !== undefined && (
          <>
            <dt>{t('aftercare.label')}</dt>
            <dd>{t(`aftercare.${aftercare.state}`, { n: number(aftercare.count ?? 0) })}</dd>
          </>
        )}
      </dl>
    </Panel>
  );
}
