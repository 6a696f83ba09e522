import type { ComponentChildren } from 'preact';
import { clock, day } from '../../format.ts';
import { Glyph, statusOf } from '../../parts/glyph.tsx';
import { Subject } from '../../parts/subject.tsx';
import { say, t } from '../../texts/index.ts';
import { noteTrail } from '../../trail.ts';
import type { FindingView } from '../../views.ts';
import { useRoving } from '../overview/grid.ts';

export interface Choosing {
  chosen: ReadonlyMap<string, FindingView>;
  /** Null: the caller may not give waivers. */
  toggle: ((findings: readonly FindingView[], on: boolean) => void) | null;
}

export const columnsOf = ({ toggle }: Choosing): number => (toggle === null ? 6 : 7);

export function FindingsTable({ choosing, children }: { choosing: Choosing; children: ComponentChildren }) {
  const table = useRoving<HTMLTableElement>();
  return (
    <table class="findings" ref={table}>
      <thead>
        <tr>
          {choosing.toggle !== null && <td />}
          <th scope="col">{t('list.verdict')}</th>
          <th scope="col">{t('list.subject')}</th>
          <th scope="col">{t('list.target')}</th>
          <th scope="col">{t('list.finding')}</th>
          <th scope="col" class="end">
            {t('list.since')}
          </th>
          <th scope="col" class="end">
            {t('list.seen')}
          </th>
        </tr>
      </thead>
      {children}
    </table>
  );
}

export function FindingRow({ finding, choosing }: { finding: FindingView; choosing: Choosing }) {
  const status = statusOf(finding);
  const hatched = status === 'unknown' || status === 'stale';
  const { chosen, toggle } = choosing;
  const on = chosen.has(finding.uid);
  return (
    <tr class={`${hatched ? 'hatched' : ''} ${on ? 'chosen' : ''}`}>
      {toggle !== null && (
        <td class="choose">
          <input
            type="checkbox"
            checked={on}
            aria-label={t('list.select', { name: say(finding.title) })}
            onChange={() => toggle([finding], !on)}
          />
        </td>
      )}
      <td class="verdict">
        <Glyph status={status} /> {t(`status.${status}`)}
      </td>
      <td class="subject">
        <a
          href={`/violations/${finding.uid}`}
          data-stop
          data-uid={finding.uid}
          tabIndex={-1}
          onClick={(event) => noteTrail(event.currentTarget.closest('table'))}
        >
          <Subject of={finding} />
        </a>
      </td>
      <td class="target">{finding.target}</td>
      <td class="message">{say(finding.message)}</td>
      <td class="end">{finding.opened_at === undefined ? '–' : day(finding.opened_at)}</td>
      <td class="end">{finding.last_seen_at === undefined ? '–' : clock(finding.last_seen_at)}</td>
    </tr>
  );
}
