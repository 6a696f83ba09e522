import { say, t } from '../texts/index.ts';
import type { MatrixTarget, PolicyView } from '../views.ts';
import { Field } from './field.tsx';

interface PolicyFieldProps {
  id: string;
  policies: readonly Pick<PolicyView, 'id' | 'title'>[];
  value: string;
  onChange: (policy: string) => void;
}

/** For forms: one policy, as `policy`. */
export function PolicyField({ id, policies, value, onChange }: PolicyFieldProps) {
  return (
    <Field id={id} label={t('finding.policy')}>
      <select
        id={id}
        name="policy"
        required
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="">{t('form.choose')}</option>
        {policies.map((policy) => (
          <option key={policy.id} value={policy.id}>
            {say(policy.title)}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface TargetFieldProps {
  id: string;
  targets: readonly Pick<MatrixTarget, 'id'>[];
  wanted: string | null | undefined;
}

/** For forms: one target, as `target`. */
export function TargetField({ id, targets, wanted }: TargetFieldProps) {
  return (
    <Field id={id} label={t('filter.target')}>
      <select id={id} name="target" required>
        <option value="">{t('form.choose')}</option>
        {targets.map((target) => (
          <option key={target.id} value={target.id} selected={target.id === wanted}>
            {target.id}
          </option>
        ))}
      </select>
    </Field>
  );
}
