import type { ComponentChildren } from 'preact';
import type { Loaded } from '../api.ts';
import { clock } from '../format.ts';
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

/** What is loading, what went wrong, and how old that is what is still shown. */
export function LoadState({ of: { data, at, error, slow } }: { of: Loaded<unknown> }) {
  return (
    <div class="loadstate" aria-live="polite">
      {error !== null && (
        <p class="problem">
          {t('state.error', { detail: error })}
          {data !== null && at !== null && ` ${t('state.outdated', { time: clock(at) })}`}
        </p>
      )}
      {slow && data === null && <p>{t('state.loading')}</p>}
    </div>
  );
}
