import { useState } from 'preact/hooks';
import { useLoaded } from '../api.ts';
import { go, violationsHref } from '../router.ts';
import { say, t } from '../texts/index.ts';
import type { MatrixView } from '../views.ts';

const shown = 8;

/** Targets and policies by name; Enter opens the first. */
export function Search() {
  const [text, setText] = useState('');
  const { data } = useLoaded<MatrixView>(text === '' ? null : '/api/v1/matrix');
  const wanted = text.trim().toLocaleLowerCase();
  const hits =
    data === null || wanted === ''
      ? []
      : [
          ...data.targets.map(({ id }) => ({ label: id, href: violationsHref({ target: id }) })),
          ...data.policies.map(({ id, title }) => ({ label: say(title), href: `/policies/${id}` })),
        ]
          .filter(({ label }) => label.toLocaleLowerCase().includes(wanted))
          .slice(0, shown);
  const open = (href: string | undefined): void => {
    if (href === undefined) return;
    setText('');
    go(href);
  };
  return (
    <search class="search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          open(hits[0]?.href);
        }}
      >
        <input
          type="search"
          id="search"
          aria-label={t('search.label')}
          placeholder={t('search.placeholder')}
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <kbd>/</kbd>
      </form>
      {wanted !== '' && data !== null && (
        <ul class="hits">
          {hits.map(({ label, href }) => (
            <li key={href}>
              <a href={href} onClick={() => setText('')}>
                {label}
              </a>
            </li>
          ))}
          {hits.length === 0 && <li>{t('search.none')}</li>}
        </ul>
      )}
    </search>
  );
}
