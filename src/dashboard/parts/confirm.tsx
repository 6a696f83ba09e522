import { useState } from 'preact/hooks';
import { t } from '../texts/index.ts';

interface ConfirmProps {
  /** What the button says at first. */
  label: string;
  /** What happens, in one sentence, before it does. */
  question: string;
  act: () => Promise<unknown>;
}

/** What cannot be taken back asks once more, in its place and not in a window above it. */
export function Confirm({ label, question, act }: ConfirmProps) {
  const [asking, ask] = useState(false);
  const [problem, setProblem] = useState('');
  const sure = async (): Promise<void> => {
    try {
      await act();
      ask(false);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  if (!asking) {
    return (
      <button type="button" onClick={() => ask(true)}>
        {label} …
      </button>
    );
  }
  return (
    <fieldset class="confirm" aria-label={question}>
      <p role="status">{question}</p>
      <button type="button" class="main" onClick={() => void sure()}>
        {label}
      </button>
      <button type="button" ref={(button) => button?.focus()} onClick={() => ask(false)}>
        {t('waiver.cancel')}
      </button>
      <p role="alert" class="problem">
        {problem}
      </p>
    </fieldset>
  );
}
