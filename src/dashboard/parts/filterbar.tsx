import { useLayoutEffect } from 'preact/hooks';
import { go, place, withQuery } from '../router.ts';
import { t } from '../texts/index.ts';

export interface Choice {
  /** Parameter of the address. */
  name: string;
  label: string;
  /** The empty value takes the parameter away. */
  options: readonly (readonly [value: string, text: string])[];
}

interface FilterBarProps {
  choices: readonly Choice[];
  /** Parameters that `reset` takes away besides those of the choices. */
  more?: readonly string[];
}

/** On a narrow screen the filters are a page of their own: this parameter stands for it. */
const page = 'filters';

/** All of it stands in the address, so that a view can be passed on. */
export function FilterBar({ choices, more = [] }: FilterBarProps) {
  const query = place.value.searchParams;
  const names = [...choices.map(({ name }) => name), ...more];
  const given = names.filter((name) => query.has(name));
  const open = query.has(page);
  useLayoutEffect(() => {
    document.documentElement.toggleAttribute('data-filters', open);
    return () => document.documentElement.removeAttribute('data-filters');
  }, [open]);
  return (
    <>
      <a class="filterpage button" href={withQuery({ [page]: open ? null : '1' })}>
        {open ? t('filter.show') : t('filter.open', { n: given.length })}
      </a>
      <form class="filters" aria-label={t('filter.title')} onSubmit={(event) => event.preventDefault()}>
        {choices.map((choice) => (
          <Select key={choice.name} choice={choice} value={query.get(choice.name) ?? ''} />
        ))}
        {given.length > 0 && (
          <a href={withQuery(Object.fromEntries([...names, 'after'].map((name) => [name, null])))}>
            {t('filter.reset')}
            {given.includes('room') && ` (${t('filter.room')})`}
          </a>
        )}
      </form>
    </>
  );
}

function Select({ choice: { name, label, options }, value }: { choice: Choice; value: string }) {
  const listed = options.some(([each]) => each === value);
  return (
    <label>
      {label}
      <select
        value={value}
        onChange={({ currentTarget }) =>
          go(withQuery({ [name]: currentTarget.value === '' ? null : currentTarget.value, after: null }))
        }
      >
        {!listed && <option value={value}>{value}</option>}
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Parameters of a call: the filters of the address, and nothing else. */
export function asked(
  url: string,
  names: readonly string[],
  more: Readonly<Record<string, string | null | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const name of names) {
    for (const value of place.value.searchParams.getAll(name)) query.append(name, value);
  }
  for (const [name, value] of Object.entries(more)) if (value != null) query.set(name, value);
  return `${url}?${query}`;
}
