import { useState } from 'preact/hooks';
import { useLoaded } from '../../api.ts';
import { number } from '../../format.ts';
import { asked } from '../../parts/filterbar.tsx';
import { Weight } from '../../parts/glyph.tsx';
import { Name } from '../../parts/name.tsx';
import { Value } from '../../parts/value.tsx';
import { withQuery } from '../../router.ts';
import { say, t } from '../../texts/index.ts';
import type { FindingsView, FindingView, GroupView } from '../../views.ts';
import { filterNames } from './filters.tsx';
import { type Choosing, columnsOf, FindingRow, FindingsTable } from './table.tsx';

/** Unfolded when the list is opened. */
const unfolded = 3;
/** Rows of a group that are shown here; all of them stand in a list of their own. */
const shown = 8;

/** Groups over everything that the filters let through; rows are read when a group is unfolded. */
export function GroupedTable({ groups, choosing }: { groups: readonly GroupView[]; choosing: Choosing }) {
  return (
    <FindingsTable choosing={choosing}>
      {groups.map((group, at) => (
        <Group key={JSON.stringify(group.filter)} group={group} open={at < unfolded} choosing={choosing} />
      ))}
    </FindingsTable>
  );
}

interface GroupProps {
  group: GroupView;
  open: boolean;
  choosing: Choosing;
}

function Group({ group, open: atFirst, choosing }: GroupProps) {
  const [open, setOpen] = useState(atFirst);
  const { filter, count } = group;
  const url = asked('/api/v1/violations', filterNames, { ...filter, limit: String(shown) });
  const rows = useLoaded<FindingsView>(open ? url : null).data?.violations ?? null;
  const { toggle, chosen } = choosing;
  const all = rows !== null && rows.length > 0 && rows.every(({ uid }) => chosen.has(uid));
  return (
    <tbody>
      <tr class="group">
        {toggle !== null && (
          <td class="choose">
            {rows !== null && (
              <input
                type="checkbox"
                checked={all}
                aria-label={t('group.select', { n: number(rows.length) })}
                onChange={() => toggle(rows, !all)}
              />
            )}
          </td>
        )}
        <th colSpan={columnsOf(choosing) - (toggle === null ? 0 : 1)} scope="rowgroup">
          <span class="groupname">
            <button
              type="button"
              class="fold"
              data-stop
              tabIndex={-1}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              <GroupName of={group} />
            </button>
            <Weight severity={group.worst} /> <small>{t(`severity.${group.worst}`)}</small>{' '}
            <small>{group.policy?.clauses.join(', ')}</small>
            <span class="end">
              <b>{number(count)}</b>{' '}
              {group.targets.length === 1
                ? t('group.on', { target: group.targets[0] ?? '' })
                : t('group.across', { n: number(group.targets.length) })}
            </span>
          </span>
        </th>
      </tr>
      {open && rows === null && <Waiting rows={Math.min(count, shown)} columns={columnsOf(choosing)} />}
      {open && rows?.map((finding) => <FindingRow key={finding.uid} {...{ finding, choosing }} />)}
      {open && count > shown && <More group={group} columns={columnsOf(choosing)} />}
    </tbody>
  );
}

/** As high as what comes, so that nothing moves. */
function Waiting({ rows, columns }: { rows: number; columns: number }) {
  return (
    <>
      {Array.from({ length: rows }, (_, at) => (
        <tr key={at} class="waiting">
          <td colSpan={columns}>{at === 0 ? t('state.loading') : ' '}</td>
        </tr>
      ))}
    </>
  );
}

function More({ group: { filter, count, cause }, columns }: { group: GroupView; columns: number }) {
  return (
    <tr class="rest">
      <td colSpan={columns}>
        <a href={withQuery({ ...filter, group: 'none', after: null })}>
          {t('group.more', { n: number(count - shown) })}
        </a>
        {cause !== undefined && ` · ${t('group.onestep')}`}
      </td>
    </tr>
  );
}

function GroupName({ of: { policy, room, cause, filter, targets } }: { of: GroupView }) {
  if (policy !== undefined) return <>{say(policy.title)}</>;
  if (room !== undefined) return <Name name={room.name ?? room.id ?? room.ref} />;
  if (cause === undefined) return <>{filter.target ?? targets[0]}</>;
  if ('fill' in cause) return <>{t(`fill.${cause.fill.kind}`, { name: cause.fill.name })}</>;
  const { layer, path, value } = cause.setting;
  return (
    <>
      {t(`layer.${layer}`)}: <code>{path}</code> = <Value value={value} />
    </>
  );
}

export type Toggle = (findings: readonly FindingView[], on: boolean) => void;
