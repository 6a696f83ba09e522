import { useState } from 'preact/hooks';
import { t } from '../../texts/index.ts';

const forms = [
  ['CSV', 'text/csv', 'csv'],
  ['NDJSON', 'application/x-ndjson', 'ndjson'],
  ['SARIF', 'application/sarif+json', 'sarif.json'],
] as const;

/** Everything that the filters let through, not only the page that is shown. */
export function Exports({ href }: { href: string }) {
  const [problem, setProblem] = useState('');
  const save = async (type: string, ending: string): Promise<void> => {
    const response = await fetch(href, { headers: { accept: type } });
    if (!response.ok) {
      setProblem(t('state.error', { detail: String(response.status) }));
      return;
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await response.blob());
    link.download = `roomwarden-violations.${ending}`;
    link.click();
    URL.revokeObjectURL(link.href);
    setProblem('');
  };
  return (
    <span class="exports">
      {t('list.export')}{' '}
      {forms.map(([name, type, ending]) => (
        <button key={name} type="button" onClick={() => void save(type, ending)}>
          {name}
        </button>
      ))}
      <span role="alert" class="problem">
        {problem}
      </span>
    </span>
  );
}
