import { useLoaded } from '../../api.ts';
import { go, place, withQuery } from '../../router.ts';
import { say, t } from '../../texts/index.ts';
import { vendorName } from '../../vendors.ts';
import type { MatrixView } from '../../views.ts';

export const filterNames = [
  'target',
  'vendor',
  'policy',
  'severity',
  'verdict',
  'status',
  'kind',
  'room',
  'changed_since',
] as const;

const dayMs = 86_400_000;

interface Choice {
  name: string;
  label: string;
  options: readonly (readonly [string, string])[];
}

function choices(data: MatrixView | null): Choice[] {
  const any = ['', t('filter.any')] as const;
  const vendors = [...new Set(data?.targets.map(({ vendor }) => vendor))];
  return [
    {
      name: 'target',
      label: t('filter.target'),
      options: [any, ...(data?.targets.map(({ id }) => [id, id] as const) ?? [])],
    },
    {
      name: 'vendor',
      label: t('filter.vendor'),
      options: [any, ...vendors.map((id) => [id, vendorName(id)] as const)],
    },
    {
      name: 'policy',
      label: t('filter.policy'),
      options: [any, ...(data?.policies.map(({ id, title }) => [id, say(title)] as const) ?? [])],
    },
    {
      name: 'severity',
      label: t('filter.severity'),
      options: [
        any,
        ...(['critical', 'high', 'medium', 'low'] as const).map(
          (each) => [each, t('filter.from', { severity: t(`severity.${each}`) })] as const,
        ),
      ],
    },
    {
      name: 'verdict',
      label: t('filter.verdict'),
      options: [
        ['', t('status.violation')],
        ['unknown', t('status.unknown')],
        ['all', t('filter.both')],
      ],
    },
    {
      name: 'status',
      label: t('filter.status'),
      options: [
        ['', t('life.open')],
        ['waived', t('life.waived')],
        ['resolved', t('life.resolved')],
        ['closed', t('life.closed')],
        ['all', t('filter.any')],
      ],
    },
  ];
}

/** All of it stands in the address, so that a view can be passed on. */
export function Filters() {
  const { data } = useLoaded<MatrixView>('/api/v1/matrix');
  const query = place.value.searchParams;
  const room = query.get('room');
  const since = query.get('changed_since');
  const set = (name: string, value: string): void =>
    go(withQuery({ [name]: value === '' ? null : value, after: null }));
  const known = choices(data);
  return (
    <form class="filters" aria-label={t('filter.title')} onSubmit={(event) => event.preventDefault()}>
      {known.map(({ name, label, options }) => {
        const value = query.get(name) ?? '';
        const listed = options.some(([each]) => each === value);
        return (
          <label key={name}>
            {label}
            <select value={value} onChange={(event) => set(name, event.currentTarget.value)}>
              {!listed && <option value={value}>{value}</option>}
              {options.map(([each, text]) => (
                <option key={each} value={each}>
                  {text}
                </option>
              ))}
            </select>
          </label>
        );
      })}
      <label>
        {t('filter.since')}
        <select
          value={since === null ? '' : since}
          onChange={(event) => set('changed_since', event.currentTarget.value)}
        >
          <option value="">{t('filter.always')}</option>
          {[1, 7, 30].map((days) => (
            <option key={days} value={new Date(startOfDay() - days * dayMs).toISOString()}>
              {t('filter.days', { n: days })}
            </option>
          ))}
          {since !== null && <option value={since}>{since.slice(0, 10)}</option>}
        </select>
      </label>
      {filterNames.some((name) => query.has(name)) && (
        <a href="/violations">
          {t('filter.reset')}
          {room !== null && ` (${t('filter.room')})`}
        </a>
      )}
    </form>
  );
}

const startOfDay = (): number => new Date().setHours(0, 0, 0, 0);
