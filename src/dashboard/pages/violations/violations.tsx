import { useEffect, useState } from 'preact/hooks';
import { mayOperate, useLoaded } from '../../api.ts';
import { number } from '../../format.ts';
import { onKey } from '../../keys.ts';
import { Glyph } from '../../parts/glyph.tsx';
import { LoadState } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { WaiverForm } from '../../parts/waiverform.tsx';
import { go, place, withQuery } from '../../router.ts';
import { t } from '../../texts/index.ts';
import type { FindingsView, FindingView, MatrixView } from '../../views.ts';
import { Exports } from './exports.tsx';
import { Filters, filterNames } from './filters.tsx';
import { type Grouping, groupBy, groupings } from './grouping.ts';
import { FindingsTable } from './table.tsx';

const pageSize = 40;

/** The filters of the address, and nothing else, for the server. */
function asked(more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams();
  for (const name of filterNames) {
    for (const value of place.value.searchParams.getAll(name)) query.append(name, value);
  }
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `/api/v1/violations?${query}`;
}

export function Violations() {
  const after = place.value.searchParams.get('after');
  const wanted = place.value.searchParams.get('group');
  const grouping: Grouping = groupings.find((each) => each === wanted) ?? 'policy';
  const loaded = useLoaded<FindingsView>(
    asked({ limit: String(pageSize), total: 'true', ...(after === null ? {} : { after }) }),
  );
  const { data } = loaded;
  const [chosen, setChosen] = useState<ReadonlyMap<string, FindingView>>(new Map());
  const [waiving, setWaiving] = useState(false);
  const next = data?.next_cursor ?? null;
  useEffect(() => {
    const back = [
      onKey('n', () => next !== null && go(withQuery({ after: next }))),
      onKey('b', () => after !== null && history.back()),
      onKey('w', () => setWaiving(chosen.size > 0)),
      onKey('x', () => focusedBox()?.click()),
    ];
    return () => {
      for (const each of back) each();
    };
  });
  const toggle = (finding: FindingView): void => {
    const map = new Map(chosen);
    if (!map.delete(finding.uid)) map.set(finding.uid, finding);
    setChosen(map);
  };
  const done = (): void => {
    setWaiving(false);
    setChosen(new Map());
  };
  const total = data?.total === undefined ? '' : number(data.total);
  const whole = data?.total_capped === true ? t('list.more', { n: total }) : total;
  return (
    <>
      <Head title={t('nav.violations')}>
        {data !== null && t('list.shown', { n: number(data.violations.length), total: whole })}
      </Head>
      <div class="toolbar">
        <Filters />
        <fieldset class="groupings" aria-label={t('group.label')}>
          <span aria-hidden="true">{t('group.label')}</span>
          {groupings.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={grouping === each}
              onClick={() => go(withQuery({ group: each }))}
            >
              {t(`group.${each}`)}
            </button>
          ))}
        </fieldset>
      </div>
      <div class="bulk">
        {chosen.size > 0 && (
          <>
            <b>{t('list.selected', { n: number(chosen.size) })}</b>
            <button type="button" class="main" onClick={() => setWaiving(true)}>
              {t('finding.waive')}
            </button>
            <button type="button" onClick={() => setChosen(new Map())}>
              {t('list.clear')}
            </button>
          </>
        )}
        <Exports href={asked()} />
      </div>
      {waiving && chosen.size > 0 && <WaiverForm findings={[...chosen.values()]} onDone={done} />}
      <LoadState of={loaded} />
      {data !== null && (
        <section class="panel list">
          {data.violations.length === 0 ? (
            <Nothing />
          ) : (
            <FindingsTable
              groups={groupBy(data.violations, grouping)}
              grouping={grouping}
              selected={new Set(chosen.keys())}
              toggle={mayOperate() ? toggle : null}
            />
          )}
          <footer>
            <Unseen />
            <p class="pages">
              {after !== null && (
                <button type="button" onClick={() => history.back()}>
                  {t('list.back')} <kbd>b</kbd>
                </button>
              )}
              {next !== null && (
                <button type="button" onClick={() => go(withQuery({ after: next }))}>
                  {t('list.next')} <kbd>n</kbd>
                </button>
              )}
            </p>
          </footer>
        </section>
      )}
    </>
  );
}

const focusedBox = (): HTMLInputElement | null =>
  document.activeElement?.closest('tr')?.querySelector<HTMLInputElement>('input[type=checkbox]') ?? null;

function Nothing() {
  const filtered = filterNames.some((name) => place.value.searchParams.has(name));
  return (
    <p class="empty">
      {filtered ? (
        <>
          {t('list.none')} · <a href="/violations">{t('filter.reset')}</a>
        </>
      ) : (
        t('list.clean')
      )}
    </p>
  );
}

/** No list of violations without what was not seen beside it. */
function Unseen() {
  const { data } = useLoaded<MatrixView>('/api/v1/matrix');
  const target = place.value.searchParams.get('target');
  const unseen = data?.targets
    .filter(({ id }) => target === null || id === target)
    .reduce((sum, { totals }) => sum + totals.unknown, 0);
  return (
    <p>
      {unseen !== undefined && (
        <>
          <Glyph status="unknown" /> {t('list.unseen', { n: number(unseen) })}{' '}
          <a href={withQuery({ verdict: 'unknown', after: null, severity: null })}>{t('list.why')}</a>
        </>
      )}
    </p>
  );
}
