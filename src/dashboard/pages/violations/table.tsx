import { clock, day, number } from '../../format.ts';
import { Glyph, statusOf, Weight } from '../../parts/glyph.tsx';
import { Name } from '../../parts/name.tsx';
import { Subject } from '../../parts/subject.tsx';
import { say, t, tOr } from '../../texts/index.ts';
import type { FindingView } from '../../views.ts';
import { useRoving } from '../overview/grid.ts';
import { causeOf, type Group, type Grouping } from './grouping.ts';

interface TableProps {
  groups: readonly Group[];
  grouping: Grouping;
  selected: ReadonlySet<string>;
  /** Null: the caller may not give waivers. */
  toggle: ((finding: FindingView) => void) | null;
}

export function FindingsTable({ groups, grouping, selected, toggle }: TableProps) {
  const table = useRoving<HTMLTableElement>();
  const columns = toggle === null ? 6 : 7;
  return (
    <table class="findings" ref={table}>
      <thead>
        <tr>
          {toggle !== null && <td />}
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
      {groups.map(({ key, findings }) => (
        <tbody key={key}>
          <tr class="group">
            <th colSpan={columns} scope="rowgroup">
              <GroupName grouping={grouping} findings={findings} />
            </th>
          </tr>
          {findings.map((finding) => (
            <Row key={finding.uid} finding={finding} chosen={selected.has(finding.uid)} toggle={toggle} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function GroupName({ grouping, findings }: { grouping: Grouping; findings: readonly FindingView[] }) {
  const [first] = findings;
  if (first === undefined) return null;
  const count = <span class="end">{t('list.count', { n: number(findings.length) })}</span>;
  if (grouping === 'target')
    return (
      <span class="groupname">
        {first.target} {count}
      </span>
    );
  if (grouping === 'room') {
    return (
      <span class="groupname">
        <Subject of={first} /> <small>{first.target}</small> {count}
      </span>
    );
  }
  if (grouping === 'cause') {
    const cause = causeOf(first);
    return (
      <span class="groupname">
        {cause === null ? t('group.none') : <Name name={cause} most={120} />} {count}
      </span>
    );
  }
  return (
    <span class="groupname">
      {say(first.title)} <Weight severity={first.severity} /> <small>{tOr('severity', first.severity)}</small>{' '}
      <small>{first.clauses.join(', ')}</small> {count}
    </span>
  );
}

interface RowProps {
  finding: FindingView;
  chosen: boolean;
  toggle: TableProps['toggle'];
}

function Row({ finding, chosen, toggle }: RowProps) {
  const status = statusOf(finding);
  const hatched = status === 'unknown' || status === 'stale';
  return (
    <tr class={`${hatched ? 'hatched' : ''} ${chosen ? 'chosen' : ''}`}>
      {toggle !== null && (
        <td class="choose">
          <input
            type="checkbox"
            checked={chosen}
            aria-label={t('list.select', { name: say(finding.title) })}
            onChange={() => toggle(finding)}
          />
        </td>
      )}
      <td class="verdict">
        <Glyph status={status} /> {t(`status.${status}`)}
      </td>
      <td class="subject">
        <a href={`/violations/${finding.uid}`} data-stop tabIndex={-1}>
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
