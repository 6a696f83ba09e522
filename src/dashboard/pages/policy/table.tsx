import { number, time } from '../../format.ts';
import { Glyph, type Status } from '../../parts/glyph.tsx';
import { t } from '../../texts/index.ts';
import { vendorName } from '../../vendors.ts';
import type { PreviewView } from '../../views.ts';

type TargetPreview = PreviewView['targets'][number];
type Transition = TargetPreview['transitions'][number];

/** What is worse comes first, then what would be better, then what nobody can say. */
export function PreviewTable({ found, stale }: { found: PreviewView; stale: boolean }) {
  const changed = found.targets.reduce((sum, target) => sum + target.changed, 0);
  const open = found.targets.filter(({ state }) => state !== 'judged').length;
  return (
    <>
      <p class={stale ? 'answer old' : 'answer'}>
        <b>{t(changed === 0 ? 'preview.none' : 'preview.some', { n: number(changed) })}</b>{' '}
        {open > 0 && t('preview.open', { n: open })} {!found.finished && t('preview.unfinished')}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard */}
      <section class="scroll" tabIndex={0} aria-label={t('preview.table')}>
        <table class="evidence">
          <thead>
            <tr>
              <th scope="col">{t('filter.target')}</th>
              <th scope="col">{t('preview.changes')}</th>
              <th scope="col" class="end">
                {t('preview.unseen')}
              </th>
              <th scope="col" class="end">
                {t('preview.same')}
              </th>
              <th scope="col">{t('row.asof')}</th>
            </tr>
          </thead>
          <tbody>
            {found.targets.map((target) => (
              <Row key={target.target} target={target} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Row({ target }: { target: TargetPreview }) {
  const { state, transitions } = target;
  const moves = transitions.filter(({ from, to, restated }) => from !== to || restated > 0);
  const still = transitions.filter(({ from, to }) => from === to && from !== 'unknown');
  const unseen = transitions.filter(({ from, to }) => from === 'unknown' && to === 'unknown');
  return (
    <tr class={state === 'judged' ? '' : 'hatched'}>
      <th scope="row">
        {target.target} <span class="note">{vendorName(target.vendor)}</span>
      </th>
      <td>
        {state !== 'judged' && <p>{t(`preview.state.${state}`)}</p>}
        {moves.map((move) => (
          <Move key={`${move.kind} ${move.from} ${move.to}`} move={move} />
        ))}
        {moves.length === 0 && state === 'judged' && '–'}
      </td>
      <td class="end">{number(sum(unseen))}</td>
      <td class="end">{number(sum(still))}</td>
      <td>{target.seen_at === null ? t('row.never') : time(target.seen_at)}</td>
    </tr>
  );
}

function Move({ move: { kind, from, to, count, restated } }: { move: Transition }) {
  if (from === to) {
    return (
      <p>
        <Glyph status="violation" /> {t('preview.restated', { n: number(restated) })}
      </p>
    );
  }
  return (
    <p>
      {t(`kind.${kind}`)}: <b>{number(count)}</b> × <Sign verdict={from} /> → <Sign verdict={to} />
    </p>
  );
}

function Sign({ verdict }: { verdict: Transition['from'] }) {
  const status: Status = verdict;
  return (
    <>
      <Glyph status={status} /> {t(`status.${status}`)}
    </>
  );
}

const sum = (transitions: readonly Transition[]): number =>
  transitions.reduce((total, { count }) => total + count, 0);
