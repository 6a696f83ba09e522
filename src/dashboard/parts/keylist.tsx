import { useLayoutEffect, useRef } from 'preact/hooks';
import { letters, listOpen, setLetters } from '../keys.ts';
import { t } from '../texts/index.ts';

const rows = [
  ['/', 'keys.search'],
  ['g o · v · r · s · e', 'keys.go.status'],
  ['g p · c', 'keys.go.standard'],
  ['g w · a', 'keys.go.decisions'],
  ['g l · u · t', 'keys.go.operation'],
  ['g b', 'keys.go.reports'],
  ['j k ← ↑ ↓ →', 'keys.move'],
  ['Enter', 'keys.open'],
  ['Space', 'keys.fold'],
  ['x', 'keys.select'],
  ['Shift+x', 'keys.range'],
  ['w', 'keys.waive'],
  ['r', 'keys.rescan'],
  ['[ ]', 'keys.neighbours'],
  ['n b', 'keys.pages'],
  ['Esc', 'keys.escape'],
  ['?', 'keys.help'],
] as const;

export function KeyList() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = listOpen.value;
  useLayoutEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      class="keylist"
      aria-labelledby="keys-title"
      onClose={() => (listOpen.value = false)}
    >
      <h2 id="keys-title">{t('keys.title')}</h2>
      <dl>
        {rows.map(([keys, text]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => setLetters(!letters.value)}>
        {t(letters.value ? 'keys.off' : 'keys.on')}
      </button>{' '}
      <button type="button" onClick={() => (listOpen.value = false)}>
        {t('keys.close')}
      </button>
    </dialog>
  );
}
