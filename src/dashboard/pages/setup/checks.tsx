import { Glyph } from '../../parts/glyph.tsx';
import { Panel } from '../../parts/panel.tsx';
import { say, t } from '../../texts/index.ts';
import { s } from '../../texts/setup.ts';
import type { LastLine, SourceLine } from './stream.ts';

const signs = {
  ok: 'pass',
  partial: 'unknown',
  failed: 'unknown',
  not_configured: 'unknown',
} as const;

interface ChecksProps {
  lines: readonly SourceLine[];
  last: LastLine | null;
  error: string;
}

/** What the server answers, source by source; each hole with exactly what would fill it. */
export function Checks({ lines, last, error }: ChecksProps) {
  const answering = lines.filter(({ state }) => state === 'ok' || state === 'partial').length;
  const problem = error !== '' ? error : last?.problem == null ? '' : say(last.problem);
  return (
    <Panel title={s('step.check')} note={s('step', { n: 3 })} class="scroll">
      <p role="status" class="answer">
        {last === null && error === '' ? s('checking', { n: lines.length }) : null}
        {last !== null && problem === '' && s('checked', { n: answering, total: lines.length })}
      </p>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {lines.length > 0 && (
        <table class="evidence checks">
          <thead>
            <tr>
              <th scope="col">{t('targets.source')}</th>
              <th scope="col">{t('targets.state')}</th>
              <th scope="col">{s('says')}</th>
              <th scope="col">{s('remedy')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ source, state, message, remedy }) => (
              <tr key={source} class={state === 'ok' ? '' : 'hatched'}>
                <th scope="row">
                  <code>{source}</code>
                </th>
                <td>
                  <Glyph status={signs[state]} /> {s(`state.${state}`)}
                </td>
                <td>{say(message)}</td>
                <td>{remedy === undefined ? '–' : say(remedy)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
