import type { ComponentChildren } from 'preact';
import type { Loaded } from '../api.ts';
import { t } from '../texts/index.ts';

interface PanelProps {
  title: ComponentChildren;
  note?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

export function Panel({ title, note, class: name = '', children }: PanelProps) {
  return (
    <section class={`panel ${name}`}>
      <header>
        <h2>{title}</h2>
        {note !== undefined && <span class="note">{note}</span>}
      </header>
      {children}
    </section>
  );
}

/** What is loading; what went wrong stands in the page's head. */
export function LoadState({ of: { data, slow } }: { of: Loaded<unknown> }) {
  return (
    <div class="loadstate" aria-live="polite">
      {slow && data === null && <p>{t('state.loading')}</p>}
    </div>
  );
}
