import { useState } from 'preact/hooks';
import { send } from '../api.ts';
import { number } from '../format.ts';
import { t } from '../texts/index.ts';
import type { FindingView } from '../views.ts';
import { dayFromNow, Field, given } from './field.tsx';
import { Weight } from './glyph.tsx';

const order = ['critical', 'high', 'medium', 'low', 'info'] as const;

interface WaiverFormProps {
  findings: readonly FindingView[];
  /** With those for which none could be given. */
  onDone: (left: readonly FindingView[]) => void;
}

/** A dated, justified exception for each of these findings. */
export function WaiverForm({ findings, onDone }: WaiverFormProps) {
  const [problem, setProblem] = useState('');
  const [left, setLeft] = useState(findings);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const words = given(event.currentTarget as HTMLFormElement);
    let rest = left;
    try {
      for (const { uid, policy, target } of left) {
        await send('POST', '/api/v1/waivers', { policy, target, finding: uid, ...words });
        rest = rest.slice(1);
      }
      onDone([]);
    } catch (error) {
      setLeft(rest);
      const done = findings.length - rest.length;
      const detail = (error as Error).message;
      setProblem(
        done === 0 ? detail : t('waiver.part', { done: number(done), all: number(findings.length), detail }),
      );
    }
  };
  return (
    <form class="panel editor waiver" onSubmit={submit} aria-label={t('waiver.title')}>
      <header>
        <h2>{t('waiver.title')}</h2>
        <span class="note">
          {t('list.selected', { n: number(left.length) })}
          {order
            .map((each) => [each, left.filter(({ severity }) => severity === each).length] as const)
            .filter(([, count]) => count > 0)
            .map(([each, count]) => (
              <span key={each} class="severity">
                <Weight severity={each} /> {number(count)} {t(`severity.${each}`)}
              </span>
            ))}
        </span>
      </header>
      <div class="fields">
        <Field id="waiver-reason" label={t('waiver.reason')}>
          <textarea id="waiver-reason" name="reason" required maxLength={2000} rows={2} />
        </Field>
        <Field id="waiver-owner" label={t('waiver.owner')} hint={t('form.office')}>
          <input
            id="waiver-owner"
            name="owner"
            required
            maxLength={200}
            aria-describedby="waiver-owner-hint"
          />
        </Field>
        <Field id="waiver-until" label={t('waiver.until')}>
          <input id="waiver-until" name="until" type="date" required min={dayFromNow(0)} />
        </Field>
        <Field id="waiver-ticket" label={t('waiver.ticket')}>
          <input id="waiver-ticket" name="ticket" maxLength={200} />
        </Field>
        <Field id="waiver-approved_by" label={t('waiver.approved')} hint={t('waiver.optional')}>
          <input
            id="waiver-approved_by"
            name="approved_by"
            maxLength={200}
            aria-describedby="waiver-approved_by-hint"
          />
        </Field>
      </div>
      <p role="alert" class="problem">
        {problem}
      </p>
      <p class="buttons">
        <button type="submit" class="main">
          {t('waiver.do')}
        </button>
        <button type="button" onClick={() => onDone(left)}>
          {t('waiver.cancel')}
        </button>
      </p>
    </form>
  );
}
