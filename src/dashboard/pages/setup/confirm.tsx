import { useState } from 'preact/hooks';
import { installation } from '../../installation.ts';
import { Panel } from '../../parts/panel.tsx';
import { s } from '../../texts/setup.ts';
import { type Asked, type LastLine, problemOf } from './stream.ts';

interface Done {
  target: string;
  scan: string | null;
}

interface ConfirmProps {
  asked: Asked;
  last: LastLine;
  onDone: (done: Done) => void;
}

/** Nothing is written before this button; where nothing can be written, the same text is there to copy. */
export function Confirm({ asked, last, onDone }: ConfirmProps) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const obstacle = installation.value?.obstacle ?? null;
  const write = async (): Promise<void> => {
    setBusy(true);
    const response = await fetch('/api/v1/setup/targets', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-requested-with': 'roomwarden' },
      body: JSON.stringify(asked),
    }).catch(() => null);
    setBusy(false);
    if (response === null) setProblem(s('offline'));
    else if (response.ok) onDone((await response.json()) as Done);
    else setProblem((await problemOf(response)).message);
  };
  return (
    <Panel title={s('step.write')} note={s('step', { n: 4 })} class="setup">
      <p>{s(obstacle === null ? 'writes' : `obstacle.${obstacle}`)}</p>
      <p class="note">
        <code>{obstacle === null ? last.file : 'roomwarden.yaml'}</code>
      </p>
      <pre class="copy">{last.text}</pre>
      {last.secrets.length > 0 && (
        <>
          <p>{s(obstacle === null ? 'secrets' : 'secrets.copy')}</p>
          <ul>
            {last.secrets.map((file) => (
              <li key={file}>
                <code>{file}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      {obstacle === null && (
        <p class="buttons">
          <button type="button" class="main" disabled={busy} onClick={write}>
            {s('write')}
          </button>
        </p>
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
    </Panel>
  );
}
