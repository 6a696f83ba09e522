import { useState } from 'preact/hooks';
import { mayOperate, useLoaded } from '../../api.ts';
import { age, day, number } from '../../format.ts';
import { asked, FilterBar } from '../../parts/filterbar.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { Pager } from '../../parts/pager.tsx';
import { LoadState } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { TableCell } from '../../parts/tablecell.tsx';
import { place } from '../../router.ts';
import { say, t } from '../../texts/index.ts';
import type { MatrixView, WaiversView, WaiverView } from '../../views.ts';
import { targetChoices } from '../choices.ts';
import { WaiverEditor } from './editor.tsx';
import { Managed, WaiverScope } from './scope.tsx';

const pageSize = '40';
const filters = ['target', 'policy', 'managed_by', 'state'];
const soonMs = 14 * 86_400_000;

export function Waivers() {
  const [making, make] = useState(place.value.searchParams.has('new'));
  const { data: matrix } = useLoaded<MatrixView>('/api/v1/matrix');
  const after = place.value.searchParams.get('after');
  const state = place.value.searchParams.get('state') ?? 'active';
  const loaded = useLoaded<WaiversView>(asked('/api/v1/waivers', filters, { state, after, limit: pageSize }));
  const { data } = loaded;
  return (
    <>
      <Head title={t('nav.waivers')}>
        {data !== null &&
          t('waivers.counts', {
            active: number(data.counts.active),
            over: number(data.counts.over),
            revoked: number(data.counts.revoked),
          })}
      </Head>
      <div class="toolbar">
        <FilterBar
          choices={[
            ...targetChoices(matrix),
            {
              name: 'state',
              label: t('targets.state'),
              options: [
                ['', t('waivers.active')],
                ['over', t('waivers.over')],
                ['revoked', t('waivers.revoked')],
                ['all', t('filter.any')],
              ],
            },
            {
              name: 'managed_by',
              label: t('managed.label'),
              options: [
                ['', t('filter.any')],
                ['file', t('managed.file')],
                ['api', t('managed.api')],
              ],
            },
          ]}
        />
        {mayOperate() && !making && (
          <button type="button" class="main" onClick={() => make(true)}>
            {t('finding.waive')}
          </button>
        )}
      </div>
      {making && <WaiverEditor onDone={() => make(false)} />}
      <LoadState of={loaded} />
      {data !== null && (
        <section class="panel list" aria-label={t('nav.waivers')}>
          {data.waivers.length === 0 ? (
            <p class="empty">
              {data.counts.active + data.counts.over + data.counts.revoked === 0
                ? t('waivers.none')
                : t('list.none')}
            </p>
          ) : (
            <Table waivers={data.waivers} matrix={matrix} />
          )}
          <footer>
            <p>{t('waivers.foot')}</p>
            <Pager next={data.next_cursor} />
          </footer>
        </section>
      )}
    </>
  );
}

function Table({ waivers, matrix }: { waivers: readonly WaiverView[]; matrix: MatrixView | null }) {
  return (
    <table class="evidence cards">
      <thead>
        <tr>
          <th scope="col">{t('finding.policy')}</th>
          <th scope="col">{t('waivers.scope')}</th>
          <th scope="col">{t('targets.state')}</th>
          <th scope="col">{t('waivers.until')}</th>
          <th scope="col">{t('waiver.reason')}</th>
          <th scope="col">{t('waiver.owner')}</th>
          <th scope="col">{t('managed.label')}</th>
        </tr>
      </thead>
      <tbody>
        {waivers.map((waiver) => {
          const policy = matrix?.policies.find(({ id }) => id === waiver.policy);
          return (
            <tr key={waiver.id}>
              <th scope="row">
                <a href={`/waivers/${encodeURIComponent(waiver.id)}`}>
                  {policy === undefined ? waiver.policy : say(policy.title)}
                </a>
              </th>
              <TableCell label={t('waivers.scope')}>
                <WaiverScope of={waiver} />
              </TableCell>
              <TableCell label={t('targets.state')}>
                <State of={waiver} now={Date.now()} />
              </TableCell>
              <TableCell label={t('waivers.until')} class="nowrap">
                {day(waiver.until)}
              </TableCell>
              <TableCell label={t('waiver.reason')} class="words">
                {waiver.reason}
                {waiver.ticket !== null && <small>{waiver.ticket}</small>}
              </TableCell>
              <TableCell label={t('waiver.owner')}>{waiver.owner}</TableCell>
              <TableCell label={t('managed.label')}>
                <Managed of={waiver} />
              </TableCell>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export function State({ of: { state, until }, now }: { of: WaiverView; now: number }) {
  if (state !== 'active') return <>{t(`waivers.${state}`)}</>;
  const left = Date.parse(until) - now;
  return (
    <>
      <Glyph status="waived" /> {t('waivers.active')}
      {left < soonMs && (
        <small>{t('waivers.left', { n: age(new Date(now).toISOString(), Date.parse(until)) })}</small>
      )}
    </>
  );
}
