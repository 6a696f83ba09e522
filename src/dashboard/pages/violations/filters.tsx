import { useLoaded } from '../../api.ts';
import { type Choice, FilterBar } from '../../parts/filterbar.tsx';
import { place } from '../../router.ts';
import { t } from '../../texts/index.ts';
import { vendorName } from '../../vendors.ts';
import type { MatrixView } from '../../views.ts';
import { targetChoices } from '../choices.ts';

export const filterNames = [
  'target',
  'vendor',
  'policy',
  'severity',
  'verdict',
  'status',
  'kind',
  'room',
  'cause',
  'changed_since',
] as const;

const dayMs = 86_400_000;

function choices(data: MatrixView | null, since: string | null): Choice[] {
  const any = ['', t('filter.any')] as const;
  const vendors = [...new Set(data?.targets.map(({ vendor }) => vendor))];
  const [target, policy] = targetChoices(data);
  return [
    ...(target === undefined ? [] : [target]),
    {
      name: 'vendor',
      label: t('filter.vendor'),
      options: [any, ...vendors.map((id) => [id, vendorName(id)] as const)],
    },
    ...(policy === undefined ? [] : [policy]),
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
    {
      name: 'changed_since',
      label: t('filter.since'),
      options: [
        ['', t('filter.always')],
        ...[1, 7, 30].map(
          (days) =>
            [new Date(startOfDay() - days * dayMs).toISOString(), t('filter.days', { n: days })] as const,
        ),
        ...(since === null ? [] : [[since, since.slice(0, 10)] as const]),
      ],
    },
  ];
}

export function Filters() {
  const { data } = useLoaded<MatrixView>('/api/v1/matrix');
  const since = place.value.searchParams.get('changed_since');
  return <FilterBar choices={choices(data, since)} more={['room', 'kind', 'cause']} />;
}

const startOfDay = (): number => new Date().setHours(0, 0, 0, 0);
