import { useLoaded } from '../api.ts';
import { number, time } from '../format.ts';
import { Name } from '../parts/name.tsx';
import { Pager } from '../parts/pager.tsx';
import { LoadState } from '../parts/panel.tsx';
import { Head } from '../parts/shell.tsx';
import { go, place, withQuery } from '../router.ts';
import { t } from '../texts/index.ts';
import type { MatrixView, RoomsView } from '../views.ts';

const pageSize = 50;

export function Rooms() {
  const matrix = useLoaded<MatrixView>('/api/v1/matrix').data;
  const query = place.value.searchParams;
  const targets = matrix?.targets.filter(({ vendor }) => vendor !== 'declared') ?? [];
  const target = query.get('target') ?? targets[0]?.id ?? null;
  const after = query.get('after');
  const page = new URLSearchParams({ limit: String(pageSize), ...(after === null ? {} : { after }) });
  const loaded = useLoaded<RoomsView>(
    target === null ? null : `/api/v1/targets/${encodeURIComponent(target)}/rooms?${page}`,
  );
  return (
    <>
      <Head title={t('nav.rooms')} />
      <div class="toolbar">
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <label>
            {t('rooms.choose')}
            <select
              value={target ?? ''}
              onChange={(event) => go(withQuery({ target: event.currentTarget.value, after: null }))}
            >
              {targets.map(({ id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          </label>
        </form>
      </div>
      <LoadState of={loaded} />
      {loaded.data !== null && target !== null && (
        <section class="panel list scroll" aria-label={t('nav.rooms')}>
          <table class="evidence">
            <thead>
              <tr>
                <th scope="col">{t('rooms.name')}</th>
                <th scope="col" class="end">
                  {t('rooms.violations')}
                </th>
                <th scope="col" class="end">
                  {t('rooms.unknowns')}
                </th>
                <th scope="col">{t('rooms.state')}</th>
                <th scope="col">{t('rooms.seen')}</th>
              </tr>
            </thead>
            <tbody>
              {loaded.data.rooms.map(({ ref, name, violations, unknowns, state, last_seen_at }) => (
                <tr key={ref} class={state === 'no_longer_visible' ? 'hatched' : ''}>
                  <th scope="row">
                    <a href={`/rooms/${encodeURIComponent(target)}/${ref}`}>
                      <Name name={name ?? ref} />
                    </a>
                  </th>
                  <td class="end">{number(violations)}</td>
                  <td class="end">{number(unknowns)}</td>
                  <td>{t(`rooms.${state}`)}</td>
                  <td>{time(last_seen_at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <footer>
            <Pager next={loaded.data.next_cursor} />
          </footer>
        </section>
      )}
    </>
  );
}
