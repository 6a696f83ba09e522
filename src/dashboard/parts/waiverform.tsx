import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { number } from '../format.ts';
import { t } from '../texts/index.ts';
import type { FindingView } from '../views.ts';

const fields = [
  { name: 'reason', label: 'waiver.reason', type: 'text', required: true },
  { name: 'owner', label: 'waiver.owner', type: 'text', required: true },
  { name: 'ticket', label: 'waiver.ticket', type: 'text', required: false },
  { name: 'until', label: 'waiver.until', type: 'date', required: true },
  { name: 'approved_by', label: 'waiver.approved', type: 'text', required: false },
] as const;

/** A dated, justified exception for each of these findings. */
export function WaiverForm({ findings, onDone }: { findings: readonly FindingView[]; onDone: () => void }) {
  const [problem, setProblem] = useState('');
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const given = fields.flatMap(({ name }) => {
      const value = String(data.get(name) ?? '').trim();
      return value === '' ? [] : [[name, value] as const];
    });
    try {
      for (const { uid, policy, target } of findings) {
        await send('POST', '/api/v1/waivers', { policy, target, finding: uid, ...Object.fromEntries(given) });
      }
      onDone();
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <form class="panel waiver" onSubmit={submit} aria-label={t('waiver.title')}>
      <header>
        <h2>{t('waiver.title')}</h2>
        <span class="note">{t('list.selected', { n: number(findings.length) })}</span>
      </header>
      {fields.map(({ name, label, type, required }) => (
        <label key={name} for={`waiver-${name}`}>
          {t(label)}
          <Field name={name} type={type} required={required} />
        </label>
      ))}
      <p role="alert" class="problem">
        {problem}
      </p>
      <p class="buttons">
        <button type="submit" class="main">
          {t('waiver.do')}
        </button>
        <button type="button" onClick={onDone}>
          {t('waiver.cancel')}
        </button>
      </p>
    </form>
  );
}

interface FieldProps {
  name: string;
  type: 'text' | 'date';
  required: boolean;
}

function Field({ name, type, required }: FieldProps) {
  if (type === 'date') return <input id={`waiver-${name}`} name={name} type="date" required={required} />;
  return <input id={`waiver-${name}`} name={name} type="text" required={required} maxLength={500} />;
}
