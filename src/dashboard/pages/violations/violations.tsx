import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { mayOperate, useLoaded } from '../../api.ts';
import { number } from '../../format.ts';
import { onKey } from '../../keys.ts';
import { asked } from '../../parts/filterbar.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { Pager } from '../../parts/pager.tsx';
import { LoadState } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { WaiverForm } from '../../parts/waiverform.tsx';
import { go, place, withQuery } from '../../router.ts';
import { t } from '../../texts/index.ts';
import type { FindingsView, FindingView, GroupsView, MatrixView } from '../../views.ts';
import { rescan } from '../finding/side.tsx';
import { Exports } from './exports.tsx';
import { Filters, filterNames } from './filters.tsx';
import { GroupedTable } from './groups.tsx';
import { type Choosing, FindingRow, FindingsTable } from './table.tsx';

const pageSize = '40';
const groupings = ['policy', 'room', 'target', 'cause', 'none'] as const;
type Grouping = (typeof groupings)[number];

function groupingOf(): Grouping {
  const wanted = place.value.searchParams.get('group');
  return groupings.find((each) => each === wanted) ?? 'policy';
}

export function Violations() {
  const grouping = groupingOf();
  const { choosing, clear, list } = useChoice();
  const [waiving, setWaiving] = useState(false);
  const { chosen } = choosing;
  useLayoutEffect(() => onKey('w', () => setWaiving(chosen.size > 0)));
  const done = (left: readonly FindingView[]): void => {
    setWaiving(false);
    clear(left);
  };
  return (
    <>
      <Head title={t('nav.violations')}>
        <Total />
      </Head>
      <div class="toolbar">
        <Filters />
      </div>
      <div class="bulk">
        <fieldset class="groupings" aria-label={t('group.label')}>
          <span aria-hidden="true">{t('group.label')}</span>
          {groupings.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={grouping === each}
              onClick={() => go(withQuery({ group: each, after: null }))}
            >
              {t(`group.${each}`)}
            </button>
          ))}
        </fieldset>
        <span class="chosen" role="status">
          {chosen.size > 0 && <Bulk {...{ chosen, clear }} waive={() => setWaiving(true)} />}
        </span>
        <Exports href={asked('/api/v1/violations', filterNames)} />
      </div>
      {waiving && chosen.size > 0 && <WaiverForm findings={[...chosen.values()]} onDone={done} />}
      <div ref={list}>
        {grouping === 'none' ? (
          <Flat choosing={choosing} />
        ) : (
          <Grouped by={grouping} key={grouping} choosing={choosing} />
        )}
      </div>
    </>
  );
}

/** What is chosen, by pointer or by `x`; `Shift+x` goes on from the last one to this. */
function useChoice() {
  const [chosen, choose] = useState<ReadonlyMap<string, FindingView>>(new Map());
  const list = useRef<HTMLDivElement>(null);
  const last = useRef<HTMLInputElement | null>(null);
  const toggle = (findings: readonly FindingView[], on: boolean): void =>
    choose((before) => {
      const map = new Map(before);
      for (const finding of findings) {
        if (on) map.set(finding.uid, finding);
        else map.delete(finding.uid);
      }
      return map;
    });
  useLayoutEffect(() => {
    const back = [
      onKey('x', () => {
        last.current = boxOf(document.activeElement);
        last.current?.click();
      }),
      onKey('X', () => {
        const boxes = [
          ...(list.current?.querySelectorAll<HTMLInputElement>('tr:not(.group) .choose input') ?? []),
        ];
        const ends = [last.current, boxOf(document.activeElement)].map((box) => boxes.indexOf(box as never));
        if (ends.includes(-1)) return;
        for (const box of boxes.slice(Math.min(...ends), Math.max(...ends) + 1))
          if (!box.checked) box.click();
      }),
      onKey('Escape', () => choose(new Map())),
    ];
    return () => {
      for (const each of back) each();
    };
  });
  const choosing: Choosing = { chosen, toggle: mayOperate() ? toggle : null };
  const clear = (left: readonly FindingView[] = []): void =>
    choose(new Map(left.map((finding) => [finding.uid, finding])));
  return { choosing, clear, list };
}

