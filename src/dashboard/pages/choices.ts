import type { Choice } from '../parts/filterbar.tsx';
import { say, t } from '../texts/index.ts';
import type { MatrixView } from '../views.ts';

/** Filters by system and policy, from what is configured. */
export function targetChoices(data: MatrixView | null, policies = true): Choice[] {
  const any = ['', t('filter.any')] as const;
  const targets: Choice = {
    name: 'target',
    label: t('filter.target'),
    options: [any, ...(data?.targets.map(({ id }) => [id, id] as const) ?? [])],
  };
  if (!policies) return [targets];
  return [
    targets,
    {
      name: 'policy',
      label: t('filter.policy'),
      options: [any, ...(data?.policies.map(({ id, title }) => [id, say(title)] as const) ?? [])],
    },
  ];
}
