import { useLayoutEffect } from 'preact/hooks';
import { onKey } from '../keys.ts';
import { go, place, withQuery } from '../router.ts';
import { t } from '../texts/index.ts';

/** Pages by cursor: there are no numbers, and back is where one came from. */
export function Pager({ next }: { next: string | null }) {
  const after = place.value.searchParams.get('after');
  const forward = (): void => {
    if (next !== null) go(withQuery({ after: next }), false, { paged: true });
  };
  // Opened at its address, there is no page before in the browser's memory: then from the beginning.
  const back = (): void => {
    if (after === null) return;
    if (history.state?.paged === true) history.back();
    else go(withQuery({ after: null }), true);
  };
  useLayoutEffect(() => {
    const takeBack = [onKey('n', forward), onKey('b', back)];
    return () => {
      for (const each of takeBack) each();
    };
  });
  return (
    <p class="pages">
      {after !== null && (
        <button type="button" onClick={back}>
          {t('list.back')} <kbd>b</kbd>
        </button>
      )}
      {next !== null && (
        <button type="button" onClick={forward}>
          {t('list.next')} <kbd>n</kbd>
        </button>
      )}
    </p>
  );
}
