import { signal } from '@preact/signals';

/** Findings in the order in which a list showed them when one was opened: what `[` and `]` go along. */
export const trail = signal<readonly string[]>([]);

export function noteTrail(table: Element | null): void {
  const links = [...(table?.querySelectorAll<HTMLElement>('[data-uid]') ?? [])];
  trail.value = links.map((link) => link.dataset['uid'] ?? '');
}