const boxOf = (element: Element | null): HTMLInputElement | null =>
  element?.closest('tr')?.querySelector<HTMLInputElement>('input[type=checkbox]') ?? null;

interface BulkProps {
  chosen: Choosing['chosen'];
  waive: () => void;
  clear: () => void;
}

function Bulk({ chosen, waive, clear }: BulkProps) {
  const [said, say] = useState('');
  const again = async (): Promise<void> => {
    const targets = [...new Set([...chosen.values()].map(({ target }) => target))];
    try {
      for (const target of targets) await rescan(target);
      say(t('finding.started'));
    } catch (error) {
      say((error as Error).message);
    }
  };
  return (
    <>
      <b>{t('list.selected', { n: number(chosen.size) })}</b>
      <button type="button" class="main" onClick={waive}>
        {t('finding.waive')} <kbd>w</kbd>
      </button>
      <button type="button" onClick={() => void again()}>
        {t('finding.rescan')}
      </button>
      <button type="button" onClick={() => clear()}>
        {t('list.clear')} <kbd>Esc</kbd>
      </button>
      <span>{said}</span>
    </>
  );
}

function Total() {
  const { data } = useLoaded<FindingsView>(
    asked('/api/v1/violations', filterNames, { limit: '1', total: 'true' }),
  );
  if (data?.total === undefined) return null;
  const total = number(data.total);
  return <>{t('list.total', { n: data.total_capped === true ? t('list.more', { n: total }) : total })}</>;
}

function Flat({ choosing }: { choosing: Choosing }) {
  const after = place.value.searchParams.get('after');
  const loaded = useLoaded<FindingsView>(
    asked('/api/v1/violations', filterNames, { after, limit: pageSize }),
  );
  const { data } = loaded;
  return (
    <>
      <LoadState of={loaded} />
      {data !== null && (
        <section class="panel list" aria-label={t('nav.violations')}>
          {data.violations.length === 0 ? (
            <Nothing />
          ) : (
            <FindingsTable choosing={choosing}>
              <tbody>
                {data.violations.map((finding) => (
                  <FindingRow key={finding.uid} {...{ finding, choosing }} />
                ))}
              </tbody>
            </FindingsTable>
          )}
          <Foot next={data.next_cursor} />
        </section>
      )}
    </>
  );
}

function Grouped({ by, choosing }: { by: Exclude<Grouping, 'none'>; choosing: Choosing }) {
  const after = place.value.searchParams.get('after');
  const loaded = useLoaded<GroupsView>(
    asked('/api/v1/violations/groups', filterNames, { by, after, limit: pageSize }),
  );
  const { data } = loaded;
  const rest = data?.rest ?? 0;
  return (
    <>
      <LoadState of={loaded} />
      {data !== null && (
        <section class="panel list" aria-label={t('nav.violations')}>
          {data.groups.length === 0 && rest === 0 ? (
            <Nothing />
          ) : (
            <GroupedTable groups={data.groups} choosing={choosing} />
          )}
          {rest > 0 && (
            <p class="rest">
              <a
                href={withQuery({
                  ...(by === 'cause' ? { cause: 'none' } : {}),
                  group: by === 'cause' ? 'policy' : 'target',
                  after: null,
                })}
              >
                {t(by === 'cause' ? 'group.alone' : 'group.noroom', {
                  n: data.rest_capped === true ? t('list.more', { n: number(rest) }) : number(rest),
                })}
              </a>
            </p>
          )}
          <Foot next={data.next_cursor} />
        </section>
      )}
    </>
  );
}

function Foot({ next }: { next: string | null }) {
  return (
    <footer>
      <Unseen />
      <p class="keys" aria-hidden="true">
        <kbd>j k</kbd> {t('keys.move')} <kbd>x</kbd> {t('keys.select')} <kbd>Enter</kbd> {t('keys.open')}
      </p>
      <Pager next={next} />
    </footer>
  );
}

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
          <a href={withQuery({ verdict: 'unknown', group: 'cause', after: null, severity: null })}>
            {t('list.why')}
          </a>
        </>
      )}
    </p>
  );
}
